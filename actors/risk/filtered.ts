// Historical simulation that weighs by age, or restates old returns in today's volatility.

import { createDraws, drawUniform, type QuantileMethod, variance } from '../statistics/index.js';
import { filterGarch, type Garch } from './garch.js';
import { historicalRisk, type TailRisk } from './historical.js';

/**
 * Value at risk and expected shortfall of returns (oldest first) whose weight falls by `decay`
 * with every period of age. The quantile is the first return at which the weights reach
 * `1 - confidence`; the tail is exactly that much weight. A decay of 1 weighs all alike.
 * Source: Boudoukh, Richardson and Whitelaw 1998.
 */
export function ageWeightedRisk(
  returns: ArrayLike<number>,
  confidence: number,
  decay: number,
): TailRisk {
  const count = returns.length;
  const order = Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => returns[a]! - returns[b]! || a - b,
  );
  let total = 0;
  for (let age = 0; age < count; age++) total += decay ** age;
  const mass = 1 - confidence;
  let seen = 0;
  let sum = 0;
  let tailCount = 0;
  for (const index of order) {
    const weight = decay ** (count - 1 - index) / total;
    const taken = Math.min(weight, mass - seen);
    sum += taken * returns[index]!;
    seen += weight;
    tailCount++;
    // Weights are sums of rounded powers: what is within their rounding has been reached.
    if (seen >= mass - 1e-12) {
      return { valueAtRisk: -returns[index]!, tailMean: -sum / mass, tailCount };
    }
  }
  return { valueAtRisk: Number.NaN, tailMean: Number.NaN, tailCount };
}

/** A model of volatility: exponentially weighted, or GARCH(1,1). */
export type VolatilityModel = { readonly kind: 'ewma'; readonly lambda: number } | Garch;

/** Both models are one recursion: EWMA is GARCH without a constant. */
function asGarch(model: VolatilityModel): Garch {
  if (model.kind === 'garch') return model;
  return { kind: 'garch', omega: 0, alpha: 1 - model.lambda, beta: model.lambda };
}

/** Returns over the volatility of their day, and the volatility forecast for the next. */
export interface FilteredReturns {
  /** Shocks of about unit variance, oldest first. */
  readonly shocks: Float64Array;
  readonly nextSigma: number;
}

/** Divides returns (oldest first) by their volatility; a day without volatility is a shock of 0. */
export function filterReturns(returns: ArrayLike<number>, model: VolatilityModel): FilteredReturns {
  const { variances, next } = filterGarch(asGarch(model), returns);
  return {
    shocks: variances.map((value, index) => (value > 0 ? returns[index]! / Math.sqrt(value) : 0)),
    nextSigma: Math.sqrt(next),
  };
}

/**
 * Risk of the next period from past shocks at the volatility forecast.
 * Source: Hull and White 1998; Barone-Adesi, Giannopoulos and Vosper 1999.
 */
export function filteredRisk(
  returns: ArrayLike<number>,
  confidence: number,
  model: VolatilityModel,
  method: QuantileMethod = 'linear',
): TailRisk {
  const { shocks, nextSigma } = filterReturns(returns, model);
  return historicalRisk(shocks.map((shock) => shock * nextSigma).sort(), confidence, method);
}

/** Paths of past shocks drawn at random. */
export interface FilteredSimulation {
  readonly model: VolatilityModel;
  readonly periods: number;
  readonly paths: number;
  readonly seed: number;
}

/**
 * Compounded returns over several periods, sorted ascending: each path draws past shocks, centred
 * and at unit variance, and moves its volatility by them. Source: Barone-Adesi et al. 1999.
 */
export function simulateFiltered(
  returns: ArrayLike<number>,
  simulation: FilteredSimulation,
): Float64Array {
  const { periods, paths, seed } = simulation;
  const model = asGarch(simulation.model);
  const { shocks, nextSigma } = filterReturns(returns, model);
  const spread = Math.sqrt(variance(shocks, 0));
  const centre = shocks.reduce((sum, shock) => sum + shock / shocks.length, 0);
  const unit = shocks.map((shock) => (spread > 0 ? (shock - centre) / spread : 0));
  const draws = createDraws(seed);
  const out = new Float64Array(paths);
  for (let path = 0; path < paths; path++) {
    let value = nextSigma ** 2;
    let growth = 1;
    for (let period = 0; period < periods; period++) {
      const move = Math.sqrt(value) * unit[Math.floor(drawUniform(draws) * unit.length)]!;
      growth *= 1 + move;
      value = model.omega + model.alpha * move * move + model.beta * value;
    }
    out[path] = growth - 1;
  }
  return out.sort();
}
