// What a way to build portfolios would have earned: built each quarter from the past alone.

import { annualReturn, maxDrawdown } from '../../actors/analytics/index.js';
import { deviation } from '../../actors/statistics/index.js';
import { type OptimiseInput, type OptimiseWish, optimise, problemOf } from './optimise-run.js';

/** Sessions that weights are held for: a quarter. Set back to them at every close of it. */
const HOLD_SESSIONS = 63;

/** Sessions of a year. */
const YEAR = 252;

/** What came of it, a year and before costs. */
export interface Realised {
  readonly return: number;
  readonly volatility: number;
  readonly sharpe: number;
  /** Deepest fall, at most 0. */
  readonly drawdown: number;
}

/** A walk through history. */
export interface Walk {
  /** Yyyymmdd of the first and last return earned. */
  readonly from: number;
  readonly to: number;
  readonly built: number;
  /** Quarters whose bounds could not be met: equal weights stood in. */
  readonly refused: number;
  readonly method: Realised;
  /** Equal weights of the same stocks. */
  readonly equalWeights: Realised;
}

/** Walks forward; undefined where history is too short for one quarter after the lookback. */
export function walkForward(input: OptimiseInput, wish: OptimiseWish): Walk | undefined {
  const { history, lookback } = input;
  const first = lookback + 1;
  const count = history.dates.length - first;
  if (count < HOLD_SESSIONS) return undefined;
  const earned = new Float64Array(count);
  const plain = new Float64Array(count);
  let built = 0;
  let refused = 0;
  for (let start = first; start < history.dates.length; start += HOLD_SESSIONS) {
    const past = {
      ...history,
      dates: history.dates.subarray(0, start),
      returns: history.returns.map((returns) => returns.subarray(0, start)),
    };
    const problem = problemOf({ ...input, history: past });
    const found = optimise(problem, wish);
    const equal = new Float64Array(problem.rows.length).fill(1 / problem.rows.length);
    if (found.kind === 'refusal') refused++;
    const weights = found.kind === 'refusal' ? equal : found.weights;
    built++;
    const end = Math.min(start + HOLD_SESSIONS, history.dates.length);
    for (let session = start; session < end; session++) {
      problem.rows.forEach((row, at) => {
        // A stock that does not trade keeps its value.
        const value = history.returns[row]![session]! || 0;
        earned[session - first] = earned[session - first]! + weights[at]! * value;
        plain[session - first] = plain[session - first]! + equal[at]! * value;
      });
    }
  }
  return {
    from: history.dates[first]!,
    to: history.dates[history.dates.length - 1]!,
    built,
    refused,
    method: realised(earned, wish.riskFree),
    equalWeights: realised(plain, wish.riskFree),
  };
}

function realised(returns: Float64Array, riskFree: number): Realised {
  const reward = annualReturn(returns, YEAR);
  const volatility = deviation(returns) * Math.sqrt(YEAR);
  return {
    return: reward,
    volatility,
    sharpe: (reward - riskFree) / volatility,
    drawdown: maxDrawdown(returns)?.depth ?? 0,
  };
}
