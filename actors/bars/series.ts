// Declared series of bars, of trades or of quotes, and one builder for what each makes of prints.

import type { BarBuilder, BarState, Trade } from './bar.js';
import { createGrid, type Every, type Hours } from './grid.js';
import { createQuoteBars, type Quote, type QuoteBarsState } from './quote-bars.js';
import { BAR_STYLES, type BarStyle, createBarBuilder } from './style.js';

/** A style of bars over the quotes that stand beside trades. */
export interface QuoteStyle {
  readonly kind: 'quote';
  readonly every: Every;
  readonly hours: Hours;
}

/** What a series is made of. */
export type SeriesStyle = BarStyle | QuoteStyle;

/** Names of all styles of series. */
export const SERIES_STYLES: readonly SeriesStyle['kind'][] = [...BAR_STYLES, 'quote'];

/** A series of bars that is built for each symbol of a plan. */
export interface BarSeries {
  /** What people ask for, such as `1h`. */
  readonly name: string;
  readonly style: SeriesStyle;
}

/** Which bars a running system builds. */
export interface BarsPlan {
  readonly series: readonly BarSeries[];
  /** Whose; `all` for every symbol. */
  readonly symbols: readonly string[] | 'all';
  /** Bars kept of each symbol and series, the newest. */
  readonly kept: number;
}

/** No bars at all. */
export const NO_BARS: BarsPlan = { series: [], symbols: [], kept: 1 };

/** By row: 1 where a plan has bars. */
export function rowsWithBars(plan: BarsPlan, symbols: readonly string[]): Uint8Array {
  const named = new Set(plan.symbols === 'all' ? symbols : plan.symbols);
  const hasAny = plan.series.length > 0;
  return Uint8Array.from(symbols, (symbol) => (hasAny && named.has(symbol) ? 1 : 0));
}

/** One print: a trade with the quote that stood beside it. A price of 0 is a side without one. */
export type Print = Trade & Quote;

/** The builder of a series; one that goes on where `kept`, of a builder of this style, stands. */
export function createSeriesBuilder(style: SeriesStyle, kept?: BarState): BarBuilder<Print> {
  if (style.kind !== 'quote') return createBarBuilder(style, kept);
  const grid = createGrid(style.every, style.hours);
  // What is kept was written by a builder of the same style: that is the caller's promise.
  const quotes = createQuoteBars(grid, kept as QuoteBarsState | undefined);
  return {
    ...quotes,
    push(print, emit) {
      if (print.bid > 0 || print.ask > 0) quotes.push(print, emit);
    },
  };
}

/** What a style measures by, for people. */
export function measuresOf(style: SeriesStyle): string {
  switch (style.kind) {
    case 'time':
    case 'heikin-ashi':
    case 'quote': {
      const { unit, count } = style.every;
      const length = count === 1 ? unit : `${count} ${unit}s`;
      return `every ${length}, ${style.hours === 'all' ? 'all' : 'regular'} hours`;
    }
    case 'tick':
      return `${style.size} trades`;
    case 'volume':
      return `${style.size} shares`;
    case 'dollar':
      return `$${style.size} traded`;
    case 'range':
      return `a range of $${style.size}`;
    case 'renko':
      return `bricks of $${style.size}`;
    case 'renko-atr':
      return `bricks of the average true range of ${style.sessions} sessions`;
    case 'point-and-figure':
      return `boxes of $${style.size}, turned by ${style.reversal}`;
  }
}

/** What has to come before a style has its first bar, for people. */
export function firstBarTakes(style: BarStyle): string {
  switch (style.kind) {
    case 'time':
    case 'heikin-ashi':
      return 'a trade within its hours';
    case 'renko':
      return `a move of $${style.size} from the first price`;
    case 'renko-atr': {
      const ranges = style.sessions === 1 ? 'a true range' : `${style.sessions} true ranges`;
      const before = `${style.sessions + 1} whole sessions, which make ${ranges}`;
      return `${before}, and then a move of their mean`;
    }
    case 'point-and-figure':
      return `a price in another box of $${style.size} than the first one`;
    default:
      return measuresOf(style);
  }
}
