// Solution of a general square system by elimination with partial pivoting.

import { assert } from '../../engine/index.js';
import type { Matrix } from './matrix.js';

/** A pivot below this share of the largest entry counts as zero: the rounding of elimination. */
const PIVOT_SHARE_MIN = 1e-14;

/** Solves A x = b, or gives undefined where A is singular within rounding. */
export function solveLinear(matrix: Matrix, right: ArrayLike<number>): Float64Array | undefined {
  const count = matrix.rows;
  assert(count === matrix.columns, 'linear.system_is_square');
  assert(right.length === count, 'linear.system_has_one_right_side');
  const work = Float64Array.from(matrix.values);
  const out = Float64Array.from(right);
  let largest = 0;
  for (const value of work) largest = Math.max(largest, Math.abs(value));
  for (let column = 0; column < count; column++) {
    const pivot = pivotRow(work, count, column);
    if (!(Math.abs(work[pivot * count + column]!) > PIVOT_SHARE_MIN * largest)) return undefined;
    if (pivot !== column) swapRows(work, out, count, pivot, column);
    eliminateBelow(work, out, count, column);
  }
  for (let row = count - 1; row >= 0; row--) {
    let rest = out[row]!;
    for (let inner = row + 1; inner < count; inner++)
      rest -= work[row * count + inner]! * out[inner]!;
    out[row] = rest / work[row * count + row]!;
  }
  return out;
}

function pivotRow(work: Float64Array, count: number, column: number): number {
  let best = column;
  for (let row = column + 1; row < count; row++) {
    if (Math.abs(work[row * count + column]!) > Math.abs(work[best * count + column]!)) best = row;
  }
  return best;
}

function swapRows(
  work: Float64Array,
  out: Float64Array,
  count: number,
  left: number,
  right: number,
): void {
  const held = work.slice(left * count, (left + 1) * count);
  work.copyWithin(left * count, right * count, (right + 1) * count);
  work.set(held, right * count);
  const value = out[left]!;
  out[left] = out[right]!;
  out[right] = value;
}

function eliminateBelow(
  work: Float64Array,
  out: Float64Array,
  count: number,
  column: number,
): void {
  const from = column * count;
  for (let row = column + 1; row < count; row++) {
    const base = row * count;
    const factor = work[base + column]! / work[from + column]!;
    if (factor === 0) continue;
    for (let inner = column; inner < count; inner++) {
      work[base + inner] = work[base + inner]! - factor * work[from + inner]!;
    }
    out[row] = out[row]! - factor * out[column]!;
  }
}
