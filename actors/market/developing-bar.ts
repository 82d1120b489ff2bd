// A symbol's developing bar, in its slice of the state array: made of prints, read by what follows.

import type { Bar } from '../indicators/index.js';
import type { DailyBar } from './derived-path.js';
import { COLUMN } from './layout.js';
import { SLOT } from './symbol-state.js';

/** A bar's prices as candlestick patterns see them. */
export interface Candle {
  open: number;
  high: number;
  low: number;
  close: number;
}

/** Takes a print's price and size into the bar. */
// hot
export function addPrice(state: Float64Array, base: number, price: number, size: number): void {
  if (state[base + SLOT.hasBar] === 0) {
    state[base + SLOT.hasBar] = 1;
    state[base + SLOT.open] = price;
    state[base + SLOT.high] = price;
    state[base + SLOT.low] = price;
    state[base + SLOT.volume] = size;
  } else {
    if (price > state[base + SLOT.high]!) state[base + SLOT.high] = price;
    if (price < state[base + SLOT.low]!) state[base + SLOT.low] = price;
    state[base + SLOT.volume]! += size;
  }
  state[base + SLOT.close] = price;
}

/** Makes a whole bar of history the developing one, its session elapsed. */
export function putBar(state: Float64Array, base: number, bar: DailyBar): void {
  state[base + SLOT.hasBar] = 1;
  state[base + SLOT.open] = bar.open;
  state[base + SLOT.high] = bar.high;
  state[base + SLOT.low] = bar.low;
  state[base + SLOT.close] = bar.close;
  state[base + SLOT.volume] = bar.volume;
  state[base + SLOT.bid] = bar.close;
  state[base + SLOT.ask] = bar.close;
  state[base + SLOT.sessionFraction] = 1;
}

/**
 * Applies a split (new shares for an old one; 1 for none) and a dividend (dollars a share),
 * effective at the open: later raw prices are restated forward, so history keeps its scale. The
 * dividend is that of a new share, and is taken as put back into the share at this session's
 * close, so that a return is `(close + dividend) * split / before - 1`, as the vendor's adjusted
 * close has it, also where a company has spun off half of itself.
 */
export function restate(state: Float64Array, base: number, split: number, dividend: number): void {
  state[base + SLOT.priceFactor] = (state[base + SLOT.priceFactor]! || 1) * split;
  state[base + SLOT.volumeFactor] = (state[base + SLOT.volumeFactor]! || 1) * split;
  // What is pending from a day without a print was paid on older shares.
  const pending = state[base + SLOT.pendingDividend]! / split;
  state[base + SLOT.pendingDividend] = pending + dividend;
}

/** Forward price factor of the bar. */
// hot
function priceFactorOf(state: Float64Array, base: number): number {
  const factor = state[base + SLOT.priceFactor]! || 1;
  const dividend = state[base + SLOT.pendingDividend]!;
  if (dividend === 0) return factor;
  const close = state[base + SLOT.close]!;
  return (factor * (close + dividend)) / close;
}

/** Copies the bar out, restated forward. */
// hot
export function loadBar(state: Float64Array, base: number, bar: Bar): void {
  const priceFactor = priceFactorOf(state, base);
  const volumeFactor = state[base + SLOT.volumeFactor]! || 1;
  bar.open = state[base + SLOT.open]! * priceFactor;
  bar.high = state[base + SLOT.high]! * priceFactor;
  bar.low = state[base + SLOT.low]! * priceFactor;
  bar.close = state[base + SLOT.close]! * priceFactor;
  bar.volume = state[base + SLOT.volume]! / volumeFactor;
  bar.priceFactor = priceFactor;
  bar.volumeFactor = volumeFactor;
  bar.sessionFraction = state[base + SLOT.sessionFraction]!;
}

/** Copies the bar out as traded, restated for splits and not for dividends. */
export function loadCandle(state: Float64Array, base: number, candle: Candle): void {
  const splits = state[base + SLOT.volumeFactor]! || 1;
  candle.open = state[base + SLOT.open]! * splits;
  candle.high = state[base + SLOT.high]! * splits;
  candle.low = state[base + SLOT.low]! * splits;
  candle.close = state[base + SLOT.close]! * splits;
}

/** Shows the bar, its quote and factors in the print columns of a row that begins at `at`. */
// hot
export function showBar(state: Float64Array, base: number, values: Float64Array, at: number): void {
  values[at + COLUMN.open] = state[base + SLOT.open]!;
  values[at + COLUMN.high] = state[base + SLOT.high]!;
  values[at + COLUMN.low] = state[base + SLOT.low]!;
  values[at + COLUMN.close] = state[base + SLOT.close]!;
  values[at + COLUMN.volume] = state[base + SLOT.volume]!;
  values[at + COLUMN.bid] = state[base + SLOT.bid]!;
  values[at + COLUMN.ask] = state[base + SLOT.ask]!;
  values[at + COLUMN.lastTimeUs] = state[base + SLOT.lastTimeUs]!;
  values[at + COLUMN.arrivalUs] = state[base + SLOT.arrivalUs]!;
  values[at + COLUMN.sessionFraction] = state[base + SLOT.sessionFraction]!;
  values[at + COLUMN.priceFactor] = priceFactorOf(state, base);
  values[at + COLUMN.volumeFactor] = state[base + SLOT.volumeFactor]! || 1;
  values[at + COLUMN.trading] = 1;
}
