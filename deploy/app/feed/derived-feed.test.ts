// The pace of derived sessions, on a clock that only waits move.

import t, { type Test } from 'tap';
import { createRing, FRAME_LANES, Placement, RingProducer } from '../../../engine/index.js';
import { POINT, PRINT } from '../../../proto/frames/market.js';
import type { MarketBars } from '../../research/market-file.js';
import { PlacedActors } from '../shards/placed-actors.js';
import { PrintWriter } from '../shards/print-writer.js';
import { ShardLine } from '../shards/shard-line.js';
import { DerivedFeed } from './derived-feed.js';
import { type FrameDoor, Sequencer } from './sequencer.js';

const DATES = [20_210_104, 20_210_105, 20_210_106];

/** More than a batch, so that the feed looks at the clock on its way. */
const PRINTS_PER_BAR = 100;

const MS = 1_000;

/** One symbol, a bar a session. */
function bars(): MarketBars {
  const each = (value: number): Float64Array => new Float64Array(DATES.length).fill(value);
  return {
    symbols: ['KO'],
    dates: Int32Array.from(DATES),
    dayStarts: Int32Array.from([0, 1, 2, 3]),
    rows: new Int32Array(DATES.length),
    ...{ open: each(50), high: each(51), low: each(49), close: each(50), volume: each(1e6) },
    ...{ dividend: each(0), split: each(1) },
  };
}

/** Streams all sessions; the times of what was sent, in microseconds since the first. */
async function streamed(t: Test, pace: number) {
  const startUs = 1_000_000;
  let nowUs = startUs;
  t.capture(process.hrtime, 'bigint', () => BigInt(nowUs) * 1000n);
  t.capture(globalThis, 'setTimeout', (wake: () => void, ms: number) => {
    nowUs += ms * MS;
    return setImmediate(wake);
  });
  const ring = new RingProducer(createRing(1024));
  const prints = new PrintWriter(
    new PlacedActors(new Placement(1), ['KO']),
    [new ShardLine()],
    [ring],
  );
  const closes: number[] = [];
  const door: FrameDoor = {
    prints,
    frames: {
      async broadcast(kind, _row, [, , isClose]) {
        if (kind === POINT.kind && isClose === 1) closes.push(nowUs - startUs);
      },
      requestSnapshots: async () => {},
      snapshotUs: () => 0,
      wantsSnapshot: () => false,
      pauseForRoom: async () => {},
    },
  };
  const feed = new DerivedFeed(
    {
      ...{ bars: bars(), fromDay: 0, toDay: DATES.length, printsPerBar: PRINTS_PER_BAR, pace },
      onSession: () => {},
      isStopped: () => false,
      inlet: { isDue: () => false, admit: async () => {}, whenDue: () => {} },
      hurries: () => false,
      reached: () => {},
    },
    new Sequencer(door, 1, 0),
    door,
  );
  await feed.run();
  const arrivals = Array.from({ length: feed.sent }, (_, slot) => {
    const at = slot * FRAME_LANES;
    return ring.floats[at + PRINT.lanes.arrivalUs]! - startUs;
  });
  return { arrivals, closes, endUs: nowUs - startUs };
}

/** Arrivals of the prints of a session. */
function ofSession(arrivals: readonly number[], session: number): readonly number[] {
  return arrivals.slice(session * PRINTS_PER_BAR, (session + 1) * PRINTS_PER_BAR);
}

t.test(
  'prints fill the day, the close comes at dusk, and a session has its whole time',
  async (t) => {
    const { arrivals, closes } = await streamed(t, 1);
    t.equal(arrivals.length, DATES.length * PRINTS_PER_BAR);
    for (let session = 0; session < DATES.length; session++) {
      const [first = 0, ...rest] = ofSession(arrivals, session);
      const openMs = session * 1_000;
      t.ok(Math.abs(first / MS - openMs) < 2, `session ${session} opens on its second`);
      t.ok(rest.at(-1)! / MS > openMs + 850, 'its prints fill the day');
      t.ok(rest.at(-1)! / MS < openMs + 950, 'and none comes in the night');
      t.ok(Math.abs(closes[session]! / MS - (openMs + 950)) < 2, 'which begins with the close');
    }
  },
);

t.test('as fast as it goes nobody waits', async (t) => {
  const { arrivals, closes, endUs } = await streamed(t, 0);
  t.equal(arrivals.length, DATES.length * PRINTS_PER_BAR);
  t.equal(closes.length, DATES.length);
  t.equal(endUs, 0);
});
