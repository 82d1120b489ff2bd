// Aroon: how long ago the highest high and the lowest low were seen.

import { extremeCell } from './extremes.js';
import type { FeatureSpec, Indicator } from './indicator.js';

/** Aroon down and up over `period + 1` bars, 0 to 100. Source: Chande 1995; TA-Lib AROON. */
export function aroon(period: number): Indicator {
  const highest = extremeCell(period + 1, 1);
  const lowest = extremeCell(period + 1, -1);
  const lowestAt = highest.length;
  const scale = 100 / period;
  const spec = (name: string, description: string): FeatureSpec => ({
    name: `${name}_${period}`,
    unit: 'percent',
    warmUpBars: period + 1,
    description,
    source: 'Chande 1995; TA-Lib AROON',
  });
  return {
    outputs: [
      spec('aroon_down', `100 when the low of ${period} bars is today's, 0 when it is oldest`),
      spec('aroon_up', `100 when the high of ${period} bars is today's, 0 when it is oldest`),
    ],
    stateLength: highest.length + lowest.length,
    pastLength: highest.pastLength + lowest.pastLength,
    // hot
    peek({ state, out, count, at, to, high, low }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        out[place] = scale * (period - lowest.age(state, base + lowestAt, low[row]!));
        out[place + 1] = scale * (period - highest.age(state, base, high[row]!));
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
