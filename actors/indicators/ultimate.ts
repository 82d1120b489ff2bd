// Ultimate oscillator.

import { sumCell } from './cells.js';
import { type Indicator, indicatorOf } from './indicator.js';
import { trueRange } from './true-range.js';

/** Buying pressure over true range in three spans. Source: Williams 1985; TA-Lib ULTOSC. */
export function ultimate(first: number, second: number, third: number): Indicator {
  const spans = [first, second, third].sort((a, b) => a - b);
  const cells = spans.map((span) => sumCell(span));
  // [bars, previous close, three sums of pressure, three sums of range]
  let length = 2;
  const pressureAt = cells.map((cell) => {
    length += cell.length;
    return length - cell.length;
  });
  const rangeAt = cells.map((cell) => {
    length += cell.length;
    return length - cell.length;
  });
  const [a, b, c] = cells as [(typeof cells)[0], (typeof cells)[0], (typeof cells)[0]];
  // hot
  const ratio = (
    cell: typeof a,
    state: Float64Array,
    at: number,
    rangeAt: number,
    pressure: number,
    range: number,
  ): number => {
    const total = cell.peek(state, rangeAt, range);
    return total === 0 ? 0 : cell.peek(state, at, pressure) / total;
  };
  return indicatorOf(
    {
      name: `ultosc_${first}_${second}_${third}`,
      unit: 'ratio',
      warmUpBars: Math.max(first, second, third) + 1,
      description: 'Buying pressure over true range in three spans, weighted 4:2:1, 0 to 100',
      source: 'Williams 1985; TA-Lib ULTOSC',
    },
    {
      length,
      // hot
      peek({ state, out, count, at, to, high, low, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base] === 0) {
            out[to[row]! + output] = Number.NaN;
            continue;
          }
          const before = state[base + 1]!;
          const pressure = close[row]! - (low[row]! < before ? low[row]! : before);
          const range = trueRange(high[row]!, low[row]!, before);
          const short = ratio(a, state, base + pressureAt[0]!, base + rangeAt[0]!, pressure, range);
          const middle = ratio(
            b,
            state,
            base + pressureAt[1]!,
            base + rangeAt[1]!,
            pressure,
            range,
          );
          const long = ratio(c, state, base + pressureAt[2]!, base + rangeAt[2]!, pressure, range);
          out[to[row]! + output] = (100 * (4 * short + 2 * middle + long)) / 7;
        }
      },
      commit({ state, count, at, high, low, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base] === 1) {
            const before = state[base + 1]!;
            const pressure = close[row]! - Math.min(low[row]!, before);
            const range = trueRange(high[row]!, low[row]!, before);
            for (let span = 0; span < 3; span++) {
              cells[span]!.commit(state, base + pressureAt[span]!, pressure);
              cells[span]!.commit(state, base + rangeAt[span]!, range);
            }
          }
          state[base] = 1;
          state[base + 1] = close[row]!;
        }
      },
    },
  );
}
