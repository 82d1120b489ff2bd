// Rate of change of a triple exponential mean.

import { emaCell } from './cells.js';
import { type Indicator, indicatorOf } from './indicator.js';

/** One-bar change of the triple exponential mean, in percent. Source: Hutson 1983; TA-Lib TRIX. */
export function trix(period: number): Indicator {
  const mean = emaCell(period);
  // [has a value before, that value, first ..., second ..., third ...]
  const firstAt = 2;
  const secondAt = firstAt + mean.length;
  const thirdAt = secondAt + mean.length;
  return indicatorOf(
    {
      name: `trix_${period}`,
      unit: 'percent',
      warmUpBars: 3 * (period - 1) + 2,
      description: `One-bar change of the triple exponential mean over ${period} bars`,
      source: 'Hutson 1983; TA-Lib TRIX',
    },
    {
      length: thirdAt + mean.length,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base] === 0) {
            out[to[row]! + output] = Number.NaN;
            continue;
          }
          const first = mean.peek(state, base + firstAt, close[row]!);
          const second = mean.peek(state, base + secondAt, first);
          const third = mean.peek(state, base + thirdAt, second);
          out[to[row]! + output] = (third / state[base + 1]! - 1) * 100;
        }
      },
      commit({ state, count, at, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const first = mean.peek(state, base + firstAt, close[row]!);
          const second = mean.peek(state, base + secondAt, first);
          const third = mean.peek(state, base + thirdAt, second);
          mean.commit(state, base + firstAt, close[row]!);
          if (first === first) mean.commit(state, base + secondAt, first);
          if (second === second) mean.commit(state, base + thirdAt, second);
          if (third !== third) continue;
          state[base] = 1;
          state[base + 1] = third;
        }
      },
    },
  );
}
