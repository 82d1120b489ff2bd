// Replays captures of an exchange through the book actors, together, at the pace they were made.

import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instrument } from '../../actors/microstructure/index.js';
import { Fault } from '../../engine/index.js';
import {
  BINANCE_DECIMALS,
  createLevels,
  parseBinanceLine,
} from '../adapters/books/binance-line.js';
import type { BookRecord } from '../adapters/books/book-record.js';
import { Reasons } from '../adapters/books/check-result.js';
import { linesOf } from '../adapters/books/lines.js';
import { inRepository } from '../app/paths.js';
import { BookFrames } from './book-frames.js';
import type { BookShards } from './book-shards.js';

/** A file and the instrument in it. */
export interface Capture {
  readonly path: string;
  readonly instrument: Instrument;
}

const SCALE = 10 ** BINANCE_DECIMALS;

/** What both captures of the sample have in common. */
const BITCOIN = { ticksPerPrice: SCALE, lotsPerSize: SCALE, rowHeight: 5 } as const;

/**
 * The captures of the sample. VPIN's buckets are small ones, for six minutes are no day: about a
 * hundredth of the capture's volume. Spot quotes carry no time of the exchange, and trades arrive
 * up to 200 ms behind the quotes that they made (Lee and Ready agree with the exchange's flag for
 * 49 % of trades without a delay, 92 % with 50 ms, 96 % with 200 ms).
 */
export const SAMPLE_CAPTURES: readonly Capture[] = [
  {
    path: inRepository('deploy', 'sample', 'books', 'spot_btcusdt_20240808.jsonl.gz'),
    instrument: {
      ...BITCOIN,
      symbol: 'BTCUSDT',
      title: 'Bitcoin in USDT, Binance spot, capture of 2024-08-08',
      bucketSize: 2,
      quoteClock: 'arrival',
      quoteDelayUs: 200_000,
    },
  },
  {
    path: inRepository('deploy', 'sample', 'books', 'usdm_btcusdt_20240808.jsonl.gz'),
    instrument: {
      ...BITCOIN,
      symbol: 'BTCUSDT-PERP',
      title: 'Bitcoin perpetual in USDT, Binance futures, capture of 2024-08-08',
      bucketSize: 24,
      quoteClock: 'exchange',
      quoteDelayUs: 1_000,
    },
  },
];

/** How a feed goes. */
export interface CaptureFeedOptions {
  readonly captures: readonly Capture[];
  readonly shards: Pick<BookShards, 'send' | 'publish'>;
  /** Times as fast as it was; 0 for as fast as it goes. */
  readonly pace: number;
  /** A rewind after the end failed: nobody waits for it any more. */
  readonly onFailed: (error: unknown) => void;
}

/** A record of one capture with its time. */
interface Timed {
  readonly record: BookRecord;
  readonly receivedUs: number;
}

/** One capture being read. */
interface Source {
  readonly row: number;
  readonly records: AsyncGenerator<Timed>;
  next: Timed | undefined;
}

/** Merges captures by the time their lines were received, and sends them as frames. */
export class CaptureFeed {
  /** Lines sent, and lines that were of no use by reason, since the last start. */
  sent = 0;
  reasons = new Reasons();
  /** Receive time reached. Units: microseconds UTC. */
  reachedUs = 0;
  isDone = false;
  readonly #options: CaptureFeedOptions;
  #isStopped = false;
  #rewinds = 0;
  #running: Promise<void> | undefined;

  constructor(options: CaptureFeedOptions) {
    this.#options = options;
  }

  /**
   * Sends everything once; resolves at the end, or soon after `stop`. Errors: those of `linesOf`;
   * `data.wrong_columns` where a file has no line of a capture.
   */
  run(): Promise<void> {
    // One at a time, whoever asks: two would mix their frames.
    this.#running ??= this.#run();
    return this.#running;
  }

