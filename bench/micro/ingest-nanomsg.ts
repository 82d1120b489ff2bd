// Packed frames from a nanomsg peer into a live session, each record checked: none may be lost.

import { packFrame, packPrints } from '../../deploy/adapters/sources/packing.js';
import { nanomsgSource } from '../../deploy/adapters/sources/push-sources.js';
import { openFrameSender } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';
import { nowUs } from '../lib/clock.js';
import { equalPrints } from '../lib/trades.js';

/** Prints of a frame, and frames. */
const PRINTS = 1_000;
const FRAMES = 1_200;

/** Frames on their way: a socket has room for 128 KiB. */
const AHEAD_MAX = 2;

const URL = 'tcp://127.0.0.1:45881';

/** PUSH to PULL within one process: sender, receiver and session share its thread. */
export async function run(): Promise<Sample> {
  let taken = 0;
  let done = (): void => {};
  const whole = new Promise<void>((resolve) => {
    done = resolve;
  });
  const session = nanomsgSource('pull', URL).live!(
    { symbols: ['AAPL'], kinds: ['trade'] },
    {
      onRecord() {
        taken++;
        if (taken === PRINTS * FRAMES) done();
      },
    },
  );
  const sender = openFrameSender('push', URL);
  const batch = packPrints(equalPrints('AAPL', PRINTS));
  const frames = Array.from({ length: FRAMES }, (_, at) => packFrame(batch, BigInt(at + 1)));
  const startedUs = nowUs();
  for (const [sent, frame] of frames.entries()) {
    // The other end is of this thread: a send that waited for room would wait for ever.
    while (sent * PRINTS - taken > AHEAD_MAX * PRINTS) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    sender.send(frame);
  }
  await whole;
  const tookUs = nowUs() - startedUs;
  const lost = session.counters.gaps + PRINTS * FRAMES - session.counters.delivered;
  sender.close();
  await session.close();
  return { rate: (PRINTS * FRAMES * 1e6) / tookUs, lost };
}
