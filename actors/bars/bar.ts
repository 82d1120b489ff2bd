// A bar, the trade it is made of, the events that announce it and the contract of its builders.

/** One trade as printed. */
export interface Trade {
  /** Event time. Units: microseconds since 1970-01-01 UTC. */
  readonly timeUs: number;
  readonly price: number;
  /** Shares. */
  readonly size: number;
  /** False for a trade whose sale condition lets it set neither open nor close. */
  readonly setsPrice: boolean;
  /** True for one of those that may set high and low all the same. */
  readonly setsRange?: boolean;
}

/** One side of the quote over an interval; NaN while it has never been quoted. */
export interface QuoteSide {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Size at the close; NaN where quotes don't tell it. Units: shares. */
  readonly size: number;
}

/** One bar. Prices are NaN while none of its trades has set a price, and in bars of quotes. */
export interface Bar {
  /**
   * What the bar covers: its interval in time bars, its first and last trade in all others.
   * Units: microseconds since 1970-01-01 UTC. The bar is named by its `id`, never by its time.
   */
  readonly startUs: number;
  readonly endUs: number;
  /** Number of the bar in its style: the start of the interval in time bars, else a count. */
  readonly id: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Shares. */
  readonly volume: number;
  /** Dollars traded: the volume-weighted mean price is this over the volume. */
  readonly turnover: number;
  readonly trades: number;
  /** 1 when first told, one more with each correction; 0 while it is being made. */
  readonly version: number;
  /** In bars of quotes: both sides, and how many quotes there were. */
  readonly sides?: { readonly quotes: number; readonly bid: QuoteSide; readonly ask: QuoteSide };
}

/** A bar is closed once; a late trade amends it, and the newest version of an `id` holds. */
export interface BarEvent {
  readonly kind: 'closed' | 'amended';
  readonly bar: Bar;
}

/** Takes the events of a builder. */
export type Emit = (event: BarEvent) => void;

/** What became of the trades that a builder was given. */
export interface BarCounters {
  /** Folded into a bar, the late ones included. */
  taken: number;
  /** Outside the hours of the style. */
  outside: number;
  /** Behind the bars already closed, and folded into one of them. */
  late: number;
  /** Too far behind: older than every bar kept, or of a style that can't be redrawn. */
  tooLate: number;
  /** Moves of more bricks than are drawn for one trade: the bricks began anew at its price. */
  tooFar: number;
}

/** What a builder remembers, in the shape of its own style: plain data that may be copied. */
export interface BarState {
  readonly counters: BarCounters;
}

/** Turns inputs into bars; the same calls in the same order give the same events. */
export interface BarBuilder<Input> {
  readonly counters: Readonly<BarCounters>;
  /** All it remembers: a builder of the same style that is made with a copy of it goes on alike. */
  readonly state: BarState;
  push(input: Input, emit: Emit): void;
  /** Tells that no trade before this time is to be expected, so that bars may close. */
  advance(timeUs: number, emit: Emit): void;
  /** Closes what is still open, when it can be closed at all. */
  finish(emit: Emit): void;
  /** The bar that is being made, in version 0; undefined where there is none yet. */
  forming(): Bar | undefined;
}

/** Counters at zero. */
export function noCounts(): BarCounters {
  return { taken: 0, outside: 0, late: 0, tooLate: 0, tooFar: 0 };
}

/** A bar in the making, and after its close for as long as a late trade may amend it. */
export interface Draft {
  readonly id: number;
  startUs: number;
  endUs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  turnover: number;
  trades: number;
  version: number;
  /** Times of the trades that set the open and the close. */
  openUs: number;
  closeUs: number;
}

/** A bar without a trade. */
export function newDraft(id: number, startUs: number, endUs: number): Draft {
  const none = Number.NaN;
  return {
    id,
    startUs,
    endUs,
    open: none,
    high: none,
    low: none,
    close: none,
    volume: 0,
    turnover: 0,
    trades: 0,
    version: 0,
    openUs: Number.POSITIVE_INFINITY,
    closeUs: Number.NEGATIVE_INFINITY,
  };
}

/**
 * Folds a trade in by its own time, so that the order of arrival does not matter: among trades of
 * one time the first to arrive opens and the last closes.
 */
export function foldTrade(
  draft: Draft,
  { timeUs, price, size, setsPrice, setsRange }: Trade,
): void {
  draft.volume += size;
  draft.turnover += size * price;
  draft.trades++;
  if (!setsPrice && setsRange !== true) return;
  if (setsPrice && timeUs < draft.openUs) {
    draft.openUs = timeUs;
    draft.open = price;
  }
  if (setsPrice && timeUs >= draft.closeUs) {
    draft.closeUs = timeUs;
    draft.close = price;
  }
  if (!(draft.high >= price)) draft.high = price;
  if (!(draft.low <= price)) draft.low = price;
}

/** The bar as it is. */
export function barOf(draft: Draft): Bar {
  const { id, startUs, endUs, open, high, low, close, volume, turnover, trades, version } = draft;
  return { id, startUs, endUs, open, high, low, close, volume, turnover, trades, version };
}

/** The bar as it is, in its next version. */
export function tellBar(draft: Draft): BarEvent {
  draft.version++;
  return { kind: draft.version === 1 ? 'closed' : 'amended', bar: barOf(draft) };
}

/** Closed bars that a late trade may still amend; those before them are final. */
export const DRAFTS_KEPT = 128;

/** Newest version of every bar, by its `id` in order. */
export function latestBars(events: Iterable<BarEvent>): Bar[] {
  const byId = new Map<number, Bar>();
  for (const { bar } of events) byId.set(bar.id, bar);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}