  /**
   * Begins anew, as fast as it goes up to where it was: books that lost their state have it again.
   */
  rewind(): void {
    this.#rewinds++;
    if (this.#isStopped || this.#running !== undefined) return;
    this.isDone = false;
    this.run().catch(this.#options.onFailed);
  }

  /** Lines that were of no use, by reason. */
  counters(): Readonly<Record<string, number>> {
    return this.reasons.counts;
  }

  /** Ends the feed. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Sends everything up to where it was at once, then at its pace, until nobody has rewound it. */
  async #run(): Promise<void> {
    try {
      let rewinds: number;
      do {
        rewinds = this.#rewinds;
        await this.#replay(this.reachedUs, () => this.#rewinds !== rewinds);
      } while (!this.#isStopped && this.#rewinds !== rewinds);
      this.isDone = !this.#isStopped;
    } finally {
      this.#running = undefined;
    }
  }

  async #replay(hurryUntilUs: number, isOver: () => boolean): Promise<void> {
    this.sent = 0;
    this.reasons = new Reasons();
    const { captures, pace, shards } = this.#options;
    const frames = new BookFrames(shards, () => this.#isStopped);
    const sources = captures.map(({ path }, row) => ({
      row,
      records: recordsOf(path, (reason) => this.reasons.count(reason)),
      next: undefined as Timed | undefined,
    }));
    try {
      await Promise.all(sources.map(advance));
      const clock = new PaceClock(pace, hurryUntilUs);
      for (;;) {
        const source = earliest(sources);
        if (source?.next === undefined || this.#isStopped || isOver()) break;
        const { record, receivedUs } = source.next;
        const waitMs = clock.waitMs(receivedUs);
        if (waitMs > 0) {
          frames.publish();
          await sleep(waitMs);
          continue;
        }
        await frames.send(source.row, record, receivedUs);
        this.sent++;
        this.reachedUs = Math.max(this.reachedUs, receivedUs);
        await advance(source);
      }
      frames.publish();
    } finally {
      await Promise.all(sources.map(({ records }) => records.return(undefined)));
    }
  }
}

async function advance(source: Source): Promise<void> {
  const step = await source.records.next();
  source.next = step.done === true ? undefined : step.value;
}

function earliest(sources: readonly Source[]): Source | undefined {
  let found: Source | undefined;
  for (const source of sources) {
    if (source.next === undefined) continue;
    if (found?.next === undefined || source.next.receivedUs < found.next.receivedUs) found = source;
  }
  return found;
}

async function* recordsOf(
  path: string,
  onRejected: (reason: string) => void,
): AsyncGenerator<Timed> {
  const levels = createLevels();
  let taken = 0;
  for await (const lines of linesOf(path)) {
    for (const line of lines) {
      const record = parseBinanceLine(line, levels);
      const { receivedUs } = record;
      if (record.kind === 'rejected' || receivedUs === undefined) {
        onRejected(record.kind === 'rejected' ? record.reason : 'no_receive_time');
        continue;
      }
      taken++;
      yield { record, receivedUs };
    }
  }
  if (taken > 0) return;
  const expected = 'lines of "<receive ns> <json>" with depth, trade or bookTicker messages';
  throw new Fault('data.wrong_columns', `${basename(path)}: expected ${expected}, was none`);
}

/** When a record is due, by the wall clock. */
class PaceClock {
  readonly #pace: number;
  readonly #hurryUntilUs: number;
  #firstUs = Number.NaN;
  #startMs = 0;

  constructor(pace: number, hurryUntilUs: number) {
    this.#pace = pace;
    this.#hurryUntilUs = hurryUntilUs;
  }

  /** Time to wait for a record; 0 for none. Units: milliseconds. */
  waitMs(receivedUs: number): number {
    if (this.#pace === 0 || receivedUs < this.#hurryUntilUs) return 0;
    if (Number.isNaN(this.#firstUs)) {
      this.#firstUs = receivedUs;
      this.#startMs = performance.now();
    }
    const dueMs = this.#startMs + (receivedUs - this.#firstUs) / 1000 / this.#pace;
    const waitMs = dueMs - performance.now();
    // A timer is no finer than this.
    return waitMs < 1 ? 0 : Math.ceil(waitMs);
  }
}
