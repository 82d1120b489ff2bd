// Mean absolute deviation, and the commodity channel index.

import { type SpreadCell, smaCell } from './cells.js';
import { type Indicator, indicatorOf } from './indicator.js';

/**
 * A deviation of less than this share of the price is what a running sum leaves when nothing moves:
 * one tick of the dearest stock is a thousand times more.
 */
const FLAT_SHARE = 1e-12;

/** Mean absolute deviation of the last `period` inputs from their mean. Source: TA-Lib AVGDEV. */
export function meanDeviationCell(period: number): SpreadCell {
  const mean = smaCell(period);
  const ringLength = period - 1;
  const ringAt = mean.length;
  const positionAt = ringAt + ringLength;
  return {
    length: positionAt + 1,
    pastLength: mean.pastLength,
    warmUp: period,
    mean: mean.peek,
    // hot
    peek(state, base, x) {
      const average = mean.peek(state, base, x);
      if (average !== average) return Number.NaN;
      let deviation = Math.abs(x - average);
      for (let index = 0; index < ringLength; index++) {
        deviation += Math.abs(state[base + ringAt + index]! - average);
      }
      return deviation / period;
    },
    commit(state, base, x, past) {
      mean.commit(state, base, x, past);
      if (ringLength === 0) return;
      const position = state[base + positionAt]!;
      state[base + ringAt + position] = x;
      state[base + positionAt] = position + 1 === ringLength ? 0 : position + 1;
    },
  };
}

/**
 * Distance of the typical price from its mean, in 0.015 mean absolute deviations; 0 where nothing
 * moved.
 * Source: Lambert 1980; TA-Lib CCI.
 */
export function cci(period: number): Indicator {
  const spread = meanDeviationCell(period);
  return indicatorOf(
    {
      name: `cci_${period}`,
      unit: 'ratio',
      warmUpBars: period,
      description: `Commodity channel index over ${period} bars`,
      source: 'Lambert 1980; TA-Lib CCI',
    },
    {
      length: spread.length,
      pastLength: spread.pastLength,
      // hot
      peek({ state, out, count, at, to, high, low, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const typical = (high[row]! + low[row]! + close[row]!) / 3;
          const distance = typical - spread.mean(state, base, typical);
          const deviation = spread.peek(state, base, typical);
          const isFlat = deviation <= FLAT_SHARE * Math.abs(typical);
          out[to[row]! + output] = isFlat ? 0 : distance / (0.015 * deviation);
        }
      },
      commit({ state, count, at, high, low, close }, offset, past) {
        for (let row = 0; row < count; row++) {
          const typical = (high[row]! + low[row]! + close[row]!) / 3;
          spread.commit(state, at[row]! + offset, typical, at[row]! + past);
        }
      },
    },
  );
}
