// What a level change costs in a book: those of a real capture, over and over, on one core.

import { ASK, BID, DepthBook } from '../../actors/book/index.js';
import { createLevels, parseBinanceLine } from '../../deploy/adapters/books/binance-line.js';
import { linesOf } from '../../deploy/adapters/books/lines.js';
import { inRepository } from '../../deploy/app/paths.js';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';

/** Depth events in a round: about ten seconds of the perpetual, after its snapshot. */
const EVENTS = 600;

/** Single changes timed one by one. */
const TIMED = 200_000;

/** Numbers of a level: side, price, size. */
const WIDTH = 3;

/** The levels of the capture's snapshot and of its first events. */
interface Recorded {
  readonly snapshot: Float64Array;
  readonly changes: Float64Array;
}

async function record(): Promise<Recorded> {
  const path = inRepository('deploy', 'sample', 'books', 'usdm_btcusdt_20240808.jsonl.gz');
  const scratch = createLevels();
  let snapshot: Float64Array | undefined;
  const changes: number[] = [];
  let events = 0;
  for await (const lines of linesOf(path)) {
    for (const line of lines) {
      const found = parseBinanceLine(line, scratch);
      if (found.kind !== 'depth') continue;
      const levels = scratch.subarray(0, found.levelCount * WIDTH);
      if (found.isSnapshot) snapshot = levels.slice();
      else if (snapshot !== undefined && events++ < EVENTS) changes.push(...levels);
    }
    if (events >= EVENTS) break;
  }
  if (snapshot === undefined) throw new Error('expected a snapshot in the capture of the sample');
  return { snapshot, changes: Float64Array.from(changes) };
}

// hot
function apply(book: DepthBook, levels: Float64Array, from: number, to: number): void {
  for (let at = from; at < to; at += WIDTH) {
    book.level(levels[at] === BID ? BID : ASK, levels[at + 1]!, levels[at + 2]!);
  }
}

/** Level changes a second, and the p99 of one change less that of the clock alone. */
export async function run(): Promise<Sample> {
  const { snapshot, changes } = await record();
  const book = new DepthBook();
  let id = 1;
  const begin = (isSnapshot: boolean): void => {
    book.begin(isSnapshot, id, id + 1);
    id++;
  };
  begin(true);
  apply(book, snapshot, 0, snapshot.length);
  book.end();
  const rate = await ratePerSecond(() => {
    begin(false);
    apply(book, changes, 0, changes.length);
    book.end();
    // Sizes are absolute, so that the changes can be told again; what they crossed is made anew.
    if (!book.isSynced) {
      begin(true);
      apply(book, snapshot, 0, snapshot.length);
      book.end();
    }
    return changes.length / WIDTH;
  });
  return { rate, p99: percentileUs(book, changes) };
}

/** The 99th percentile of single changes, without what reading the clock takes in the middle. */
function percentileUs(book: DepthBook, changes: Float64Array): number {
  const took = new Float64Array(TIMED);
  const clock = new Float64Array(TIMED);
  book.begin(false, book.lastId, book.lastId + 1);
  for (let timed = 0, at = 0; timed < TIMED; timed++) {
    const bare = performance.now();
    const started = performance.now();
    apply(book, changes, at, at + WIDTH);
    took[timed] = performance.now() - started;
    clock[timed] = started - bare;
    at = at + WIDTH >= changes.length ? 0 : at + WIDTH;
  }
  book.end();
  took.sort();
  clock.sort();
  return Math.max(0, took[Math.floor(TIMED * 0.99)]! - clock[TIMED / 2]!) * 1000;
}
