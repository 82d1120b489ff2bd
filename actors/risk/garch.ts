// A variance that follows its own past and yesterday's shock: GARCH(1,1), fitted and filtered.

import { type Refusal, refusal } from '../../engine/index.js';
import { type Minimum, minimise } from '../statistics/index.js';

/** `v(t) = omega + alpha r(t-1)^2 + beta v(t-1)`, of returns about a mean of zero. */
export interface Garch {
  readonly kind: 'garch';
  readonly omega: number;
  readonly alpha: number;
  readonly beta: number;
}

/** A fit, with its likelihood. */
export interface GarchFit extends Garch {
  readonly logLikelihood: number;
}

/** Fewer returns than these leave three parameters undetermined. */
const RETURNS_MIN = 100;

/** Variances by period, and the forecast for the one after the last. */
export interface VariancePath {
  readonly variances: Float64Array;
  readonly next: number;
}

/** Variances of a model over returns, begun at their mean square. */
export function filterGarch(model: Garch, returns: ArrayLike<number>): VariancePath {
  return filterFrom(model, returns, meanSquare(returns));
}

function filterFrom(model: Garch, returns: ArrayLike<number>, start: number): VariancePath {
  const variances = new Float64Array(returns.length);
  let value = start;
  for (let index = 0; index < variances.length; index++) {
    variances[index] = value;
    value = model.omega + model.alpha * returns[index]! ** 2 + model.beta * value;
  }
  return { variances, next: value };
}

function meanSquare(returns: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < returns.length; index++) sum += returns[index]! ** 2;
  return sum / returns.length;
}

/** Log likelihood of returns that are normal with the model's variances. */
export function garchLikelihood(model: Garch, returns: ArrayLike<number>): number {
  const { variances } = filterGarch(model, returns);
  let sum = 0;
  for (let index = 0; index < variances.length; index++) {
    const variance = variances[index]!;
    sum -= 0.5 * (Math.log(2 * Math.PI * variance) + returns[index]! ** 2 / variance);
  }
  return sum;
}

/**
 * Where searches start: lasting, middling and short-lived variance. The likelihood of short or
 * calm series has several hills.
 */
const STARTS: readonly (readonly number[])[] = [
  [3, -2.2, 0],
  [1, -1, 0],
  [-2, 2, 0],
];

/** Maps the line onto (0, 1). */
function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * Fits the model by the normal likelihood, which is consistent for other shocks too.
 * Errors: `risk.too_few_returns`, `risk.no_variance`, `risk.no_convergence`.
 * Source: Bollerslev 1986; Bollerslev and Wooldridge 1992.
 */
export function fitGarch(returns: ArrayLike<number>): GarchFit | Refusal {
  if (returns.length < RETURNS_MIN) {
    return refusal(
      'risk.too_few_returns',
      `expected at least ${RETURNS_MIN} returns, was ${returns.length}`,
    );
  }
  const level = meanSquare(returns);
  if (!(level > 0 && Number.isFinite(level))) {
    return refusal('risk.no_variance', `expected a mean square above 0, was ${level}`);
  }
  // Free coordinates: persistence, the shock's share of it, and the long-run level.
  const modelAt = (point: Float64Array): Garch => {
    const persistence = logistic(point[0]!);
    const alpha = persistence * logistic(point[1]!);
    const omega = level * Math.exp(point[2]!) * (1 - persistence);
    return { kind: 'garch', omega, alpha, beta: persistence - alpha };
  };
  let best: Minimum | undefined;
  for (const start of STARTS) {
    const found = minimise((point) => -garchLikelihood(modelAt(point), returns), start, 0.5);
    if (found.converged && !(found.value >= (best?.value ?? Infinity))) best = found;
  }
  if (best === undefined) {
    return refusal(
      'risk.no_convergence',
      `expected one of ${STARTS.length} searches to settle on ${returns.length} returns`,
    );
  }
  return { ...modelAt(best.point), logLikelihood: -best.value };
}

/** Variance forecasts for the periods ahead, summed: that of the return over all of them. */
export function garchHorizonVariance(model: Garch, next: number, periods: number): number {
  let sum = 0;
  let value = next;
  for (let period = 0; period < periods; period++) {
    sum += value;
    value = model.omega + (model.alpha + model.beta) * value;
  }
  return sum;
}
