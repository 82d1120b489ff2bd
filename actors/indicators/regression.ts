// Slope of a straight line through the closes, and their standard deviation.

import { deviationCell } from './cells.js';
import { type Indicator, indicatorOf } from './indicator.js';

/** Least-squares slope of the last `period` closes, per bar. Source: TA-Lib LINEARREG_SLOPE. */
export function linearRegressionSlope(period: number): Indicator {
  const ringLength = period - 1;
  const sumX = (period * (period - 1)) / 2;
  const sumXX = (period * (period - 1) * (2 * period - 1)) / 6;
  const divisor = sumX * sumX - period * sumXX;
  // [count, ring position, sum of y, sum of age times y, ring ...]
  return indicatorOf(
    {
      name: `linreg_slope_${period}`,
      unit: 'price',
      warmUpBars: period,
      description: `Slope of the regression line through ${period} closes, per bar`,
      source: 'TA-Lib LINEARREG_SLOPE',
    },
    {
      length: 4 + ringLength,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base]! < ringLength) {
            out[to[row]! + output] = Number.NaN;
            continue;
          }
          // Today's age is 0, so it adds nothing to the weighted sum.
          const sumY = state[base + 2]! + close[row]!;
          out[to[row]! + output] = (period * state[base + 3]! - sumX * sumY) / divisor;
        }
      },
      commit({ state, count, at, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const position = state[base + 1]!;
          if (state[base]! < ringLength) state[base]!++;
          state[base + 4 + position] = close[row]!;
          const next = position + 1 === ringLength ? 0 : position + 1;
          state[base + 1] = next;
          let sumY = 0;
          let sumXY = 0;
          for (let position = 0; position < ringLength; position++) {
            const y = state[base + 4 + position]!;
            const age = position < next ? next - position : next - position + ringLength;
            sumY += y;
            sumXY += age * y;
          }
          state[base + 2] = sumY;
          state[base + 3] = sumXY;
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
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = spread.peek(state, base, close[row]!) * deviations;
        }
      },
      commit({ state, count, at, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          spread.commit(state, base, close[row]!);
        }
      },
    },
  );
}
