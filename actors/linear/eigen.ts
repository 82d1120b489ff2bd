// Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations.

import { assert } from '../../engine/index.js';
import { type Matrix, zeros } from './matrix.js';

/** Eigenvalues in descending order; column `k` of `vectors` belongs to value `k`. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Matrix;
}

/** Convergence is quadratic: a dozen sweeps settle any matrix that float64 can hold. */
const SWEEPS_MAX = 40;

/** The eigensystem of a symmetric matrix. Source: Golub and Van Loan, section 8.5. */
export function symmetricEigen(matrix: Matrix): Eigen {
  const count = matrix.rows;
  assert(count === matrix.columns, 'linear.eigen_is_square');
  const work = Float64Array.from(matrix.values);
  const vectors = zeros(count, count);
  for (let row = 0; row < count; row++) vectors.values[row * count + row] = 1;
  let scale = 0;
  for (const value of work) scale += value * value;
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
    let off = 0;
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < row; column++) off += work[row * count + column]! ** 2;
    }
    if (off <= Number.EPSILON ** 2 * scale) break;
    for (let row = 0; row < count; row++) {
      for (let column = row + 1; column < count; column++) {
        rotate(work, vectors.values, count, row, column);
      }
    }
  }
  return inOrder(work, vectors);
}

/** Turns the plane of `left` and `right` so that their common entry vanishes. */
function rotate(
  work: Float64Array,
  vectors: Float64Array,
  count: number,
  left: number,
  right: number,
): void {
  const off = work[left * count + right]!;
  if (off === 0) return;
  const theta = (work[right * count + right]! - work[left * count + left]!) / (2 * off);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (let index = 0; index < count; index++) {
    const a = work[index * count + left]!;
    const b = work[index * count + right]!;
    work[index * count + left] = cosine * a - sine * b;
    work[index * count + right] = sine * a + cosine * b;
  }
  for (let index = 0; index < count; index++) {
    const a = work[left * count + index]!;
    const b = work[right * count + index]!;
    work[left * count + index] = cosine * a - sine * b;
    work[right * count + index] = sine * a + cosine * b;
    const v = vectors[index * count + left]!;
    const w = vectors[index * count + right]!;
    vectors[index * count + left] = cosine * v - sine * w;
    vectors[index * count + right] = sine * v + cosine * w;
  }
}

function inOrder(work: Float64Array, vectors: Matrix): Eigen {
  const count = vectors.rows;
  const order = Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => work[b * count + b]! - work[a * count + a]! || a - b,
  );
  const sorted = zeros(count, count);
  order.forEach((from, to) => {
    for (let row = 0; row < count; row++) {
      sorted.values[row * count + to] = vectors.values[row * count + from]!;
    }
  });
  return {
    values: Float64Array.from(order, (from) => work[from * count + from]!),
    vectors: sorted,
  };
}
