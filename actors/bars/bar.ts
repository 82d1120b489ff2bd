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

/** One bar. Prices are NaN while none of its trades has set a price. */
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
  /** 1 when first told, one more with each correction. */
  readonly version: number;
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

/** Turns inputs into bars; the same calls in the same order give the same events. */
export interface BarBuilder<Input> {
  readonly counters: Readonly<BarCounters>;
  push(input: Input, emit: Emit): void;
  /** Tells that no trade before this time is to be expected, so that bars may close. */
  advance(timeUs: number, emit: Emit): void;
  /** Closes what is still open, when it can be closed at all. */
  finish(emit: Emit): void;
}

/** Counters at zero. */
export function noCounts(): BarCounters {
  return { taken: 0, outside: 0, late: 0, tooLate: 0, tooFar: 0 };
}

/** A bar in the making, and after its close for as long as a late trade may amend it. */
export class Draft {
  readonly id: number;
  startUs: number;
  endUs: number;
  open = Number.NaN;
  high = Number.NaN;
  low = Number.NaN;
  close = Number.NaN;
  volume = 0;
  turnover = 0;
  trades = 0;
  version = 0;
  /** Times of the trades that set the open and the close. */
  openUs = Number.POSITIVE_INFINITY;
  closeUs = Number.NEGATIVE_INFINITY;

  constructor(id: number, startUs: number, endUs: number) {
    this.id = id;
    this.startUs = startUs;
    this.endUs = endUs;
  }

  /**
   * Folds a trade in by its own time, so that the order of arrival does not matter: among trades
   * of one time the first to arrive opens and the last closes.
   */
  fold({ timeUs, price, size, setsPrice, setsRange }: Trade): void {
    this.volume += size;
    this.turnover += size * price;
    this.trades++;
    if (!setsPrice && setsRange !== true) return;
    if (setsPrice && timeUs < this.openUs) {
      this.openUs = timeUs;
      this.open = price;
    }
    if (setsPrice && timeUs >= this.closeUs) {
      this.closeUs = timeUs;
      this.close = price;
    }
    if (!(this.high >= price)) this.high = price;
    if (!(this.low <= price)) this.low = price;
  }

  /** The bar as it is, in its next version. */
  tell(): BarEvent {
    this.version++;
    const { id, startUs, endUs, open, high, low, close, volume, turnover, trades, version } = this;
    const bar = { id, startUs, endUs, open, high, low, close, volume, turnover, trades, version };
    return { kind: version === 1 ? 'closed' : 'amended', bar };
  }
}

/** Closed bars that a late trade may still amend; those before them are final. */
export const DRAFTS_KEPT = 128;

/** Newest version of every bar, by its `id` in order. */
export function latestBars(events: Iterable<BarEvent>): Bar[] {
  const byId = new Map<number, Bar>();
  for (const { bar } of events) byId.set(bar.id, bar);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}
