// Value at risk and expected shortfall from moments: normal, Cornish-Fisher and EWMA.

import { normalDensity, normalQuantile, variance } from '../statistics/index.js';

/** A loss quantile and the mean loss beyond it. Positive is a loss; units of the returns. */
export interface ParametricRisk {
  readonly valueAtRisk: number;
  readonly tailMean: number;
}

/** Risk of a normal return. A mean of 0 gives the zero-mean figures. */
export function normalRisk(mean: number, sigma: number, confidence: number): ParametricRisk {
  const z = normalQuantile(confidence);
  return {
    valueAtRisk: z * sigma - mean,
    tailMean: (sigma * normalDensity(z)) / (1 - confidence) - mean,
  };
}

/** What the Cornish-Fisher expansion is made of. */
export interface Moments {
  readonly mean: number;
  readonly sigma: number;
  readonly skewness: number;
  readonly excessKurtosis: number;
}

/** A value at risk by expansion, and the quantiles it came from. */
export interface CornishFisherRisk {
  /** Quantile of the normal at `1 - confidence`. */
  readonly normalQuantile: number;
  /** That quantile, corrected for skewness and kurtosis. */
  readonly quantile: number;
  readonly valueAtRisk: number;
  /** Mean loss beyond it: of all corrected quantiles below `1 - confidence`. */
  readonly tailMean: number;
  /**
   * Whether the corrected quantile still rises with the probability there. Where it does not, the
   * moments lie outside the domain of the expansion and the figure should not be relied on.
   */
  readonly inDomain: boolean;
}

/**
 * Value at risk corrected for skewness and kurtosis.
 * Source: Cornish and Fisher 1938; Zangari 1996; the tail's mean: Boudt et al. 2008.
 */
export function cornishFisherRisk(moments: Moments, confidence: number): CornishFisherRisk {
  const { mean, sigma, skewness: s, excessKurtosis: k } = moments;
  const z = normalQuantile(1 - confidence);
  const quantile =
    z + ((z ** 2 - 1) * s) / 6 + ((z ** 3 - 3 * z) * k) / 24 - ((2 * z ** 3 - 5 * z) * s ** 2) / 36;
  // Means of z, z^2 - 1 and z^3 - 3z over a normal's tail; all are multiples of its density.
  const [first, square, cube] = [-1, -z, 1 - z ** 2].map(
    (factor) => (factor * normalDensity(z)) / (1 - confidence),
  ) as [number, number, number]; // three were mapped
  const tail = first + (square * s) / 6 + (cube * k) / 24 - ((2 * cube + first) * s ** 2) / 36;
  const slope = 1 + (z * s) / 3 + ((3 * z ** 2 - 3) * k) / 24 - ((6 * z ** 2 - 5) * s ** 2) / 36;
  return {
    normalQuantile: z,
    quantile,
    valueAtRisk: -(mean + quantile * sigma),
    tailMean: -(mean + tail * sigma),
    inDomain: slope > 0,
  };
}

/** What an exponentially weighted variance starts from. */
export type EwmaSeed = 'first_squared_return' | 'sample_variance';

/**
 * Variance forecast for the next period, about a mean of zero: `v = lambda v + (1 - lambda) r^2`.
 * With `first_squared_return` the recursion runs over the other returns; with `sample_variance`
 * (ddof 1) over all of them. Source: RiskMetrics 1996, 5.2.
 */
export function ewmaVariance(
  returns: ArrayLike<number>,
  lambda: number,
  seed: EwmaSeed = 'first_squared_return',
): number {
  const first = seed === 'first_squared_return' ? 1 : 0;
  let value = first === 1 ? returns[0]! ** 2 : variance(returns, 1);
  for (let index = first; index < returns.length; index++) {
    value = lambda * value + (1 - lambda) * returns[index]! ** 2;
  }
  return value;
}
