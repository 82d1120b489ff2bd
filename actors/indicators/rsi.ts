// Relative strength index.

import { EPSILON, wilderCell } from './cells.js';
import { type Indicator, indicatorOf } from './indicator.js';

/**
 * Wilder's relative strength index, 0 to 100; 0 where nothing moved, as TA-Lib says.
 * Source: Wilder 1978; TA-Lib RSI.
 */
export function rsi(period: number): Indicator {
  const gain = wilderCell(period);
  const loss = wilderCell(period);
  // [bars, previous close, gain ..., loss ...]
  const gainAt = 2;
  const lossAt = gainAt + gain.length;
  return indicatorOf(
    {
      name: `rsi_${period}`,
      unit: 'percent',
      warmUpBars: period + 1,
      description: `Relative strength index over ${period} bars, 0 to 100`,
      source: 'Wilder 1978; TA-Lib RSI',
    },
    {
      length: lossAt + loss.length,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base] === 0) {
            out[to[row]! + output] = Number.NaN;
            continue;
          }
          const change = close[row]! - state[base + 1]!;
          const up = gain.peek(state, base + gainAt, change > 0 ? change : 0);
          const down = loss.peek(state, base + lossAt, change < 0 ? -change : 0);
          const both = up + down;
          out[to[row]! + output] = both < EPSILON ? 0 : (100 * up) / both;
        }
      },
      commit({ state, count, at, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base] === 1) {
            const change = close[row]! - state[base + 1]!;
            gain.commit(state, base + gainAt, change > 0 ? change : 0);
            loss.commit(state, base + lossAt, change < 0 ? -change : 0);
          }
          state[base] = 1;
          state[base + 1] = close[row]!;
        }
      },
    },
  );
}
