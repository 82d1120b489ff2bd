// A live session of order books: every change as it comes, and whole books when they are asked for.

import type { Answer } from '../../app/port.js';
import type { BookRecord } from '../books/book-record.js';
import type { BookDialect, BookQuestion } from './book-dialect.js';
import type { SourceClock } from './clock.js';
import { type LiveTaker, openLiveSession, type TakerWorld } from './live-session.js';
import type { PatientCaller } from './patient-caller.js';
import type { BookMarket, BookSession, BookSink, SourceBooks } from './source.js';

/** What books are made of. */
export interface SourceBooksOptions {
  readonly name: string;
  readonly dialect: BookDialect;
  readonly clock: SourceClock;
  readonly caller: PatientCaller;
}

/** The books of a vendor. */
export function sourceBooks(options: SourceBooksOptions): SourceBooks {
  const { dialect } = options;
  return {
    async markets(symbols) {
      const rules = await asked(options, dialect.rules(symbols));
      if (!rules.ok) return rules;
      const days = await asked(options, dialect.days(symbols));
      if (!days.ok) return days;
      const dayOf = new Map(days.value.map((day) => [day.symbol, day]));
      return { ok: true, value: rules.value.map((of) => ({ ...of, ...dayOf.get(of.symbol)! })) };
    },
    live: (markets, sink) => openBooks(options, { markets, sink }),
  };
}

async function asked<T>(
  { caller }: SourceBooksOptions,
  { call, read }: BookQuestion<T>,
): Promise<Answer<T>> {
  const answer = await caller.ask(call, read);
  return answer.ok ? { ok: true, value: answer.value.value } : answer;
}

/** Whose books, and for whom. */
interface Wanted {
  readonly markets: readonly BookMarket[];
  readonly sink: BookSink;
}

function openBooks(options: SourceBooksOptions, wanted: Wanted): BookSession {
  const { name, dialect, clock } = options;
  const { markets, sink } = wanted;
  // Made by the session before it is returned.
  let taker: BookTaker | undefined;
  const session = openLiveSession<BookRecord>({
    ...{ name, dialect: dialect.live(markets), clock },
    subscription: { symbols: markets.map(({ symbol }) => symbol), kinds: ['trade', 'quote'] },
    onState: (state, reason) => sink.onState?.(state, reason),
    taker: (world) => {
      taker = new BookTaker(options, world, wanted);
      return taker;
    },
  });
  return Object.assign(session, { resync: (symbol: string) => taker!.resync(symbol) });
}

class BookTaker implements LiveTaker<BookRecord> {
  readonly #options: SourceBooksOptions;
  readonly #world: TakerWorld;
  readonly #marketOf: ReadonlyMap<string, BookMarket>;
  readonly #sink: BookSink;
  /** Whole books that are being asked for. */
  readonly #asked = new Map<string, Promise<void>>();

  constructor(options: SourceBooksOptions, world: TakerWorld, { markets, sink }: Wanted) {
    this.#options = options;
    this.#world = world;
    this.#marketOf = new Map(markets.map((market) => [market.symbol, market]));
    this.#sink = sink;
  }

  begin(): void {}

  onAlive(): void {}

  onRecord(record: BookRecord): void {
    const { counters } = this.#world;
    counters.received++;
    if (!this.#marketOf.has(record.symbol)) {
      counters.unwanted++;
      return;
    }
    counters.delivered++;
    this.#sink.onBook(record.symbol, record, this.#options.clock.nowMs() * 1000);
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#asked.values());
  }

  resync(symbol: string): void {
    const market = this.#marketOf.get(symbol);
    if (market === undefined || this.#asked.has(symbol) || this.#world.isClosed()) return;
    const done = this.#ask(market).finally(() => this.#asked.delete(symbol));
    this.#asked.set(symbol, done);
  }

  /** A whole book that can't be had is a hole, until somebody asks again. */
  async #ask(market: BookMarket): Promise<void> {
    const { counters, hold, isClosed } = this.#world;
    const book = await asked(this.#options, this.#options.dialect.book(market));
    await hold.over();
    if (isClosed()) return;
    if (!book.ok) {
      counters.holes++;
      return;
    }
    counters.repaired++;
    this.onRecord({ ...book.value, symbol: market.symbol });
  }
}
