// Wilder's directional movement: +DI, -DI and the average directional index.

import { EPSILON, lagCell } from './cells.js';
import type { FeatureSpec, Indicator } from './indicator.js';
import { combine, type Series, through } from './series.js';
import { trueRange } from './true-range.js';

// [bars, high, low, close of the bar before, +DM, -DM, true range, DX sum or ADX]
const BARS = 0;
const HIGH = 1;
const LOW = 2;
const CLOSE = 3;
const PLUS = 4;
const MINUS = 5;
const RANGE = 6;
const INDEX = 7;
const LENGTH = 8;

/**
 * Adds to `plus`, `minus` and `range` the movement of this bar as TA-Lib smooths it: plain sums
 * for the first `period - 1` movements, then each sum loses a `period`-th before the addition.
 */
// hot
function step(
  state: Float64Array,
  base: number,
  high: number,
  low: number,
  period: number,
  out: Float64Array,
): void {
  const up = high - state[base + HIGH]!;
  const down = state[base + LOW]! - low;
  const plus = up > 0 && up > down ? up : 0;
  const minus = down > 0 && up < down ? down : 0;
  const range = trueRange(high, low, state[base + CLOSE]!);
  const summing = state[base + BARS]! < period;
  const keep = summing ? 0 : 1 / period;
  out[0] = state[base + PLUS]! - state[base + PLUS]! * keep + plus;
  out[1] = state[base + MINUS]! - state[base + MINUS]! * keep + minus;
  out[2] = state[base + RANGE]! - state[base + RANGE]! * keep + range;
}

/** Directional index of smoothed movements, or NaN where it is undefined. */
// hot
function directionalIndex(sums: Float64Array): number {
  if (Math.abs(sums[2]!) < EPSILON) return Number.NaN;
  const minus = 100 * (sums[1]! / sums[2]!);
  const plus = 100 * (sums[0]! / sums[2]!);
  const both = minus + plus;
  if (Math.abs(both) < EPSILON) return Number.NaN;
  return 100 * (Math.abs(minus - plus) / both);
}

/**
 * Average directional index with both directional indicators, as 'adx', 'plus_di', 'minus_di'.
 * Source: Wilder 1978; TA-Lib ADX, PLUS_DI, MINUS_DI.
 */
export function directional(period: number): Indicator {
  const sums = new Float64Array(3);
  // As TA-Lib has it, indicators that are not smoothed are fractions.
  const whole = period === 1 ? 1 : 100;
  const spec = (name: string, bars: number, description: string): FeatureSpec => ({
    name: `${name}_${period}`,
    unit: name === 'adx' || whole === 100 ? 'percent' : 'fraction',
    warmUpBars: bars,
    description,
    source: 'Wilder 1978; TA-Lib ADX, PLUS_DI, MINUS_DI',
  });
  return {
    outputs: [
      spec('adx', 2 * period, `Average directional index over ${period} bars, 0 to 100`),
      spec('plus_di', period + 1, `Upward directional indicator over ${period} bars`),
      spec('minus_di', period + 1, `Downward directional indicator over ${period} bars`),
    ],
    stateLength: LENGTH,
    pastLength: 0,
    // hot
    peek({ state, out, count, at, to, high, low }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        const bars = state[base + BARS]!;
        out[place] = Number.NaN;
        out[place + 1] = Number.NaN;
        out[place + 2] = Number.NaN;
        if (bars < period) continue;
        step(state, base, high[row]!, low[row]!, period, sums);
        const flat = Math.abs(sums[2]!) < EPSILON;
        out[place + 1] = flat ? 0 : whole * (sums[0]! / sums[2]!);
        out[place + 2] = flat ? 0 : whole * (sums[1]! / sums[2]!);
        if (bars >= 2 * period - 1)
          out[place] = nextIndex(state[base + INDEX]!, bars, period, sums);
      }
    },
    commit({ state, count, at, high, low, close }, offset) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const bars = state[base + BARS]!;
        if (bars > 0) {
          take(state, base, high[row]!, low[row]!, period, sums);
          if (bars >= period) {
            state[base + INDEX] = nextIndex(state[base + INDEX]!, bars, period, sums);
          }
        }
        follow(state, base, high[row]!, low[row]!, close[row]!);
        if (bars < 2 * period) state[base + BARS] = bars + 1;
      }
    },
  };
}

/** Smooths the movement of a bar that closed. */
function take(
  state: Float64Array,
  base: number,
  high: number,
  low: number,
  period: number,
  sums: Float64Array,
): void {
  step(state, base, high, low, period, sums);
  state[base + PLUS] = sums[0]!;
  state[base + MINUS] = sums[1]!;
  state[base + RANGE] = sums[2]!;
}

/** Keeps a closed bar for the movement of the next one. */
function follow(state: Float64Array, base: number, high: number, low: number, close: number): void {
  state[base + HIGH] = high;
  state[base + LOW] = low;
  state[base + CLOSE] = close;
}

/** Makes a value of smoothed movements, its value before (0 at first), and the bars before. */
type OfMovements = (sums: Float64Array, before: number, bars: number) => number;

function movements(period: number, warmUp: number, value: OfMovements): Series {
  const sums = new Float64Array(3);
  return {
    length: LENGTH,
    pastLength: 0,
    warmUp,
    // hot
    peek(state, base, { high, low }, row) {
      const bars = state[base + BARS]!;
      if (bars < warmUp - 1) return Number.NaN;
      step(state, base, high[row]!, low[row]!, period, sums);
      return value(sums, state[base + INDEX]!, bars);
    },
    commit(state, base, { high, low, close }, row) {
      const bars = state[base + BARS]!;
      if (bars > 0) take(state, base, high[row]!, low[row]!, period, sums);
      if (bars >= period) state[base + INDEX] = value(sums, state[base + INDEX]!, bars);
      follow(state, base, high[row]!, low[row]!, close[row]!);
      if (bars < 2 * period) state[base + BARS] = bars + 1;
    },
  };
}

/** Smoothed movement upwards (0) or downwards (1). Source: TA-Lib PLUS_DM, MINUS_DM. */
export function directionalMovement(period: number, direction: 0 | 1): Series {
  return movements(period, Math.max(period, 2), (sums) => sums[direction]!);
}

/** Directional index; as it was before where it is undefined. Source: TA-Lib DX. */
export function directionalIndexOf(period: number): Series {
  return movements(period, period + 1, (sums, before) => {
    const value = directionalIndex(sums);
    return value === value ? value : before;
  });
}

/** Mean of the directional index now and `period - 1` bars ago. Source: TA-Lib ADXR. */
export function indexRating(period: number): Series {
  const average = movements(period, 2 * period, (sums, before, bars) =>
    nextIndex(before, bars, period, sums),
  );
  const earlier = through(average, lagCell(period - 1));
  return combine([average, earlier], (now, then) => (now + then) / 2);
}

/**
 * The next value of the index slot: a sum of directional indices up to bar `2 * period - 1`,
 * their mean there, Wilder's mean afterwards. An undefined index leaves the slot as it was.
 */
// hot
function nextIndex(index: number, bars: number, period: number, sums: Float64Array): number {
  const value = directionalIndex(sums);
  const defined = value === value;
  if (bars < 2 * period - 1) return defined ? index + value : index;
  if (bars === 2 * period - 1) return (defined ? index + value : index) / period;
  return defined ? (index * (period - 1) + value) / period : index;
}
