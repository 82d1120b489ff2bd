// The one interface of market data sources, and the table of what each can do.

import type { Answer } from '../../app/port.js';
import type { BookRecord, BookScale } from '../books/book-record.js';
import type { BarLength, MarketRecord, RecordKind } from './record.js';

/** What a source can do: the conformance suite holds it to this. */
export interface Capabilities {
  /** Kinds that can be asked for from the past. */
  readonly history: readonly RecordKind[];
  /** Lengths of its bars. */
  readonly bars: readonly BarLength[];
  /** Kinds that come as they happen. */
  readonly live: readonly RecordKind[];
  /** Whether order books come as they happen, each change of them numbered. */
  readonly hasBooks?: boolean;
  /** Whether trades are numbered without holes, so that every loss is seen at once. */
  readonly isNumbered: boolean;
  /** Kinds of which what was missed can be asked for again; numbered trades by their number. */
  readonly repair: readonly RecordKind[];
  /** Coarsest step of event times that live or history use. Units: microseconds. */
  readonly timeStepUs: number;
  /** True where days begin at midnight UTC, as those of coins do; elsewhere at New York's. */
  readonly isUtcDay?: boolean;
  /** Requests that may be made within a span; absent where there is no such limit. */
  readonly rate?: { readonly calls: number; readonly perMs: number };
  /** Requests a day; absent where there is no such limit. */
  readonly callsPerDay?: number;
}

/** A part of the past of one symbol. */
export interface HistoryRequest {
  readonly kind: RecordKind;
  /** Of bars; ignored otherwise. */
  readonly every: BarLength;
  readonly symbol: string;
  /** First and one past the last event time. Units: microseconds UTC. */
  readonly fromUs: number;
  readonly toUs: number;
  /** Only trades numbered above this, where the source numbers them. */
  readonly afterSequence?: number;
}

/** One page of the past, oldest first. */
export interface HistoryPage {
  readonly records: readonly MarketRecord[];
  /** Records that could not be right, by reason. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** Where the source has nothing before a time, or gives nothing. Units: microseconds UTC. */
  readonly sinceUs?: number;
  /** True where the source says that no page is behind this one. */
  readonly isLast?: boolean;
}

/** What is wanted as it happens. */
export interface Subscription {
  readonly symbols: readonly string[];
  readonly kinds: readonly RecordKind[];
}

/** Where a live session stands. */
export type LiveState = 'connecting' | 'greeting' | 'live' | 'waiting' | 'failed' | 'closed';

/** What a live session has seen; every message and record ends in exactly one of these. */
export interface LiveCounters {
  /** Messages of any kind. */
  messages: number;
  /** Messages or parts of them that could not be read. */
  unreadable: number;
  /** Records that were read, live or asked for again. */
  received: number;
  /** Handed on. */
  delivered: number;
  /** Seen before. */
  duplicates: number;
  /** Records that could not be right, by reason. */
  readonly rejectedByReason: Record<string, number>;
  /** Of symbols or kinds that nobody asked for. */
  unwanted: number;
  /** Numbers that were skipped. */
  gaps: number;
  /** Records that a repair brought. */
  repaired: number;
  /** Places where records are missing, or may be: what was asked for again there did not come. */
  holes: number;
  connects: number;
  /** Connections ended for being silent. */
  stale: number;
  /** Times that whoever takes the records had the source wait. */
  pauses: number;
}

/** Who takes what a live session gives. */
export interface LiveSink {
  onRecord(record: MarketRecord): void;
  /** The session has changed its state; `reason` says why in a few words without a secret. */
  onState?(state: LiveState, reason: string): void;
}

/** A session as others look at it. */
export interface SessionView {
  readonly counters: Readonly<LiveCounters>;
  state(): LiveState;
}

/** A live session. */
export interface LiveSession extends SessionView {
  /** The sessions behind one that is made of several, by source; absent elsewhere. */
  parts?(): ReadonlyMap<string, SessionView>;
  /**
   * Reads nothing more until `resume`, but for what is under way; absent where a source can't wait.
   * One that breaks off meanwhile is asked for what it had sent, as after any break.
   */
  pause?(): void;
  resume?(): void;
  close(): Promise<void>;
}

/** A market as the exchange lists it, and sums up its last day. */
export interface BookMarket extends BookScale {
  readonly symbol: string;
  readonly title: string;
  /** Last price, in the quote currency, and what was traded, in coins or shares. */
  readonly price: number;
  readonly volume: number;
}

/** Who takes what a session of books gives. */
export interface BookSink {
  /**
   * A record of a symbol; its levels are the session's own and read before this returns. A whole
   * book is one with `isSnapshot`. Unit of the arrival: microseconds UTC.
   */
  onBook(symbol: string, record: BookRecord, arrivalUs: number): void;
  onState?(state: LiveState, reason: string): void;
}

/** A live session of books. */
export interface BookSession extends LiveSession {
  /** Asks for the whole book of a symbol, which comes to the sink; one at a time for each. */
  resync(symbol: string): void;
}

/** What a source with order books adds to the others. */
export interface SourceBooks {
  /** Symbols by their names there. Errors: as of `MarketDataSource.history`. */
  markets(symbols: readonly string[]): Promise<Answer<readonly BookMarket[]>>;
  live(markets: readonly BookMarket[], sink: BookSink): BookSession;
}

/** A source of market data. */
export interface MarketDataSource {
  /** As in configuration: `alpaca`. */
  readonly name: string;
  readonly capabilities: Capabilities;
  /**
   * The past of a symbol, page by page; a page that can't be had ends it with a refusal.
   * Errors: `source.unsupported`, `source.unknown_symbol`, `source.unauthorised`,
   * `source.rate_limited`, `source.budget_spent`, `source.stopped`, `source.unavailable`,
   * `source.unreadable`.
   */
  history(request: HistoryRequest): AsyncGenerator<Answer<HistoryPage>, void>;
  /** Opens a live session; undefined where the source has none. */
  live?(subscription: Subscription, sink: LiveSink): LiveSession;
  /** Order books as they happen; absent where the source has none. */
  readonly books?: SourceBooks;
}

/** Counters of a session, but for those by reason. */
export const COUNTED = [
  'messages',
  'unreadable',
  'received',
  'delivered',
  'duplicates',
  'unwanted',
  'gaps',
  'repaired',
  'holes',
  'connects',
  'stale',
  'pauses',
] as const satisfies readonly (keyof LiveCounters)[];

/** Adds the counters of one session to those of others. */
export function addCounters(sum: LiveCounters, more: Readonly<LiveCounters>): void {
  for (const name of COUNTED) sum[name] += more[name];
  for (const [reason, count] of Object.entries(more.rejectedByReason)) {
    sum.rejectedByReason[reason] = (sum.rejectedByReason[reason] ?? 0) + count;
  }
}

/** Counters of a session that has seen nothing. */
export function noLiveCounters(): LiveCounters {
  return {
    messages: 0,
    unreadable: 0,
    received: 0,
    delivered: 0,
    duplicates: 0,
    rejectedByReason: {},
    unwanted: 0,
    gaps: 0,
    repaired: 0,
    holes: 0,
    connects: 0,
    stale: 0,
    pauses: 0,
  };
}
