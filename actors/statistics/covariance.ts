// Covariance and correlation matrices of several return series.

import { type Matrix, zeros } from '../linear/index.js';
import { averageRanks, mean } from './moments.js';

/** Return series, one per asset, all of one length. */
export type Columns = readonly ArrayLike<number>[];

/** Fills a symmetric matrix from a function of two indices. */
function symmetric(count: number, entry: (row: number, column: number) => number): Matrix {
  const made = zeros(count, count);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) {
      const value = entry(row, column);
      made.values[row * count + column] = value;
      made.values[column * count + row] = value;
    }
  }
  return made;
}

/** Each column less its mean. */
export function centred(columns: Columns): Float64Array[] {
  return columns.map((column) => {
    const centre = mean(column);
    return Float64Array.from(column, (value) => value - centre);
  });
}

/** Sample covariance with `n - ddof` in the denominator. */
export function covarianceMatrix(columns: Columns, ddof = 1): Matrix {
  const data = centred(columns);
  const divisor = (data[0]?.length ?? 0) - ddof;
  return symmetric(data.length, (row, column) => inner(data[row]!, data[column]!) / divisor);
}

/** Correlations out of a covariance matrix; its diagonal is exactly one. */
export function correlationFrom(covariance: Matrix): Matrix {
  const count = covariance.rows;
  const size = (index: number): number => Math.sqrt(covariance.values[index * count + index]!);
  return symmetric(count, (row, column) =>
    row === column ? 1 : covariance.values[row * count + column]! / (size(row) * size(column)),
  );
}

/** Pearson's correlation matrix. */
export function pearsonMatrix(columns: Columns): Matrix {
  return correlationFrom(covarianceMatrix(columns, 0));
}

/** Spearman's correlation matrix, equal values taking their average rank. */
export function spearmanMatrix(columns: Columns): Matrix {
  return pearsonMatrix(columns.map(averageRanks));
}

/**
 * Exponentially weighted covariance about zero: seeded with the outer product of the first
 * returns, then `lambda * S + (1 - lambda) * r r'` over the rest.
 * Source: RiskMetrics 1996, 5.3.
 */
export function ewmaCovariance(columns: Columns, lambda: number): Matrix {
  return symmetric(columns.length, (row, column) => {
    const left = columns[row]!;
    const right = columns[column]!;
    let value = left[0]! * right[0]!;
    for (let index = 1; index < left.length; index++) {
      value = lambda * value + (1 - lambda) * left[index]! * right[index]!;
    }
    return value;
  });
}

function inner(left: Float64Array, right: Float64Array): number {
  let total = 0;
  for (let index = 0; index < left.length; index++) total += left[index]! * right[index]!;
  return total;
}
