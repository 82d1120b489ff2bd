// Time bars of quotes: open, high, low and close of the bid and of the ask.

import {
  type Bar,
  type BarBuilder,
  type BarState,
  type Emit,
  noCounts,
  type QuoteSide,
} from './bar.js';
import type { Grid } from './grid.js';

/** One quote; a price of 0 leaves that side as it was. */
export interface Quote {
  /** Event time. Units: microseconds since 1970-01-01 UTC. */
  readonly timeUs: number;
  readonly bid: number;
  readonly ask: number;
  /** Shares; NaN where they are not told. */
  readonly bidSize: number;
  readonly askSize: number;
}

type Side = { -readonly [field in keyof QuoteSide]: number };

/** What a builder of quote bars remembers. */
export interface QuoteBarsState extends BarState {
  readonly bid: Side;
  readonly ask: Side;
  startUs: number;
  endUs: number;
  /** Of the interval that is open. */
  quotes: number;
}

function newSide(): Side {
  const none = Number.NaN;
  return { open: none, high: none, low: none, close: none, size: 0 };
}

/** The side at the start of an interval: as the one before left it. */
function carry(side: Side): void {
  side.open = side.high = side.low = side.close;
}

function take(side: Side, price: number, size: number): void {
  if (price === 0) return;
  if (Number.isNaN(side.open)) side.open = price;
  if (!(side.high >= price)) side.high = price;
  if (!(side.low <= price)) side.low = price;
  side.close = price;
  side.size = size;
}

/**
 * Builds quote bars over a grid. A quote stands until the next one: an interval opens with what
 * stood at its start. An interval without a quote of its own has no bar. Late quotes are counted
 * and left out, so that these bars are never amended.
 */
export function createQuoteBars(grid: Grid, kept?: QuoteBarsState): BarBuilder<Quote> {
  const state: QuoteBarsState = kept ?? {
    counters: noCounts(),
    bid: newSide(),
    ask: newSide(),
    startUs: Number.NaN,
    endUs: Number.NEGATIVE_INFINITY,
    quotes: 0,
  };
  const { counters, bid, ask } = state;
  return {
    counters,
    state,
    push(quote, emit) {
      const interval = grid(quote.timeUs);
      if (interval === undefined) {
        counters.outside++;
        return;
      }
      if (quote.timeUs < (state.quotes > 0 ? state.startUs : state.endUs)) {
        counters.tooLate++;
        return;
      }
      counters.taken++;
      if (interval.startUs !== state.startUs) {
        close(state, emit);
        state.startUs = interval.startUs;
        state.endUs = interval.endUs;
        carry(bid);
        carry(ask);
      }
      state.quotes++;
      take(bid, quote.bid, quote.bidSize);
      take(ask, quote.ask, quote.askSize);
    },
    advance(timeUs, emit) {
      if (timeUs >= state.endUs) close(state, emit);
    },
    finish: (emit) => close(state, emit),
    forming: () => (state.quotes === 0 ? undefined : shown(state, 0)),
  };
}

function close(state: QuoteBarsState, emit: Emit): void {
  if (state.quotes === 0) return;
  emit({ kind: 'closed', bar: shown(state, 1) });
  state.quotes = 0;
  state.startUs = Number.NaN;
}

function shown({ startUs, endUs, quotes, bid, ask }: QuoteBarsState, version: number): Bar {
  const none = Number.NaN;
  const prices = { open: none, high: none, low: none, close: none };
  const traded = { volume: 0, turnover: 0, trades: 0 };
  const sides = { quotes, bid: { ...bid }, ask: { ...ask } };
  return { id: startUs, startUs, endUs, ...prices, ...traded, version, sides };
}
