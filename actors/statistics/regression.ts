// Least squares on several factors, with errors that allow for clustering in time.

import { type Refusal, refusal } from '../../engine/index.js';
import {
  choleskyFactor,
  choleskyInverse,
  dot,
  type Matrix,
  multiply,
  multiplyVector,
  zeros,
} from '../linear/index.js';
import type { Columns } from './covariance.js';
import { mean } from './moments.js';

/** A fitted line. The first coefficient is the intercept, the others are in the factors' order. */
export interface Regression {
  readonly kind: 'regression';
  readonly coefficients: Float64Array;
  readonly errors: Float64Array;
  /** Coefficient over error. */
  readonly tStatistics: Float64Array;
  readonly residuals: Float64Array;
  /** NaN where all values are alike. */
  readonly rSquared: number;
}

/** How errors are estimated. */
export type RegressionErrors =
  /** Equal, independent residuals, with `n - k` degrees of freedom. */
  | { readonly kind: 'plain' }
  /**
   * Residuals of unequal size that hang together over `lags` periods (Bartlett's weights);
   * `smallSample` scales the variance by `n / (n - k)`.
   */
  | { readonly kind: 'newey_west'; readonly lags: number; readonly smallSample: boolean };

/** Lags by the rule of Newey and West 1994: `4 (n / 100)^(2/9)`, whole. */
export function lagsFor(count: number): number {
  return Math.floor(4 * (count / 100) ** (2 / 9));
}

/**
 * Regresses a series on factors and an intercept.
 * Errors: `statistics.bad_regression` without more observations than coefficients, or with
 * unequal lengths; `statistics.factors_dependent` where a factor repeats the others.
 * Source: Newey and West 1987.
 */
export function regress(
  values: ArrayLike<number>,
  factors: Columns,
  errors: RegressionErrors,
): Regression | Refusal {
  const count = values.length;
  const width = factors.length + 1;
  if (count <= width || factors.some((factor) => factor.length !== count)) {
    return refusal(
      'statistics.bad_regression',
      `expected more than ${width} observations, as many of each of ${width - 1} factors, was ${count} and ${factors.map(({ length }) => length).join(', ')}`,
    );
  }
  const rows = designOf(factors, count);
  const factor = choleskyFactor(gram(rows));
  if (factor === undefined) {
    return refusal(
      'statistics.factors_dependent',
      `expected ${width - 1} factors of which none repeats the others`,
    );
  }
  const inverse = choleskyInverse(factor);
  const coefficients = multiplyVector(inverse, momentsOf(rows, values));
  const fitted = multiplyVector(rows, coefficients);
  const residuals = Float64Array.from(fitted, (value, index) => values[index]! - value);
  const covariance = covarianceBy(errors, rows, residuals, inverse);
  const sizes = Float64Array.from({ length: width }, (_, at) =>
    Math.sqrt(covariance.values[at * width + at]!),
  );
  const centre = mean(values);
  let spread = 0;
  for (let index = 0; index < count; index++) spread += (values[index]! - centre) ** 2;
  return {
    kind: 'regression',
    coefficients,
    errors: sizes,
    tStatistics: coefficients.map((value, at) => value / sizes[at]!),
    residuals,
    rSquared: spread > 0 ? 1 - dot(residuals, residuals) / spread : Number.NaN,
  };
}

/** One row per observation: one, then the factors. */
function designOf(factors: Columns, count: number): Matrix {
  const rows = zeros(count, factors.length + 1);
  for (let index = 0; index < count; index++) {
    const base = index * rows.columns;
    rows.values[base] = 1;
    factors.forEach((factor, at) => {
      rows.values[base + at + 1] = factor[index]!;
    });
  }
  return rows;
}

/** X' X. */
function gram(rows: Matrix): Matrix {
  return lagged(rows, new Float64Array(rows.rows).fill(1), 0);
}

/** X' y. */
function momentsOf(rows: Matrix, values: ArrayLike<number>): Float64Array {
  const out = new Float64Array(rows.columns);
  for (let index = 0; index < rows.rows; index++) {
    for (let at = 0; at < out.length; at++) {
      out[at] = out[at]! + rows.values[index * out.length + at]! * values[index]!;
    }
  }
  return out;
}

/** The sum over time of `u(t) x(t) (u(t - lag) x(t - lag))'`. */
function lagged(rows: Matrix, scale: Float64Array, lag: number): Matrix {
  const width = rows.columns;
  const made = zeros(width, width);
  for (let index = lag; index < rows.rows; index++) {
    const weight = scale[index]! * scale[index - lag]!;
    for (let left = 0; left < width; left++) {
      for (let right = 0; right < width; right++) {
        const at = left * width + right;
        made.values[at] =
          made.values[at]! +
          weight * rows.values[index * width + left]! * rows.values[(index - lag) * width + right]!;
      }
    }
  }
  return made;
}

function covarianceBy(
  errors: RegressionErrors,
  rows: Matrix,
  residuals: Float64Array,
  inverse: Matrix,
): Matrix {
  const freedom = rows.rows - rows.columns;
  if (errors.kind === 'plain') {
    const variance = dot(residuals, residuals) / freedom;
    return { ...inverse, values: inverse.values.map((value) => value * variance) };
  }
  const width = rows.columns;
  const middle = lagged(rows, residuals, 0);
  for (let lag = 1; lag <= Math.min(errors.lags, rows.rows - 1); lag++) {
    const weight = 1 - lag / (errors.lags + 1);
    const part = lagged(rows, residuals, lag);
    for (let at = 0; at < middle.values.length; at++) {
      const turned = (at % width) * width + Math.floor(at / width);
      middle.values[at] = middle.values[at]! + weight * (part.values[at]! + part.values[turned]!);
    }
  }
  const scale = errors.smallSample ? rows.rows / freedom : 1;
  const sandwich = multiply(multiply(inverse, middle), inverse);
  return { ...sandwich, values: sandwich.values.map((value) => value * scale) };
}
