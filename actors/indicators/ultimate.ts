// Ultimate oscillator.

import { sumCell } from './cells.js';
import { type Indicator, indicatorOf } from './indicator.js';
import { trueRange } from './true-range.js';

/** Buying pressure over true range, summed over one span; 0 without a range. */
function spanCell(period: number) {
  const sum = sumCell(period);
  const rangeAt = sum.length;
  return {
    length: 2 * sum.length,
    pastLength: 2 * sum.pastLength,
    // hot
    peek(state: Float64Array, base: number, pressure: number, range: number): number {
      const total = sum.peek(state, base + rangeAt, range);
      return total === 0 ? 0 : sum.peek(state, base, pressure) / total;
    },
    commit(state: Float64Array, base: number, pressure: number, range: number, past: number) {
      sum.commit(state, base, pressure, past);
      sum.commit(state, base + rangeAt, range, past + sum.pastLength);
    },
  };
}

/** Buying pressure over true range in three spans. Source: Williams 1985; TA-Lib ULTOSC. */
export function ultimate(first: number, second: number, third: number): Indicator {
  const shortest = Math.min(first, second, third);
  const longest = Math.max(first, second, third);
  const short = spanCell(shortest);
  const middle = spanCell(first + second + third - shortest - longest);
  const long = spanCell(longest);
  // [bars, previous close, short ..., middle ..., long ...]
  const shortAt = 2;
  const middleAt = shortAt + short.length;
  const longAt = middleAt + middle.length;
  const longPastAt = short.pastLength + middle.pastLength;
  return indicatorOf(
    {
      name: `ultosc_${first}_${second}_${third}`,
      unit: 'percent',
      warmUpBars: longest + 1,
      description: 'Buying pressure over true range in three spans, weighted 4:2:1, 0 to 100',
      source: 'Williams 1985; TA-Lib ULTOSC',
    },
    {
      length: longAt + long.length,
      pastLength: longPastAt + long.pastLength,
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
          const nearest = short.peek(state, base + shortAt, pressure, range);
          const nearer = middle.peek(state, base + middleAt, pressure, range);
          const far = long.peek(state, base + longAt, pressure, range);
          out[to[row]! + output] = (100 * (4 * nearest + 2 * nearer + far)) / 7;
        }
      },
      commit({ state, count, at, high, low, close }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base] === 1) {
            const before = state[base + 1]!;
            const pressure = close[row]! - (low[row]! < before ? low[row]! : before);
            const range = trueRange(high[row]!, low[row]!, before);
            const closed = at[row]! + past;
            const middlePast = closed + short.pastLength;
            short.commit(state, base + shortAt, pressure, range, closed);
            middle.commit(state, base + middleAt, pressure, range, middlePast);
            long.commit(state, base + longAt, pressure, range, closed + longPastAt);
          }
          state[base] = 1;
          state[base + 1] = close[row]!;
        }
      },
    },
  );
}
