// Price channels: Donchian, Keltner, and the squeeze of Bollinger bands inside Keltner's.

import { deviationCell, emaCell } from './cells.js';
import { extremeCell } from './extremes.js';
import { type FeatureSpec, type Indicator, indicatorOf } from './indicator.js';
import { atrCell } from './true-range.js';

/** Highest high and lowest low of `period` bars, the current one included, and their middle. */
export function donchian(period: number): Indicator {
  const highest = extremeCell(period, 1);
  const lowest = extremeCell(period, -1);
  const lowestAt = highest.length;
  const spec = (name: string, description: string): FeatureSpec => ({
    name: `donchian_${name}_${period}`,
    unit: 'price',
    warmUpBars: period,
    description,
    source: 'Donchian channel',
  });
  return {
    outputs: [
      spec('upper', `Highest high of ${period} bars`),
      spec('middle', 'Half way between upper and lower'),
      spec('lower', `Lowest low of ${period} bars`),
    ],
    stateLength: highest.length + lowest.length,
    pastLength: highest.pastLength + lowest.pastLength,
    // hot
    peek({ state, out, count, at, to, high, low }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        const top = highest.peek(state, base, high[row]!);
        const bottom = lowest.peek(state, base + lowestAt, low[row]!);
        out[place] = top;
        out[place + 1] = (top + bottom) / 2;
        out[place + 2] = bottom;
      }
    },
    commit({ state, count, at, high, low }, offset, past) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const closed = at[row]! + past;
        highest.commit(state, base, high[row]!, closed);
        lowest.commit(state, base + lowestAt, low[row]!, closed + highest.pastLength);
      }
    },
  };
}

/** Highest high of the `period` bars before the current one. */
export function donchianPriorHigh(period: number): Indicator {
  const highest = extremeCell(period + 1, 1);
  return indicatorOf(
    {
      name: `donchian_prior_high_${period}`,
      unit: 'price',
      warmUpBars: period + 1,
      description: `Highest high of the ${period} bars before today`,
      source: 'Donchian channel',
    },
    {
      length: highest.length,
      pastLength: highest.pastLength,
      // hot
      peek({ state, out, count, at, to }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = highest.prior(state, base);
        }
      },
      commit({ state, count, at, high }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          highest.commit(state, base, high[row]!, at[row]! + past);
        }
      },
    },
  );
}

/** Exponential mean with bands of so many average true ranges. */
export function keltner(emaPeriod: number, atrPeriod: number, multiplier: number): Indicator {
  const mean = emaCell(emaPeriod);
  const range = atrCell(atrPeriod);
  const rangeAt = mean.length;
  const spec = (name: string, description: string): FeatureSpec => ({
    name: `keltner_${name}_${emaPeriod}`,
    unit: 'price',
    warmUpBars: Math.max(emaPeriod, atrPeriod + 1),
    description,
    source: 'Keltner 1960, Raschke form: exponential mean and Wilder true range',
  });
  return {
    outputs: [
      spec('upper', `Middle plus ${multiplier} atr_${atrPeriod}`),
      spec('middle', `Exponential mean of ${emaPeriod} closes`),
      spec('lower', `Middle less ${multiplier} atr_${atrPeriod}`),
    ],
    stateLength: mean.length + range.length,
    pastLength: 0,
    // hot
    peek({ state, out, count, at, to, high, low, close }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        const middle = mean.peek(state, base, close[row]!);
        const width = multiplier * range.peek(state, base + rangeAt, high[row]!, low[row]!);
        out[place] = middle + width;
        out[place + 1] = width === width ? middle : Number.NaN;
        out[place + 2] = middle - width;
      }
    },
    commit({ state, count, at, high, low, close }, offset) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        mean.commit(state, base, close[row]!);
        range.commit(state, base + rangeAt, high[row]!, low[row]!, close[row]!);
      }
    },
  };
}

/** 1 where the Bollinger bands (two deviations) lie inside the Keltner channel, else 0. */
export function squeeze(period: number, atrPeriod: number, multiplier: number): Indicator {
  const spread = deviationCell(period, 0);
  const mean = emaCell(period);
  const range = atrCell(atrPeriod);
  const meanAt = spread.length;
  const rangeAt = meanAt + mean.length;
  return indicatorOf(
    {
      name: `squeeze_${period}`,
      unit: 'flag',
      warmUpBars: Math.max(period, atrPeriod + 1),
      description: 'Bollinger bands inside the Keltner channel',
      source: 'Carter 2005, TTM squeeze',
    },
    {
      length: rangeAt + range.length,
      pastLength: spread.pastLength,
      // hot
      peek({ state, out, count, at, to, high, low, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const middle = mean.peek(state, base + meanAt, close[row]!);
          const room = multiplier * range.peek(state, base + rangeAt, high[row]!, low[row]!);
          const centre = spread.mean(state, base, close[row]!);
          const width = 2 * spread.peek(state, base, close[row]!);
          if (room !== room || middle !== middle || width !== width) {
            out[to[row]! + output] = Number.NaN;
            continue;
          }
          out[to[row]! + output] =
            centre + width < middle + room && centre - width > middle - room ? 1 : 0;
        }
      },
      commit({ state, count, at, high, low, close }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          spread.commit(state, base, close[row]!, at[row]! + past);
          mean.commit(state, base + meanAt, close[row]!);
          range.commit(state, base + rangeAt, high[row]!, low[row]!, close[row]!);
        }
      },
    },
  );
}
