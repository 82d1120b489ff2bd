// Stops a multiple of the average true range away from the price: fixed and trailing.

import { type Refusal, refusal } from '../../engine/index.js';

/** Bars and their average true range, all of one length; NaN until the range is warm. */
export interface RangedBars {
  readonly high: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly close: ArrayLike<number>;
  readonly averageTrueRange: ArrayLike<number>;
}

/**
 * Average true range of whole series, smoothed as Wilder does from the mean of the first `period`
 * ranges; NaN before bar `period`. Source: Wilder 1978; TA-Lib ATR.
 */
export function averageTrueRange(
  bars: Omit<RangedBars, 'averageTrueRange'>,
  period: number,
): Float64Array {
  const { high, low, close } = bars;
  const out = new Float64Array(close.length).fill(Number.NaN);
  let average = 0;
  for (let index = 1; index < out.length; index++) {
    const before = close[index - 1]!;
    const range = Math.max(high[index]!, before) - Math.min(low[index]!, before);
    if (index <= period) average += range / period;
    else average = (average * (period - 1) + range) / period;
    if (index >= period) out[index] = average;
  }
  return out;
}

/** A long position's stops. Indices are of bars. */
export interface AtrStop {
  readonly kind: 'atr_stop';
  readonly entry: number;
  readonly averageTrueRange: number;
  readonly initialStop: number;
  /** Initial stop of a short position entered at the same close. */
  readonly shortInitialStop: number;
  /** First bar whose low reaches the initial stop. */
  readonly fixedHit: number | undefined;
  /** First bar whose low reaches the trailing stop in force, and that stop. */
  readonly trailingExit: { readonly index: number; readonly stop: number } | undefined;
  /** The trailing stop set at the close of each bar after the entry, up to the exit. */
  readonly trailing: readonly { readonly index: number; readonly stop: number }[];
}

/**
 * Follows a long position entered at the close of a bar. Each later bar is first tested against
 * the stop in force; then the stop rises to the highest high less the multiple, never falls.
 * Errors: `risk.no_range` where the entry has no average true range.
 * Source: Chandelier exit, C. LeBeau.
 */
export function followAtrStop(
  bars: RangedBars,
  entryIndex: number,
  multiple: number,
): AtrStop | Refusal {
  const entry = bars.close[entryIndex] ?? Number.NaN;
  const range = bars.averageTrueRange[entryIndex] ?? Number.NaN;
  if (!(range >= 0 && Number.isFinite(entry))) {
    return refusal('risk.no_range', `expected a warm range at bar ${entryIndex}, was ${range}`);
  }
  const initialStop = entry - multiple * range;
  let fixedHit: number | undefined;
  for (let index = entryIndex + 1; index < bars.low.length && fixedHit === undefined; index++) {
    if (bars.low[index]! <= initialStop) fixedHit = index;
  }
  const trailing: { index: number; stop: number }[] = [];
  let trailingExit: AtrStop['trailingExit'];
  let stop = initialStop;
  let highest = entry;
  for (let index = entryIndex + 1; index < bars.low.length; index++) {
    if (bars.low[index]! <= stop) {
      trailingExit = { index, stop };
      break;
    }
    highest = Math.max(highest, bars.high[index]!);
    stop = Math.max(stop, highest - multiple * bars.averageTrueRange[index]!);
    trailing.push({ index, stop });
  }
  return {
    kind: 'atr_stop',
    entry,
    averageTrueRange: range,
    initialStop,
    shortInitialStop: entry + multiple * range,
    fixedHit,
    trailingExit,
    trailing,
  };
}
