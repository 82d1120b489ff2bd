// Replays captures of an exchange through the book actors, together, at the pace they were made.

import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instrument } from '../../actors/microstructure/index.js';
import { Fault, FRAME_LANES } from '../../engine/index.js';
import { BOOK_BEST, BOOK_EVENT, BOOK_LEVEL, BOOK_TRADE } from '../../proto/frames/book.js';
import {
  BINANCE_DECIMALS,
  type BinanceRecord,
  createLevels,
  parseBinanceLine,
} from '../adapters/books/binance-line.js';
import { Reasons } from '../adapters/books/check-result.js';
import { linesOf } from '../adapters/books/lines.js';
import { nextTurn } from '../app/next-turn.js';
import { inRepository } from '../app/paths.js';
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
  readonly shards: BookShards;
  /** Times as fast as it was; 0 for as fast as it goes. */
  readonly pace: number;
  /** A rewind after the end failed: nobody waits for it any more. */
  readonly onFailed: (error: unknown) => void;
}

/** A record of one capture with its time. */
interface Timed {
  readonly record: BinanceRecord;
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
  readonly #lanes = new Float64Array(FRAME_LANES);
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
          shards.publish();
          await sleep(waitMs);
          continue;
        }
        await this.#send(source.row, record, receivedUs);
        this.sent++;
        this.reachedUs = Math.max(this.reachedUs, receivedUs);
        await advance(source);
      }
      shards.publish();
    } finally {
      await Promise.all(sources.map(({ records }) => records.return(undefined)));
    }
  }

  async #send(row: number, record: BinanceRecord, receivedUs: number): Promise<void> {
    const lanes = this.#lanes;
    lanes[2] = receivedUs;
    if (record.kind === 'rejected') return;
    lanes[1] = record.timeUs;
    switch (record.kind) {
      case 'depth': {
        const { levels, levelCount } = record;
        lanes[3] = record.isSnapshot ? 1 : 0;
        lanes[4] = record.previousId;
        lanes[5] = record.lastId;
        lanes[6] = levelCount;
        await this.#frame(row, BOOK_EVENT.kind);
        for (let at = 0; at < levelCount * 3; at += 3) {
          for (let field = 0; field < 3; field++) lanes[field + 1] = levels[at + field]!;
          await this.#frame(row, BOOK_LEVEL.kind);
        }
        break;
      }
      case 'best':
        lanes[3] = record.id;
        lanes[4] = record.bid;
        lanes[5] = record.bidSize;
        lanes[6] = record.ask;
        lanes[7] = record.askSize;
        await this.#frame(row, BOOK_BEST.kind);
        break;
      case 'trade':
        lanes[3] = record.id;
        lanes[4] = record.priceTicks;
        lanes[5] = record.sizeLots;
        lanes[6] = record.aggressor;
        await this.#frame(row, BOOK_TRADE.kind);
        break;
    }
  }

  /** Sends a frame; where the ring is full it waits, and nothing is dropped. */
  #frame(row: number, kind: number): Promise<void> | undefined {
    const { shards } = this.#options;
    return shards.send(row, kind, this.#lanes) ? undefined : this.#frameLater(row, kind);
  }

  async #frameLater(row: number, kind: number): Promise<void> {
    const { shards } = this.#options;
    do {
      shards.publish();
      await nextTurn();
    } while (!this.#isStopped && !shards.send(row, kind, this.#lanes));
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
