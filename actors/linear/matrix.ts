// Dense matrices in one typed array, and the products that the other kernels are built on.

import { assert } from '../../engine/index.js';

/** A dense matrix. Shape: `values[row * columns + column]`; owned by its maker. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A matrix of zeros. */
export function zeros(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

/** A matrix from its rows, which are of one length. */
export function fromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const made = zeros(rows.length, columns);
  rows.forEach((row, index) => {
    assert(row.length === columns, 'linear.rows_are_of_one_length');
    made.values.set(row, index * columns);
  });
  return made;
}

/** The rows of a matrix, optionally only its leading corner of `count` rows and columns. */
export function toRows(matrix: Matrix, count: number = Infinity): number[][] {
  const { rows, columns, values } = matrix;
  return Array.from({ length: Math.min(rows, count) }, (_, row) =>
    Array.from(values.subarray(row * columns, row * columns + Math.min(columns, count))),
  );
}

/** The diagonal of a square matrix, copied. */
export function diagonal(matrix: Matrix): Float64Array {
  return Float64Array.from(
    { length: matrix.rows },
    (_, row) => matrix.values[row * matrix.columns + row]!,
  );
}

/** The transpose, copied. */
export function transpose(matrix: Matrix): Matrix {
  const { rows, columns, values } = matrix;
  const made = zeros(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      made.values[column * rows + row] = values[row * columns + column]!;
    }
  }
  return made;
}

/** `factor * matrix`, copied. */
export function scaled(matrix: Matrix, factor: number): Matrix {
  return { ...matrix, values: matrix.values.map((value) => value * factor) };
}

/** The element-wise sum of two matrices of one shape. */
export function sum(left: Matrix, right: Matrix): Matrix {
  assert(left.rows === right.rows && left.columns === right.columns, 'linear.sum_is_of_one_shape');
  return { ...left, values: left.values.map((value, index) => value + right.values[index]!) };
}

/** The matrix product. */
export function multiply(left: Matrix, right: Matrix): Matrix {
  assert(left.columns === right.rows, 'linear.inner_dimensions_agree');
  const made = zeros(left.rows, right.columns);
  for (let row = 0; row < left.rows; row++) {
    const base = row * right.columns;
    for (let inner = 0; inner < left.columns; inner++) {
      const factor = left.values[row * left.columns + inner]!;
      const from = inner * right.columns;
      for (let column = 0; column < right.columns; column++) {
        made.values[base + column] =
          made.values[base + column]! + factor * right.values[from + column]!;
      }
    }
  }
  return made;
}

/** The product of a matrix and a column. */
export function multiplyVector(matrix: Matrix, vector: ArrayLike<number>): Float64Array {
  const { rows, columns, values } = matrix;
  assert(vector.length === columns, 'linear.vector_fits_the_columns');
  const out = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let total = 0;
    const base = row * columns;
    for (let column = 0; column < columns; column++) {
      total += values[base + column]! * vector[column]!;
    }
    out[row] = total;
  }
  return out;
}

/** The inner product of two vectors of one length. */
export function dot(left: ArrayLike<number>, right: ArrayLike<number>): number {
  assert(left.length === right.length, 'linear.vectors_are_of_one_length');
  let total = 0;
  for (let index = 0; index < left.length; index++) total += left[index]! * right[index]!;
  return total;
}

/** `x' A x` of a square matrix. */
export function quadraticForm(matrix: Matrix, vector: ArrayLike<number>): number {
  return dot(vector, multiplyVector(matrix, vector));
}

/** The rows and columns of a square matrix at `indices`, in that order. */
export function submatrix(matrix: Matrix, indices: readonly number[]): Matrix {
  return fromRows(
    indices.map((row) => indices.map((column) => matrix.values[row * matrix.columns + column]!)),
  );
}
