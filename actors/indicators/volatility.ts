// Realised volatility of daily log returns.

import { deviationCell } from './cells.js';
import type { FeatureSpec, Indicator } from './indicator.js';

/** Sessions in a year, as the reference vectors have it. */
const SESSIONS_A_YEAR = 252;

/**
 * Annualised sample deviations (ddof 1) of so many daily log returns, one for each of `periods`:
 * they share the return, whose logarithm is most of the work.
 */
export function realisedVolatility(periods: readonly number[]): Indicator {
  const spreads = periods.map((period) => deviationCell(period, 1));
  // [bars, previous close, deviation ... of each period], and the past of each
  const starts = spreads.map((_, index) =>
    spreads.slice(0, index).reduce((sum, { length }) => sum + length, 2),
  );
  const pastStarts = spreads.map((_, index) =>
    spreads.slice(0, index).reduce((sum, { pastLength }) => sum + pastLength, 0),
  );
  const stateLength = spreads.reduce((sum, { length }) => sum + length, 2);
  const scale = Math.sqrt(SESSIONS_A_YEAR);
  return {
    outputs: periods.map(specOf),
    stateLength,
    pastLength: spreads.reduce((sum, { pastLength }) => sum + pastLength, 0),
    // hot
    peek({ state, out, count, at, to, close }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        const move = state[base] === 0 ? Number.NaN : Math.log(close[row]! / state[base + 1]!);
        for (let index = 0; index < spreads.length; index++) {
          out[place + index] = scale * spreads[index]!.peek(state, base + starts[index]!, move);
        }
      }
    },
    commit({ state, count, at, close }, offset, past) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        if (state[base] === 1) {
          const move = Math.log(close[row]! / state[base + 1]!);
          for (let index = 0; index < spreads.length; index++) {
            const closed = at[row]! + past + pastStarts[index]!;
            spreads[index]!.commit(state, base + starts[index]!, move, closed);
          }
        }
        state[base] = 1;
        state[base + 1] = close[row]!;
      }
    },
  };
}

function specOf(period: number): FeatureSpec {
  return {
    name: `realised_vol_${period}`,
    unit: 'fraction',
    warmUpBars: period + 1,
    description: `Annualised deviation of ${period} daily log returns`,
    source: 'sample standard deviation, ddof 1, times the root of 252',
  };
}
