// Builds a portfolio of chosen stocks from their last year: weights, risk shares, expectations.

import { type Matrix, scaled } from '../../actors/linear/index.js';
import {
  efficientReturn,
  expectationOf,
  type GroupLimit,
  hierarchicalRiskParity,
  type Linkage,
  maxSharpe,
  minVariance,
  type PortfolioLimits,
  riskBudget,
  riskShares,
  turnoverOf,
} from '../../actors/optimise/index.js';
import { mean } from '../../actors/statistics/index.js';
import { Fault, type Refusal, refusal } from '../../engine/index.js';
import type { Member } from '../config/members.js';
import { covarianceOf } from './covariance.js';
import type { CovarianceEstimate } from './covariance-estimates.js';
import type { OptimiseMethod } from './optimise-methods.js';
import type { ReturnHistory } from './return-history.js';

/** Sessions of a year. */
const YEAR = 252;

/** What a portfolio is built of. */
export interface OptimiseInput {
  readonly history: ReturnHistory;
  readonly members: ReadonlyMap<string, Member>;
  readonly rows: readonly number[];
  readonly lookback: number;
  readonly covariance: CovarianceEstimate;
}

/** Stocks with a whole history, their expectations a year, and those that were left out. */
export interface OptimiseProblem {
  readonly symbols: readonly string[];
  readonly rows: readonly number[];
  readonly sectors: readonly string[];
  readonly mean: Float64Array;
  readonly covariance: Matrix;
  /** Names without a return at every session of the lookback. */
  readonly leftOut: readonly string[];
}

/**
 * Estimates means and covariances from the last `lookback` returns, a year being 252.
 * Errors: `data.too_little_history` where fewer than two stocks have them all.
 */
export function problemOf(input: OptimiseInput): OptimiseProblem {
  const { history, members, lookback } = input;
  const tail = (row: number): Float64Array => history.returns[row]!.slice(-lookback);
  const isWhole = (row: number): boolean =>
    history.dates.length > lookback && tail(row).every((value) => Number.isFinite(value));
  const rows = input.rows.filter(isWhole);
  const nameOf = (row: number): string => history.symbols[row]!;
  const leftOut = input.rows.filter((row) => !isWhole(row)).map(nameOf);
  if (rows.length < 2) {
    throw new Fault(
      'data.too_little_history',
      `expected at least 2 stocks with ${lookback} returns, was ${rows.length} of ${input.rows.length}`,
    );
  }
  const columns = rows.map(tail);
  return {
    symbols: rows.map(nameOf),
    rows,
    sectors: rows.map((row) => members.get(nameOf(row))?.sector ?? 'unknown'),
    mean: Float64Array.from(columns, (column) => mean(column) * YEAR),
    covariance: scaled(covarianceOf(input.covariance, columns), YEAR),
    leftOut,
  };
}

/** What the weights have to keep to. Fractions; an absent bound does not bind. */
export interface OptimiseBounds {
  readonly minWeight: number;
  readonly maxWeight: number | undefined;
  readonly sectorMax: number | undefined;
  readonly turnover: { readonly from: ArrayLike<number>; readonly max: number } | undefined;
}

/** What is wanted. */
export interface OptimiseWish {
  readonly method: OptimiseMethod;
  readonly bounds: OptimiseBounds;
  /** A year's, fractions. */
  readonly riskFree: number;
  /** A year's; read by `target-return` only. */
  readonly target: number;
  readonly linkage: Linkage;
}

/** A portfolio, in the order of the problem's symbols. */
export interface Optimised {
  readonly kind: 'optimised';
  readonly weights: Float64Array;
  /** Shares of the variance; they sum to one. */
  readonly riskShares: Float64Array;
  readonly expected: ReturnType<typeof expectationOf>;
  /** The same of equal weights, to hold it against. */
  readonly equalWeights: ReturnType<typeof expectationOf>;
  /** One over the sum of squared weights: as many equal positions would be as concentrated. */
  readonly effectiveNames: number;
  readonly turnover: number | undefined;
}

/** Builds the portfolio. Errors: a refusal `optimise.*` with its numbers, stocks by their names. */
export function optimise(
  problem: OptimiseProblem,
  wish: OptimiseWish,
  from?: ArrayLike<number>,
): Optimised | Refusal {
  const found = allocate(problem, wish);
  if (found.kind === 'refusal') {
    const text = found.text.replaceAll(
      /asset (\d+)/g,
      (whole, index: string) => problem.symbols[Number(index)] ?? whole,
    );
    return { ...found, text };
  }
  const { weights } = found;
  const count = weights.length;
  const { mean: means, covariance } = problem;
  return {
    kind: 'optimised',
    weights,
    riskShares: riskShares(weights, covariance),
    expected: expectationOf(weights, means, covariance, wish.riskFree),
    equalWeights: expectationOf(
      new Float64Array(count).fill(1 / count),
      means,
      covariance,
      wish.riskFree,
    ),
    effectiveNames: 1 / weights.reduce((sum, weight) => sum + weight ** 2, 0),
    turnover: from === undefined ? undefined : turnoverOf(weights, from),
  };
}

function allocate(
  { mean: means, covariance, sectors }: OptimiseProblem,
  { method, bounds, riskFree, target, linkage }: OptimiseWish,
): { readonly kind: 'allocation'; readonly weights: Float64Array } | Refusal {
  const { minWeight, maxWeight, sectorMax, turnover } = bounds;
  const limits: PortfolioLimits = {
    minWeight,
    ...(maxWeight === undefined ? {} : { maxWeight }),
    ...(sectorMax === undefined ? {} : { groups: groupsOf(sectors, sectorMax) }),
    ...(turnover === undefined ? {} : { turnover }),
  };
  const room = sectorMax === undefined ? 1 : roomOf(sectors, sectorMax, maxWeight ?? Infinity);
  if (room < 1) {
    return refusal(
      'optimise.infeasible',
      `expected bounds on stocks and sectors that hold 1 together, was ${room} in ${new Set(sectors).size} sectors`,
    );
  }
  switch (method) {
    case 'min-variance':
      return minVariance(covariance, limits);
    // The best by its means: those of the past, or of the past with views (see `blended`).
    case 'max-sharpe':
    case 'black-litterman':
      return maxSharpe(covariance, means, riskFree, limits);
    case 'target-return':
      return efficientReturn(covariance, means, target, limits);
    case 'risk-parity':
      return riskBudget(covariance);
    case 'hrp':
      return hierarchicalRiskParity(covariance, linkage);
  }
}

/** Most that can be held when every stock and every sector is at its largest. */
function roomOf(sectors: readonly string[], sectorMax: number, maxWeight: number): number {
  const names = [...new Set(sectors)];
  return names.reduce((sum, name) => {
    const members = sectors.filter((sector) => sector === name).length;
    return sum + Math.min(sectorMax, members * maxWeight);
  }, 0);
}

function groupsOf(sectors: readonly string[], max: number): GroupLimit[] {
  return [...new Set(sectors)].sort().map((name) => ({
    name,
    members: sectors.flatMap((sector, index) => (sector === name ? [index] : [])),
    max,
  }));
}
