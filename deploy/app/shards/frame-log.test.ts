// The log of a shard's frames: what is replayed is what was sent, however often it was shortened.

import t from 'tap';
import { FRAME_LANES } from '../../../engine/index.js';
import { FrameLog } from './frame-log.js';

/** More than a chunk. */
const MANY = 10_000;

/** Appends frames that hold their numbers. */
function append(log: FrameLog, count: number): void {
  const slots = new Float64Array(2 * FRAME_LANES);
  for (let index = 0; index < count; index++) {
    for (let lane = 0; lane < FRAME_LANES; lane++) slots[FRAME_LANES + lane] = log.next + lane / 8;
    log.append(slots, 1);
  }
}

/** What a frame holds, if it holds its number. */
function numberOf(log: FrameLog, number: number): number {
  const slots = new Float64Array(2 * FRAME_LANES);
  log.copyTo(number, slots, 1);
  const holds = slots.every((value, at) =>
    at < FRAME_LANES ? value === 0 : value === slots[FRAME_LANES]! + (at - FRAME_LANES) / 8,
  );
  return holds ? slots[FRAME_LANES]! : Number.NaN;
}

t.test('frames are replayed as they were, in chunks that were filled before too', async (t) => {
  const log = new FrameLog();
  // Some chunks are filled again, some are new.
  for (let id = 0; id < 21; id++) {
    const from = log.next;
    append(log, MANY);
    for (const number of [from, from + 1, from + MANY / 2, log.next - 1]) {
      t.equal(numberOf(log, number), number);
    }
    log.markSnapshot(id);
    if (id % 7 === 0) t.equal(log.coveredBy(id), log.next, 'all is covered');
  }
  t.equal(log.coveredBy(20), log.next);
  t.ok(log.length < MANY, `${log.length} are left: those of a chunk that is not full`);
});

t.test('a snapshot that nobody asked for covers nothing', async (t) => {
  const log = new FrameLog();
  append(log, MANY);
  log.markSnapshot(1);
  append(log, MANY);
  t.equal(log.coveredBy(5), 0);
  t.equal(log.coveredBy(1), 0, 'what was asked for before a later one is forgotten');
  t.equal(numberOf(log, 3), 3);
});
