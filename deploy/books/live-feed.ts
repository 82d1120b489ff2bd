// Feeds books from a live source, and has whole ones sent to those that are out of sync.

import type { Instrument } from '../../actors/microstructure/index.js';
import type { BookRecord } from '../adapters/books/book-record.js';
import type { SourceClock } from '../adapters/sources/clock.js';
import { delayMs } from '../adapters/sources/patience.js';

import type {
  BookMarket,
  BookSession,
  LiveState,
  SourceBooks,
} from '../adapters/sources/source.js';
import { BookFrames } from './book-frames.js';
import type { BookShards } from './book-shards.js';

/** How often books are looked at for being out of sync. Units: milliseconds. */
const LOOK_MS = 250;

/** A book that was asked for longer ago than this begins with short pauses again. */
const CALM_MS = 60_000;

/** Records that wait for room in the rings: then the source is held up, then they are dropped. */
const WAITING_MAX = 1_024;
const DROP_FROM = 8 * WAITING_MAX;

/** Height of a row of profile and heat map, of the price; as one, two or five of a decimal. */
const ROW_SHARE = 1e-4;

/** Buckets of VPIN in a day's volume. Source: Easley et al. 2012. */
const BUCKETS_A_DAY = 50;

/** As of the capture of the same market, see `SAMPLE_CAPTURES`. Units: microseconds. */
const QUOTE_DELAY_US = 200_000;

/** How a feed goes. */
export interface LiveBookFeedOptions {
  readonly source: SourceBooks;
  readonly markets: readonly BookMarket[];
  readonly shards: Pick<BookShards, 'send' | 'publish' | 'columns'>;
  readonly clock: SourceClock;
  /** The stream has come, gone or failed. */
  readonly onState: (state: LiveState, reason: string) => void;
}

/** A record that waits to be sent; without one the row's feed broke off. */
interface Waiting {
  readonly row: number;
  readonly record: BookRecord | undefined;
  readonly arrivalUs: number;
}

/** What was asked for of one book. */
interface Asked {
  attempts: number;
  atMs: number;
  pauseMs: number;
}

/** The live books of a source. */
export class LiveBookFeed {
  /** Records dropped as their shards were too far behind: their books go through a gap. */
  dropped = 0;
  readonly session: BookSession;
  readonly #options: LiveBookFeedOptions;
  readonly #frames: BookFrames;
  readonly #rowOf: ReadonlyMap<string, number>;
  readonly #asked: readonly Asked[];
  readonly #syncColumn: number;
  readonly #endLooks: () => void;
  #waiting: Waiting[] = [];
  #isSending = false;
  #isStopped = false;

  constructor(options: LiveBookFeedOptions) {
    this.#options = options;
    const { source, markets, shards, clock } = options;
    this.#frames = new BookFrames(shards, () => this.#isStopped);
    this.#rowOf = new Map(markets.map(({ symbol }, row) => [symbol, row]));
    this.#asked = markets.map(() => ({ attempts: 0, atMs: Number.NEGATIVE_INFINITY, pauseMs: 0 }));
    this.#syncColumn = shards.columns.indexOf('is_synced');
    this.session = source.live(markets, {
      onBook: (symbol, record, arrivalUs) => {
        const row = this.#rowOf.get(symbol)!;
        this.#take({ row, record: owned(record), arrivalUs });
      },
      onState: (state, reason) => {
        if (state === 'waiting' || state === 'failed') this.rewind();
        options.onState(state, reason);
      },
    });
    this.#endLooks = clock.every(LOOK_MS, () => this.#look());
  }

  /** What books knew no longer holds: the stream broke off, or a thread died with them. */
  rewind(): void {
    const arrivalUs = this.#options.clock.nowMs() * 1000;
    for (const row of this.#rowOf.values()) this.#take({ row, record: undefined, arrivalUs });
  }

  /** What its one stream has seen, of all books. */
  counters(): Readonly<Record<string, number>> {
    const { messages, unreadable, unwanted, connects, stale, pauses, holes } =
      this.session.counters;
    const { dropped } = this;
    return {
      ...{ feedMessages: messages, feedUnreadable: unreadable, feedUnwanted: unwanted },
      ...{ feedConnects: connects, feedStale: stale, feedPauses: pauses },
      ...{ feedNoSnapshot: holes, feedDropped: dropped },
    };
  }

  /** Ends the feed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endLooks();
    await this.session.close();
  }

  #take(one: Waiting): void {
    if (this.#waiting.length >= DROP_FROM && one.record !== undefined) {
      this.dropped++;
      return;
    }
    this.#waiting.push(one);
    if (this.#waiting.length === WAITING_MAX) this.session.pause?.();
    if (!this.#isSending) void this.#sendAll();
  }

  /** Sends what waits, in its order; what comes meanwhile goes behind it. */
  async #sendAll(): Promise<void> {
    this.#isSending = true;
    while (this.#waiting.length > 0 && !this.#isStopped) {
      const batch = this.#waiting;
      this.#waiting = [];
      for (const { row, record, arrivalUs } of batch) {
        if (record === undefined) await this.#frames.lose(row, arrivalUs);
        else await this.#frames.send(row, record, arrivalUs);
      }
      this.#frames.publish();
      this.session.resume?.();
    }
    this.#isSending = false;
  }

  /** Has whole books sent to those out of sync, ever more rarely where that does not help. */
  #look(): void {
    if (this.session.state() !== 'live') return;
    const { clock, shards } = this.#options;
    const nowMs = clock.elapsedMs();
    for (const [symbol, row] of this.#rowOf) {
      if (shards.columns.at(row, this.#syncColumn) === 1) continue;
      const asked = this.#asked[row]!;
      const sinceMs = nowMs - asked.atMs;
      if (sinceMs < asked.pauseMs) continue;
      if (sinceMs > CALM_MS) asked.attempts = 0;
      asked.atMs = nowMs;
      asked.pauseMs = delayMs(++asked.attempts, clock.random);
      this.session.resync(symbol);
    }
  }
}

/** A record whose levels nobody overwrites. */
function owned(record: BookRecord): BookRecord {
  if (record.kind !== 'depth') return record;
  return { ...record, levels: record.levels.slice(0, record.levelCount * 3) };
}

/** How the numbers of a market are meant. */
export function instrumentOf(market: BookMarket): Instrument {
  const { symbol, title, price, volume, priceDecimals, sizeDecimals } = market;
  const ticksPerPrice = 10 ** priceDecimals;
  const rowTicks = Math.max(1, Math.round(roundStep(price * ROW_SHARE) * ticksPerPrice));
  return {
    symbol,
    title,
    ticksPerPrice,
    lotsPerSize: 10 ** sizeDecimals,
    rowHeight: rowTicks / ticksPerPrice,
    bucketSize: Math.max(10 ** -sizeDecimals, volume / BUCKETS_A_DAY),
    quoteClock: 'arrival',
    quoteDelayUs: QUOTE_DELAY_US,
  };
}

/** The largest of one, two or five of a decimal that is not above a number. */
function roundStep(value: number): number {
  const decimal = 10 ** Math.floor(Math.log10(value));
  const factor = value >= 5 * decimal ? 5 : value >= 2 * decimal ? 2 : 1;
  return factor * decimal;
}
