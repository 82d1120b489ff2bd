// Time bars of quotes: open, high, low and close of the bid and of the ask.

import { type BarCounters, noCounts } from './bar.js';
import type { Grid } from './grid.js';

/** One quote; a price of 0 leaves that side as it was. */
export interface Quote {
  /** Event time. Units: microseconds since 1970-01-01 UTC. */
  readonly timeUs: number;
  readonly bid: number;
  readonly ask: number;
  /** Shares. */
  readonly bidSize: number;
  readonly askSize: number;
}

/** One side over an interval; NaN while it has never been quoted. */
export interface QuoteSide {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Size at the close. Units: shares. */
  readonly size: number;
}

/** Both sides over an interval. */
export interface QuoteBar {
  readonly startUs: number;
  readonly endUs: number;
  readonly bid: QuoteSide;
  readonly ask: QuoteSide;
  readonly quotes: number;
}

/** Turns quotes into bars; late quotes are counted and left out. */
export interface QuoteBarBuilder {
  readonly counters: Readonly<BarCounters>;
  push(quote: Quote, emit: (bar: QuoteBar) => void): void;
  advance(timeUs: number, emit: (bar: QuoteBar) => void): void;
  finish(emit: (bar: QuoteBar) => void): void;
}

type Side = { -readonly [field in keyof QuoteSide]: number };

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
 * stood at its start. An interval without a quote of its own has no bar.
 */
export function createQuoteBars(grid: Grid): QuoteBarBuilder {
  const counters = noCounts();
  const bid = newSide();
  const ask = newSide();
  let startUs = Number.NaN;
  let endUs = Number.NEGATIVE_INFINITY;
  let quotes = 0;

  const close = (emit: (bar: QuoteBar) => void): void => {
    if (quotes === 0) return;
    emit({ startUs, endUs, bid: { ...bid }, ask: { ...ask }, quotes });
    quotes = 0;
    startUs = Number.NaN;
  };
  return {
    counters,
    push(quote, emit) {
      const interval = grid(quote.timeUs);
      if (interval === undefined) {
        counters.outside++;
        return;
      }
      if (quote.timeUs < (quotes > 0 ? startUs : endUs)) {
        counters.tooLate++;
        return;
      }
      counters.taken++;
      if (interval.startUs !== startUs) {
        close(emit);
        ({ startUs, endUs } = interval);
        carry(bid);
        carry(ask);
      }
      quotes++;
      take(bid, quote.bid, quote.bidSize);
      take(ask, quote.ask, quote.askSize);
    },
    advance(timeUs, emit) {
      if (timeUs >= endUs) close(emit);
    },
    finish: close,
  };
}
