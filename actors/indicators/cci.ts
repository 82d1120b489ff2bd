// Commodity channel index.

import { smaCell } from './cells.js';
import { type Indicator, indicatorOf } from './indicator.js';

/**
 * Distance of the typical price from its mean, in 0.015 mean absolute deviations.
 * Source: Lambert 1980; TA-Lib CCI.
 */
export function cci(period: number): Indicator {
  const mean = smaCell(period);
  const ringLength = period - 1;
  const ringAt = mean.length;
  const positionAt = ringAt + ringLength;
  return indicatorOf(
    {
      name: `cci_${period}`,
      unit: 'ratio',
      warmUpBars: period,
      description: `Commodity channel index over ${period} bars`,
      source: 'Lambert 1980; TA-Lib CCI',
    },
    {
      length: positionAt + 1,
      // hot
      peek({ state, out, count, at, to, high, low, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const typical = (high[row]! + low[row]! + close[row]!) / 3;
          const average = mean.peek(state, base, typical);
          if (average !== average) {
            out[to[row]! + output] = Number.NaN;
            continue;
          }
          let deviation = Math.abs(typical - average);
          for (let index = 0; index < ringLength; index++) {
            deviation += Math.abs(state[base + ringAt + index]! - average);
          }
          const distance = typical - average;
          out[to[row]! + output] =
            distance === 0 || deviation === 0 ? 0 : distance / (0.015 * (deviation / period));
        }
      },
      commit({ state, count, at, high, low, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const typical = (high[row]! + low[row]! + close[row]!) / 3;
          mean.commit(state, base, typical);
          const position = state[base + positionAt]!;
          state[base + ringAt + position] = typical;
          state[base + positionAt] = position + 1 === ringLength ? 0 : position + 1;
        }
      },
    },
  );
}
