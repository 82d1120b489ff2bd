// Realised volatility of daily log returns.

import { deviationCell } from './cells.js';
import { type Indicator, indicatorOf } from './indicator.js';

/** Sessions in a year, as the reference vectors have it. */
const SESSIONS_A_YEAR = 252;

/** Annualised sample deviation (ddof 1) of `period` daily log returns. */
export function realisedVolatility(period: number): Indicator {
  const spread = deviationCell(period, 1);
  const scale = Math.sqrt(SESSIONS_A_YEAR);
  // [bars, previous close, deviation ...]
  return indicatorOf(
    {
      name: `realised_vol_${period}`,
      unit: 'fraction',
      warmUpBars: period + 1,
      description: `Annualised deviation of ${period} daily log returns`,
      source: 'sample standard deviation, ddof 1, times the root of 252',
    },
    {
      length: 2 + spread.length,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base] === 0) {
            out[to[row]! + output] = Number.NaN;
            continue;
          }
          out[to[row]! + output] =
            scale * spread.peek(state, base + 2, Math.log(close[row]! / state[base + 1]!));
        }
      },
      commit({ state, count, at, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base] === 1) {
            spread.commit(state, base + 2, Math.log(close[row]! / state[base + 1]!));
          }
          state[base] = 1;
          state[base + 1] = close[row]!;
        }
      },
    },
  );
}
