// Cholesky factor of a positive definite matrix, and the solutions and inverse it gives.

import { assert } from '../../engine/index.js';
import { type Matrix, zeros } from './matrix.js';

/**
 * A pivot below this share of its diagonal entry is taken as zero: rounding in a factorisation of
 * up to a few hundred rows leaves about 1e-14 of the diagonal where the exact pivot is zero.
 */
const PIVOT_SHARE_MIN = 1e-13;

/**
 * Lower triangular L with L L' = A, or undefined where A is not positive definite: singular
 * within rounding, or not a covariance at all. Reads the lower triangle only.
 */
export function choleskyFactor(matrix: Matrix): Matrix | undefined {
  const { rows: count, values } = matrix;
  assert(count === matrix.columns, 'linear.cholesky_is_square');
  const factor = zeros(count, count);
  const low = factor.values;
  for (let column = 0; column < count; column++) {
    for (let row = column; row < count; row++) {
      let rest = values[row * count + column]!;
      for (let inner = 0; inner < column; inner++) {
        rest -= low[row * count + inner]! * low[column * count + inner]!;
      }
      if (row === column) {
        if (!(rest > PIVOT_SHARE_MIN * values[row * count + row]!)) return undefined;
        low[row * count + row] = Math.sqrt(rest);
      } else {
        low[row * count + column] = rest / low[column * count + column]!;
      }
    }
  }
  return factor;
}

/** Solves L y = b for a lower triangular L. */
export function solveLower(factor: Matrix, right: ArrayLike<number>): Float64Array {
  const { rows: count, values } = factor;
  const out = Float64Array.from(right);
  for (let row = 0; row < count; row++) {
    let rest = out[row]!;
    for (let inner = 0; inner < row; inner++) rest -= values[row * count + inner]! * out[inner]!;
    out[row] = rest / values[row * count + row]!;
  }
  return out;
}

/** Solves L' x = y for a lower triangular L. */
export function solveLowerTransposed(factor: Matrix, right: ArrayLike<number>): Float64Array {
  const { rows: count, values } = factor;
  const out = Float64Array.from(right);
  for (let row = count - 1; row >= 0; row--) {
    let rest = out[row]!;
    for (let inner = row + 1; inner < count; inner++) {
      rest -= values[inner * count + row]! * out[inner]!;
    }
    out[row] = rest / values[row * count + row]!;
  }
  return out;
}

/** Solves A x = b given the Cholesky factor of A. */
export function choleskySolve(factor: Matrix, right: ArrayLike<number>): Float64Array {
  return solveLowerTransposed(factor, solveLower(factor, right));
}

/** The inverse of A given its Cholesky factor; exactly symmetric. */
export function choleskyInverse(factor: Matrix): Matrix {
  const count = factor.rows;
  const inverse = zeros(count, count);
  const unit = new Float64Array(count);
  for (let column = 0; column < count; column++) {
    unit.fill(0);
    unit[column] = 1;
    const solution = choleskySolve(factor, unit);
    for (let row = column; row < count; row++) {
      inverse.values[row * count + column] = solution[row]!;
      inverse.values[column * count + row] = solution[row]!;
    }
  }
  return inverse;
}
