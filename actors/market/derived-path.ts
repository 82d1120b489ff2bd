// Derives prints from a daily bar by a fixed rule, for history that has bars and no ticks.

/** Fewest prints a bar may be turned into: the four corners of the bar need four. */
export const PRINTS_PER_BAR_MIN = 8;

/** Most prints a bar may be turned into; one print every 23 ms of a session. */
export const PRINTS_PER_BAR_MAX = 1_000_000;

/** A raw daily bar of history, as traded. */
export interface DailyBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Shares. */
  readonly volume: number;
}

/** Rounds to a tenth of a mill, finer than any listed price in the data. */
function roundPrice(price: number): number {
  return Math.round(price * 10_000) / 10_000;
}

/**
 * Price of print `index` of `count`. The path visits the open, the extreme nearer to the open,
 * the other extreme and the close, in straight lines of equal length; the corners are exact, so
 * the prints rebuild the bar's open, high, low and close to the last bit.
 */
// hot
export function derivePrice(bar: DailyBar, index: number, count: number): number {
  const last = count - 1;
  const third = last / 3;
  const highFirst = bar.high - bar.open <= bar.open - bar.low;
  const first = highFirst ? bar.high : bar.low;
  const second = highFirst ? bar.low : bar.high;
  const firstAt = Math.round(third);
  const secondAt = Math.round(2 * third);
  if (index <= 0) return bar.open;
  if (index >= last) return bar.close;
  if (index === firstAt) return first;
  if (index === secondAt) return second;
  let from = bar.open;
  let to = first;
  let share = index / firstAt;
  if (index > secondAt) {
    from = second;
    to = bar.close;
    share = (index - secondAt) / (last - secondAt);
  } else if (index > firstAt) {
    from = first;
    to = second;
    share = (index - firstAt) / (secondAt - firstAt);
  }
  const price = roundPrice(from + (to - from) * share);
  // Rounding may step over an extreme that has more than four decimals.
  return price > bar.high ? bar.high : price < bar.low ? bar.low : price;
}

/**
 * Size of print `index` of `count`: an even split of the whole shares, the remainder on the last
 * print, so that the sizes add up to the bar's volume exactly. Units: shares.
 */
// hot
export function deriveSize(bar: DailyBar, index: number, count: number): number {
  const each = Math.floor(bar.volume / count);
  return index === count - 1 ? bar.volume - each * (count - 1) : each;
}

/**
 * Half of the derived bid-ask spread: one basis point of the price, at least half of the least
 * increment that quotes may have, and never the whole price. Units: dollars. Source: SEC Regulation
 * NMS, Rule 612: a cent, or a hundredth of one below a dollar.
 */
// hot
export function halfSpread(price: number): number {
  const half = price * 0.0001;
  const least = price >= 1 ? 0.005 : price > 0.0001 ? 0.00005 : price / 2;
  return half < least ? least : half;
}
