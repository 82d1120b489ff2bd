// Expected returns that blend what the market implies with stated views.

import { type Refusal, refusal } from '../../engine/index.js';
import {
  choleskyFactor,
  choleskySolve,
  fromRows,
  type Matrix,
  multiply,
  multiplyVector,
  scaled,
  sum,
  transpose,
  zeros,
} from '../linear/index.js';

/** What the model is told. Units: annual fractions throughout, or any one period's. */
export interface BlackLittermanInput {
  readonly covariance: Matrix;
  /** Weights of the market; they sum to one. */
  readonly marketWeights: ArrayLike<number>;
  readonly riskAversion: number;
  /** Uncertainty of the prior mean, as a share of the covariance. */
  readonly tau: number;
  /** One row per view: the portfolio it speaks of. */
  readonly views: Matrix;
  /** Return of each view. */
  readonly viewReturns: ArrayLike<number>;
  /** Covariance of the views' errors; the diagonal of `P tau S P'` without it. */
  readonly viewCovariance?: Matrix;
}

/** The blend. */
export interface BlackLitterman {
  readonly kind: 'posterior';
  /** Returns that the market weights imply. */
  readonly implied: Float64Array;
  readonly viewCovariance: Matrix;
  readonly mean: Float64Array;
  /** Prior covariance plus that of the posterior mean. */
  readonly covariance: Matrix;
  /** Best weights by the posterior covariance, and by the prior one; not scaled to a sum. */
  readonly weights: Float64Array;
  readonly weightsByPrior: Float64Array;
}

/**
 * Blends views with the implied returns.
 * Errors: `optimise.bad_views` where shapes differ; `optimise.covariance_singular`.
 * Source: Black and Litterman 1992; He and Litterman 1999 (in the form that inverts views only).
 */
export function blackLitterman(input: BlackLittermanInput): BlackLitterman | Refusal {
  const { covariance, marketWeights, riskAversion, tau, views, viewReturns } = input;
  const count = covariance.rows;
  const bad =
    views.columns !== count ||
    views.rows !== viewReturns.length ||
    marketWeights.length !== count ||
    !(tau > 0 && riskAversion > 0) ||
    (input.viewCovariance !== undefined && input.viewCovariance.rows !== views.rows);
  if (bad) {
    return refusal(
      'optimise.bad_views',
      `expected views of ${count} assets, a return each, tau and aversion above 0, was ${views.rows} by ${views.columns}, ${viewReturns.length} returns, ${tau} and ${riskAversion}`,
    );
  }
  const implied = multiplyVector(scaled(covariance, riskAversion), marketWeights);
  const prior = scaled(covariance, tau);
  const spread = multiply(views, prior);
  const seen = multiply(spread, transpose(views));
  const viewCovariance = input.viewCovariance ?? diagonalOf(seen);
  const factor = choleskyFactor(sum(seen, viewCovariance));
  if (factor === undefined) return singular('views', views.rows);
  const expected = multiplyVector(views, implied);
  const surprise = Float64Array.from(viewReturns, (value, index) => value - expected[index]!);
  const pull = multiplyVector(transpose(spread), choleskySolve(factor, surprise));
  const mean = implied.map((value, index) => value + pull[index]!);
  const learnt = multiply(transpose(spread), solveColumns(factor, spread));
  const posterior = sum(sum(covariance, prior), scaled(learnt, -1));
  const weights = bestWeights(posterior, riskAversion, mean);
  const weightsByPrior = bestWeights(covariance, riskAversion, mean);
  if (weights === undefined || weightsByPrior === undefined) return singular('assets', count);
  return {
    kind: 'posterior',
    implied,
    viewCovariance,
    mean,
    covariance: posterior,
    weights,
    weightsByPrior,
  };
}

function singular(what: string, count: number): Refusal {
  return refusal(
    'optimise.covariance_singular',
    `expected a positive definite covariance of ${count} ${what}`,
  );
}

function diagonalOf(matrix: Matrix): Matrix {
  const made = zeros(matrix.rows, matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    made.values[row * matrix.rows + row] = matrix.values[row * matrix.rows + row]!;
  }
  return made;
}

/** Solves A X = B for every column of B, by the factor of A. */
function solveColumns(factor: Matrix, right: Matrix): Matrix {
  const columns = transpose(right);
  const solved = Array.from({ length: columns.rows }, (_, row) =>
    choleskySolve(
      factor,
      columns.values.subarray(row * columns.columns, (row + 1) * columns.columns),
    ),
  );
  return transpose(fromRows(solved));
}

function bestWeights(
  covariance: Matrix,
  riskAversion: number,
  mean: Float64Array,
): Float64Array | undefined {
  const factor = choleskyFactor(scaled(covariance, riskAversion));
  return factor === undefined ? undefined : choleskySolve(factor, mean);
}
