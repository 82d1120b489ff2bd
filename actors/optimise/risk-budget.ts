// Portfolios by risk alone: equal or budgeted contributions, and inverse variance.

import { type Refusal, refusal } from '../../engine/index.js';
import {
  choleskyFactor,
  choleskySolve,
  diagonal,
  dot,
  type Matrix,
  multiplyVector,
} from '../linear/index.js';
import type { Allocation } from './mean-variance.js';

/** Newton's method halves its digits' distance to exact in each step; damping takes a few more. */
const STEPS_MAX = 200;
const GRADIENT_MAX = 1e-15;

/** Each asset's share of the portfolio's variance; they sum to one. */
export function riskShares(weights: ArrayLike<number>, covariance: Matrix): Float64Array {
  const slopes = multiplyVector(covariance, weights);
  const variance = dot(weights, slopes);
  return slopes.map((slope, index) => (weights[index]! * slope) / variance);
}

/**
 * Long-only weights whose shares of the variance are the budgets, equal ones without any.
 * Errors: `optimise.bad_budgets` unless there is one above 0 each; they are scaled to sum to one;
 * `optimise.covariance_singular`. Source: Spinu 2013 (Newton on the log-barrier form).
 */
export function riskBudget(
  covariance: Matrix,
  budgets: ArrayLike<number> = new Float64Array(covariance.rows).fill(1),
): Allocation | Refusal {
  const count = covariance.rows;
  const sum = Array.from(budgets).reduce((total, value) => total + value, 0);
  if (
    budgets.length !== count ||
    !Array.from(budgets).every((value) => value > 0 && value <= sum)
  ) {
    return refusal(
      'optimise.bad_budgets',
      `expected ${count} budgets above 0, was [${Array.from(budgets).join(', ')}]`,
    );
  }
  if (choleskyFactor(covariance) === undefined) return singular(count);
  const shares = Float64Array.from(budgets, (value) => value / sum);
  // Correlations in place of covariances: the problem is then free of scale.
  const sizes = diagonal(covariance).map(Math.sqrt);
  const unit: Matrix = {
    ...covariance,
    values: covariance.values.map(
      (value, at) => value / (sizes[Math.floor(at / count)]! * sizes[at % count]!),
    ),
  };
  const solved = newton(unit, shares);
  if (solved === undefined) {
    return refusal('optimise.no_convergence', `expected an end within ${STEPS_MAX} steps`);
  }
  const raw = solved.map((value, index) => value / sizes[index]!);
  const total = raw.reduce((all, value) => all + value, 0);
  return { kind: 'allocation', weights: raw.map((value) => value / total) };
}

function singular(count: number): Refusal {
  return refusal(
    'optimise.covariance_singular',
    `expected a positive definite matrix of ${count} rows`,
  );
}

/** Minimises `x' C x / 2 - sum(b ln x)` over positive x. */
function newton(unit: Matrix, shares: Float64Array): Float64Array | undefined {
  const count = shares.length;
  const objective = (x: Float64Array): number =>
    dot(x, multiplyVector(unit, x)) / 2 -
    shares.reduce((total, share, index) => total + share * Math.log(x[index]!), 0);
  let x: Float64Array = shares.map(Math.sqrt);
  for (let step = 0; step < STEPS_MAX; step++) {
    const gradient = multiplyVector(unit, x).map((slope, i) => slope - shares[i]! / x[i]!);
    // Contributions are off by gradient times x: that is what has to vanish.
    const off = gradient.reduce((most, value, i) => Math.max(most, Math.abs(value * x[i]!)), 0);
    const curvature: Matrix = { ...unit, values: Float64Array.from(unit.values) };
    for (let i = 0; i < count; i++) {
      curvature.values[i * count + i] = curvature.values[i * count + i]! + shares[i]! / x[i]! ** 2;
    }
    const factor = choleskyFactor(curvature);
    if (factor === undefined) return undefined;
    const direction = choleskySolve(factor, gradient);
    const decrement = dot(direction, gradient);
    if (off < GRADIENT_MAX || decrement <= 0) return x;
    const next = damped(x, direction, decrement, objective);
    // No step improves any more: this is as near as float64 comes.
    if (next === undefined) return off < 1e-9 ? x : undefined;
    x = next;
  }
  return x;
}

/** The longest of the halved steps that stays positive and lowers the objective enough. */
function damped(
  x: Float64Array,
  direction: Float64Array,
  decrement: number,
  objective: (x: Float64Array) => number,
): Float64Array | undefined {
  const before = objective(x);
  for (let length = 1; length > 1e-10; length /= 2) {
    const next = x.map((value, index) => value - length * direction[index]!);
    if (!next.every((value) => value > 0)) continue;
    // Near the minimum the objective is flat to rounding, where full steps still improve x.
    if (decrement < 1e-12 || objective(next) <= before - 0.25 * length * decrement) return next;
  }
  return undefined;
}

/** Weights in proportion to `1 / variance`. */
export function inverseVariance(covariance: Matrix): Float64Array {
  return inProportion(diagonal(covariance).map((variance) => 1 / variance));
}

/** Weights in proportion to `1 / volatility`. */
export function inverseVolatility(covariance: Matrix): Float64Array {
  return inProportion(diagonal(covariance).map((variance) => 1 / Math.sqrt(variance)));
}

function inProportion(values: Float64Array): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}
