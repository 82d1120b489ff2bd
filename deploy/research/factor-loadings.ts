// What each stock does when a factor moves: loadings on the market, momentum and volatility.

import { deviation, mean, regress } from '../../actors/statistics/index.js';
import { SCENARIO_FACTORS, type ScenarioFactor } from '../config/scenario-config.js';
import { meanReturns, type ReturnHistory } from './return-history.js';

/** Sessions that loadings are fitted over: a year. */
const FIT_SESSIONS = 252;

/** Momentum ranks by the year before the last month, volatility by the last quarter. */
const MOMENTUM_FROM = 252;
const MOMENTUM_TO = 21;
const VOLATILITY_SESSIONS = 63;

/** Sessions between rankings: a month. */
const RANK_SESSIONS = 21;

/** Loadings by row, undefined where a stock has less than the year; and the fits' mean quality. */
export interface FactorLoadings {
  readonly byRow: readonly (ReadonlyMap<ScenarioFactor, number> | undefined)[];
  /** Mean share of the stocks' variance that the factors explain. */
  readonly rSquaredMean: number;
}

/**
 * Fits the loadings over the last year by least squares on all three factors at once. Momentum is
 * the best third of stocks less the worst, volatility the most restless third less the calmest,
 * equally weighted and ranked once a month from the past only. No stock has any where there are
 * too few stocks or sessions for factors.
 */
export function fitLoadings(history: ReturnHistory): FactorLoadings {
  const factors = factorReturns(history);
  if (factors === undefined) {
    return { byRow: history.returns.map(() => undefined), rSquaredMean: Number.NaN };
  }
  const { start, columns } = factors;
  const qualities: number[] = [];
  const byRow = history.returns.map((returns) => {
    const fitted = regress(returns.subarray(start), columns, { kind: 'plain' });
    // A stock without the whole year has a NaN in it, and so has whatever is fitted to that.
    if (fitted.kind === 'refusal' || !Number.isFinite(fitted.rSquared)) return undefined;
    qualities.push(fitted.rSquared);
    return new Map(SCENARIO_FACTORS.map((name, at) => [name, fitted.coefficients[at + 1]!]));
  });
  return { byRow, rSquaredMean: mean(qualities) };
}

/** Returns of the factors over the last year. */
export interface FactorReturns {
  /** Session of the first of them. */
  readonly start: number;
  /** One array a factor, in the order of `SCENARIO_FACTORS`. */
  readonly columns: readonly Float64Array[];
}

/** Made once of each history: several figures of a report rest on them. */
const made = new WeakMap<ReturnHistory, FactorReturns>();

/** Sessions that factors are made of at least: a year to rank by, and a year. */
export const FACTOR_SESSIONS_MIN = 1 + MOMENTUM_FROM + FIT_SESSIONS;
/** Stocks that factors are made of at least: thirds of three. */
export const FACTOR_SYMBOLS_MIN = 9;

/** Makes them; undefined where there are too few sessions or symbols. */
export function factorReturns(history: ReturnHistory): FactorReturns | undefined {
  const known = made.get(history);
  if (known !== undefined) return known;
  const count = history.dates.length;
  if (count < FACTOR_SESSIONS_MIN || history.symbols.length < FACTOR_SYMBOLS_MIN) return undefined;
  const start = count - FIT_SESSIONS;
  const everyone = history.symbols.map((_, row) => row);
  const market = meanReturns(history, everyone).subarray(start);
  const momentum = spreadReturns(history, start, (past) =>
    past.slice(-MOMENTUM_FROM, -MOMENTUM_TO).reduce((growth, value) => growth * (1 + value), 1),
  );
  const volatility = spreadReturns(history, start, (past) =>
    deviation(past.subarray(-VOLATILITY_SESSIONS)),
  );
  const factors = { start, columns: [market, momentum, volatility] };
  made.set(history, factors);
  return factors;
}

/** Returns of the third that ranks highest less the third that ranks lowest. */
function spreadReturns(
  history: ReturnHistory,
  start: number,
  rank: (past: Float64Array) => number,
): Float64Array {
  const out = new Float64Array(history.dates.length - start);
  for (let from = start; from < history.dates.length; from += RANK_SESSIONS) {
    const ranked = history.returns
      .map((returns, row) => ({ row, rank: rank(returns.subarray(1, from)) }))
      .filter((one) => Number.isFinite(one.rank))
      .sort((a, b) => a.rank - b.rank || a.row - b.row)
      .map(({ row }) => row);
    const third = Math.floor(ranked.length / 3);
    const low = meanReturns(history, ranked.slice(0, third));
    const high = meanReturns(history, ranked.slice(-third));
    const end = Math.min(from + RANK_SESSIONS, history.dates.length);
    for (let at = from; at < end; at++) out[at - start] = high[at]! - low[at]!;
  }
  return out;
}
