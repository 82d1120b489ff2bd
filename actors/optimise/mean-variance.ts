// Portfolios on the efficient frontier: least variance, a target return, the largest Sharpe ratio.

import { type Refusal, refusal } from '../../engine/index.js';
import { choleskyFactor, choleskySolve, dot, type Matrix, quadraticForm } from '../linear/index.js';
import {
  boxOf,
  constraintsOf,
  equalTo,
  type PortfolioLimits,
  returnRange,
  shown,
} from './constraints.js';
import { type Constraint, type QuadraticSolution, solveQuadratic } from './quadratic.js';
import { leastVarianceWithin } from './turnover.js';

/** Weights, in the order of the covariance. */
export interface Allocation {
  readonly kind: 'allocation';
  readonly weights: Float64Array;
}

/** What a portfolio is expected to do. Units: those of the mean and covariance given. */
export interface Expectation {
  readonly return: number;
  readonly volatility: number;
  readonly sharpe: number;
}

/** The expectation of some weights. */
export function expectationOf(
  weights: ArrayLike<number>,
  mean: ArrayLike<number>,
  covariance: Matrix,
  riskFree = 0,
): Expectation {
  const reward = dot(weights, mean);
  const volatility = Math.sqrt(quadraticForm(covariance, weights));
  return { return: reward, volatility, sharpe: (reward - riskFree) / volatility };
}

/** A weight this near to its bound, or to zero, is on it but for rounding. */
const SNAP = 1e-13;

/** A target this share past what can be reached was summed in another order. */
const TARGET_SLACK = 1e-12;

function leastVariance(
  covariance: Matrix,
  constraints: readonly Constraint[],
  limits: PortfolioLimits,
): Allocation | Refusal {
  const linear = new Float64Array(covariance.rows);
  const solved =
    limits.turnover === undefined
      ? solveQuadratic({ quadratic: covariance, linear, constraints })
      : leastVarianceWithin(covariance, constraints, limits.turnover);
  if (solved.kind === 'refusal') return solved;
  return { kind: 'allocation', weights: snapped(solved, constraints) };
}

/** Puts weights that their bound holds exactly on it. */
function snapped(solved: QuadraticSolution, constraints: readonly Constraint[]): Float64Array {
  const weights = solved.x;
  constraints.forEach(({ kind, coefficients, bound }, index) => {
    if (kind === 'equal' || solved.multipliers[index] === 0) return;
    const only = coefficients.findIndex((value) => value !== 0);
    if (only !== coefficients.findLastIndex((value) => value !== 0)) return;
    const edge = bound / coefficients[only]!;
    if (Math.abs(weights[only]! - edge) < SNAP) weights[only] = edge === 0 ? 0 : edge;
  });
  return weights;
}

/** The least variance within the limits. Errors: `optimise.*`, as of the programme and limits. */
export function minVariance(
  covariance: Matrix,
  limits: PortfolioLimits = {},
): Allocation | Refusal {
  const constraints = constraintsOf(limits, covariance.rows);
  return 'kind' in constraints ? constraints : leastVariance(covariance, constraints, limits);
}

/** The least variance with exactly a mean return. Errors: as `minVariance`, with the range. */
export function efficientReturn(
  covariance: Matrix,
  mean: ArrayLike<number>,
  targetReturn: number,
  limits: PortfolioLimits = {},
): Allocation | Refusal {
  const constraints = constraintsOf(limits, covariance.rows);
  if ('kind' in constraints) return constraints;
  const box = boxOf(limits, covariance.rows);
  if ('kind' in box) return box;
  const { least, most } = returnRange(box, mean, limits.total ?? 1);
  const within = Math.min(most, Math.max(least, targetReturn));
  if (!(Math.abs(within - targetReturn) <= TARGET_SLACK * Math.abs(targetReturn))) {
    return refusal(
      'optimise.infeasible',
      `expected a target return of ${shown(least)} to ${shown(most)}, was ${targetReturn}`,
    );
  }
  const target = equalTo('target return', mean, within);
  return leastVariance(covariance, [constraints[0]!, target, ...constraints.slice(1)], limits);
}

/**
 * The largest Sharpe ratio within the limits: the least variance per unit of excess return, of
 * weights scaled freely, scaled back to their total.
 * Errors: as `minVariance`; `optimise.no_excess_return` where no allowed portfolio beats the
 * riskless rate; `optimise.turnover_unsupported`, for turnover does not scale.
 * Source: Cornuejols and Tutuncu, Optimization Methods in Finance, 8.2.
 */
export function maxSharpe(
  covariance: Matrix,
  mean: ArrayLike<number>,
  riskFree: number,
  limits: PortfolioLimits = {},
): Allocation | Refusal {
  const total = limits.total ?? 1;
  if (limits.turnover !== undefined || !(total > 0)) {
    return refusal(
      'optimise.turnover_unsupported',
      `expected no turnover limit and a total above 0, was ${total}`,
    );
  }
  const constraints = constraintsOf(limits, covariance.rows);
  if ('kind' in constraints) return constraints;
  const excess = Float64Array.from(mean, (value) => value - riskFree / total);
  const box = boxOf(limits, covariance.rows);
  if ('kind' in box) return box;
  const { most } = returnRange(box, excess, total);
  if (!(most > 0)) {
    return refusal(
      'optimise.no_excess_return',
      `expected a portfolio above the riskless ${riskFree}, was ${most} above it at best`,
    );
  }
  const homogeneous = constraints.slice(1).map((constraint) => ({
    ...constraint,
    coefficients: constraint.coefficients.map((value) => value - constraint.bound / total),
    bound: 0,
  }));
  const ones = new Float64Array(covariance.rows).fill(1);
  const solved = solveQuadratic({
    quadratic: covariance,
    linear: new Float64Array(covariance.rows),
    constraints: [
      equalTo('excess return', excess, 1),
      { kind: 'at_least', name: 'total above 0', coefficients: ones, bound: 0 },
      ...homogeneous,
    ],
  });
  if (solved.kind === 'refusal') return solved;
  const scale = dot(solved.x, ones);
  if (!(scale > 0)) {
    return refusal('optimise.no_excess_return', `expected a scale above 0, was ${scale}`);
  }
  const weights = solved.x.map((value) => {
    const weight = (value * total) / scale;
    return Math.abs(weight) < SNAP ? 0 : weight;
  });
  return { kind: 'allocation', weights };
}

/**
 * The tangency portfolio without bounds: the inverse covariance times excess returns, scaled to
 * sum to one. Where that sum is negative it is the one of the lowest Sharpe ratio.
 * Errors: `optimise.covariance_singular`, `optimise.no_excess_return`. Source: Merton 1972.
 */
export function tangency(
  covariance: Matrix,
  mean: ArrayLike<number>,
  riskFree: number,
): Allocation | Refusal {
  const factor = choleskyFactor(covariance);
  if (factor === undefined) {
    return refusal(
      'optimise.covariance_singular',
      `expected a positive definite matrix of ${covariance.rows} rows`,
    );
  }
  const shares = choleskySolve(
    factor,
    Float64Array.from(mean, (value) => value - riskFree),
  );
  const sum = shares.reduce((total, value) => total + value, 0);
  if (sum === 0) return refusal('optimise.no_excess_return', 'expected shares with a sum, was 0');
  return { kind: 'allocation', weights: shares.map((value) => value / sum) };
}
