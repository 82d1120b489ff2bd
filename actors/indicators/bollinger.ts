// Bollinger bands, their width, and where that width stands among its own past.

import { type AverageKind, averageCell } from './average-kinds.js';
import { deviationCell } from './cells.js';
import type { FeatureSpec, Indicator } from './indicator.js';

const SOURCE = 'Bollinger 2001; TA-Lib BBANDS';

function spec(name: string, unit: FeatureSpec['unit'], bars: number, text: string): FeatureSpec {
  return { name, unit, warmUpBars: bars, description: text, source: SOURCE };
}

/**
 * Upper, middle and lower band: a moving average and population deviations of the same closes.
 * Source: TA-Lib BBANDS.
 */
export function bollingerBands(
  period: number,
  up: number,
  down: number,
  kind: AverageKind = 'simple',
): Indicator {
  const spread = deviationCell(period, 0);
  const average = averageCell(kind, period);
  const averageAt = spread.length;
  return {
    outputs: [
      spec(`bb_upper_${period}`, 'price', period, `Mean plus ${up} standard deviations`),
      spec(`bb_middle_${period}`, 'price', period, `Mean of the last ${period} closes`),
      spec(`bb_lower_${period}`, 'price', period, `Mean less ${down} standard deviations`),
    ],
    stateLength: spread.length + average.length,
    pastLength: spread.pastLength + average.pastLength,
    // hot
    peek({ state, out, count, at, to, close }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        const mean = average.peek(state, base + averageAt, close[row]!);
        const deviation = spread.peek(state, base, close[row]!);
        out[place] = mean + up * deviation;
        out[place + 1] = deviation === deviation ? mean : Number.NaN;
        out[place + 2] = mean - down * deviation;
      }
    },
    commit({ state, count, at, close }, offset, past) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const closed = at[row]! + past;
        spread.commit(state, base, close[row]!, closed);
        average.commit(state, base + averageAt, close[row]!, closed + spread.pastLength);
      }
    },
  };
}

/**
 * The bands of `period` closes at two deviations with percent b, bandwidth, and the share of the
 * last `history` bandwidths, the current one included, that are no greater than it.
 */
export function bollinger(period: number, history: number): Indicator {
  const spread = deviationCell(period, 0);
  // After the bands' state: [count, ring position, the last history - 1 sorted]; the same in a
  // ring after the bands' past.
  const countAt = spread.length;
  const sortedAt = countAt + 2;
  const ringLength = history - 1;
  return {
    outputs: [
      ...bollingerBands(period, 2, 2).outputs,
      spec(`bb_percent_b_${period}`, 'ratio', period, 'Close between lower (0) and upper (1) band'),
      spec(`bb_bandwidth_${period}`, 'ratio', period, 'Upper less lower band over the middle'),
      spec(
        `bb_bandwidth_pct_${history}`,
        'fraction',
        period + history - 1,
        `Share of the last ${history} bandwidths no greater than the current one`,
      ),
    ],
    stateLength: sortedAt + ringLength,
    pastLength: spread.pastLength + ringLength,
    // hot
    peek({ state, out, count, at, to, close }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        const mean = spread.mean(state, base, close[row]!);
        const deviation = spread.peek(state, base, close[row]!);
        const upper = mean + 2 * deviation;
        const lower = mean - 2 * deviation;
        const range = upper - lower;
        const bandwidth = range / mean;
        out[place] = upper;
        out[place + 1] = mean;
        out[place + 2] = lower;
        out[place + 3] = range === 0 ? 0.5 : (close[row]! - lower) / range;
        out[place + 4] = bandwidth;
        if (state[base + countAt]! < ringLength || bandwidth !== bandwidth) {
          out[place + 5] = Number.NaN;
          continue;
        }
        // It was shown as a share of the whole; from there it is seldom more than a step away.
        const near = out[place + 5]! * history - 1;
        const below = countUpToNear(state, base + sortedAt, ringLength, bandwidth, near);
        out[place + 5] = (below + 1) / history;
      }
    },
    commit({ state, count, at, close }, offset, past) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const mean = spread.mean(state, base, close[row]!);
        const deviation = spread.peek(state, base, close[row]!);
        const closed = at[row]! + past;
        spread.commit(state, base, close[row]!, closed);
        const bandwidth = (mean + 2 * deviation - (mean - 2 * deviation)) / mean;
        if (bandwidth !== bandwidth) continue;
        keepWidth(state, base + countAt, closed + spread.pastLength, ringLength, bandwidth);
      }
    },
  };
}

/** Keeps a width at `own`, [count, ring position, sorted ...], and in the ring of `length`. */
function keepWidth(
  state: Float64Array,
  own: number,
  ring: number,
  length: number,
  width: number,
): void {
  const count = state[own]!;
  const place = ring + state[own + 1]!;
  const sorted = own + 2;
  if (count < length) {
    state[own] = count + 1;
    insertSorted(state, sorted, count, width);
  } else {
    replaceSorted(state, sorted, length, state[place]!, width);
  }
  state[place] = width;
  state[own + 1] = place + 1 === ring + length ? 0 : place + 1 - ring;
}

/** How many of the `length` ascending values from `start` are at most `x`. */
// hot
function countUpTo(values: Float64Array, start: number, length: number, x: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[start + middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The same, looked for from `near` outwards in steps that double: whatever it is, it only changes
 * how long the search takes.
 */
// hot
export function countUpToNear(
  values: Float64Array,
  start: number,
  length: number,
  x: number,
  near: number,
): number {
  // NaN and what is out of bounds begin at an end.
  let low = near > 0 ? Math.min(length, Math.round(near)) : 0;
  let high = low;
  for (let step = 1; low > 0 && values[start + low - 1]! > x; step *= 2) {
    high = low - 1;
    low = Math.max(0, low - step);
  }
  for (let step = 1; high < length && values[start + high]! <= x; step *= 2) {
    low = high + 1;
    high = Math.min(length, high + step);
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[start + middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Inserts one value into an ascending run of `length`. */
function insertSorted(values: Float64Array, start: number, length: number, x: number): void {
  let at = start + length;
  for (; at > start && values[at - 1]! > x; at--) values[at] = values[at - 1]!;
  values[at] = x;
}

/** Puts `x` in the place of `old` in an ascending run, moving only what stands between them. */
function replaceSorted(
  values: Float64Array,
  start: number,
  length: number,
  old: number,
  x: number,
): void {
  let at = start + countUpTo(values, start, length, old) - 1;
  const last = start + length - 1;
  for (; at < last && values[at + 1]! < x; at++) values[at] = values[at + 1]!;
  for (; at > start && values[at - 1]! > x; at--) values[at] = values[at - 1]!;
  values[at] = x;
}
