// Lets the feed stream some sessions to nobody while the shards warm up, so that the code of its
// own thread is compiled before the first session too: see `roles/rehearsal.ts`.

import { createRing, Placement, RingConsumer, RingProducer } from '../../../engine/index.js';
import type { MarketBars } from '../../research/market-file.js';
import { DerivedFeed } from '../feed/derived-feed.js';
import { type FrameDoor, Sequencer } from '../feed/sequencer.js';
import { PlacedActors } from '../shards/placed-actors.js';
import { PrintWriter } from '../shards/print-writer.js';
import { ShardLine } from '../shards/shard-line.js';

/**
 * Sessions before the first streamed one that are rehearsed, as far as there are any: they take
 * less time than the shards need to be warm.
 */
const SESSIONS = 40;

/** Frames of the ring that is emptied unread. */
const RING_FRAMES = 1024;

/** Streams the last sessions before `firstDay` into a ring of its own. */
export async function rehearseFeed(
  bars: MarketBars,
  firstDay: number,
  printsPerBar: number,
): Promise<void> {
  const handle = createRing(RING_FRAMES);
  const consumer = new RingConsumer(handle);
  const ring = new RingProducer(handle);
  const placed = new PlacedActors(new Placement(1), bars.symbols);
  const door: FrameDoor = {
    prints: new PrintWriter(placed, [new ShardLine()], [ring]),
    frames: {
      broadcast: async () => {},
      requestSnapshots: async () => {},
      wantsSnapshot: () => false,
      snapshotUs: () => 0,
      pauseForRoom: async () => consumer.release(consumer.available()),
    },
  };
  const fromDay = Math.max(1, firstDay - SESSIONS);
  const sequencer = new Sequencer(door, bars.symbols.length, fromDay - 1);
  const feed = new DerivedFeed(
    {
      bars,
      fromDay,
      toDay: firstDay,
      printsPerBar,
      pace: 0,
      onSession: () => {},
      isStopped: () => false,
      inlet: { isDue: () => false, admit: async () => {}, whenDue: () => {} },
      hurries: () => false,
      reached: () => {},
    },
    sequencer,
    door,
  );
  await feed.run();
}
