// A straight line through the closes, and their standard deviation.

import { deviationCell, putIntoRing } from './cells.js';
import { type Cell, type Indicator, indicatorOf } from './indicator.js';

// [count, ring position, sum of y, sum of age times y]; the ring is its past.
const COUNT = 0;
const SUM = 2;
const AGED_SUM = 3;
const LENGTH = 4;

/** A least-squares line through a window; its value is the slope, per input. */
export interface LineCell extends Cell {
  /** The line at the window's oldest input. */
  intercept(state: Float64Array, base: number, x: number): number;
}

/** The line through the last `period` inputs. Source: TA-Lib LINEARREG. */
export function lineCell(period: number): LineCell {
  const ringLength = period - 1;
  const sumX = (period * (period - 1)) / 2;
  const sumXX = (period * (period - 1) * (2 * period - 1)) / 6;
  const divisor = sumX * sumX - period * sumXX;
  // hot
  function slope(state: Float64Array, base: number, x: number): number {
    if (state[base + COUNT]! < ringLength) return Number.NaN;
    // Today's age is 0, so it adds nothing to the weighted sum.
    return (period * state[base + AGED_SUM]! - sumX * (state[base + SUM]! + x)) / divisor;
  }
  return {
    length: LENGTH,
    pastLength: ringLength,
    warmUp: period,
    peek: slope,
    // hot
    intercept: (state, base, x) => (state[base + SUM]! + x - slope(state, base, x) * sumX) / period,
    commit(state, base, x, past) {
      if (ringLength === 0) return;
      const next = putIntoRing(state, base, past, ringLength, x);
      let sum = 0;
      let agedSum = 0;
      for (let at = 0; at < ringLength; at++) {
        const y = state[past + at]!;
        sum += y;
        agedSum += (at < next ? next - at : next - at + ringLength) * y;
      }
      state[base + SUM] = sum;
      state[base + AGED_SUM] = agedSum;
    },
  };
}

/** Least-squares slope of the last `period` closes, per bar. Source: TA-Lib LINEARREG_SLOPE. */
export function linearRegressionSlope(period: number): Indicator {
  const line = lineCell(period);
  return indicatorOf(
    {
      name: `linreg_slope_${period}`,
      unit: 'price',
      warmUpBars: period,
      description: `Slope of the regression line through ${period} closes, per bar`,
      source: 'TA-Lib LINEARREG_SLOPE',
    },
    {
      length: line.length,
      pastLength: line.pastLength,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          out[to[row]! + output] = line.peek(state, at[row]! + offset, close[row]!);
        }
      },
      commit({ state, count, at, close }, offset, past) {
        for (let row = 0; row < count; row++) {
          line.commit(state, at[row]! + offset, close[row]!, at[row]! + past);
        }
      },
    },
  );
}

/** Population standard deviation of closes, times `deviations`. Source: TA-Lib STDDEV. */
export function standardDeviation(period: number, deviations: number): Indicator {
  const spread = deviationCell(period, 0);
  return indicatorOf(
    {
      name: `stddev_${period}`,
      unit: 'price',
      warmUpBars: period,
      description: `Standard deviation of ${period} closes`,
      source: 'TA-Lib STDDEV',
    },
    {
      length: spread.length,
      pastLength: spread.pastLength,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = spread.peek(state, base, close[row]!) * deviations;
        }
      },
      commit({ state, count, at, close }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          spread.commit(state, base, close[row]!, at[row]! + past);
        }
      },
    },
  );
}
