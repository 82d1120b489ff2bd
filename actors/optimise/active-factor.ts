// An orthogonal factorisation of the constraints in force, kept up as they come and go.

import { dot } from '../linear/index.js';

/** V = Q R: the columns in force, an orthonormal base of them, and the triangle between. */
export interface ActiveFactor {
  /** The columns, in the order they were added. */
  readonly columns: Float64Array[];
  readonly base: Float64Array[];
  /** Column `k` of R, of length `k + 1`. */
  readonly triangle: Float64Array[];
}

/** A column split into what the base explains and what is left. */
export interface Projection {
  readonly explained: Float64Array;
  readonly rest: Float64Array;
  /** Squared length of the rest; 0 where it is no more than rounding. */
  readonly restSquare: number;
}

/** A rest shorter than this share of its column is rounding: the column depends on the others. */
const REST_SHARE_MIN = 1e-11;

/** A factorisation of no columns. */
export function emptyFactor(): ActiveFactor {
  return { columns: [], base: [], triangle: [] };
}

/** Splits a column; Gram-Schmidt twice, which is as good as rotations (Kahan's twice is enough). */
export function project(factor: ActiveFactor, column: Float64Array): Projection {
  const explained = new Float64Array(factor.base.length);
  const rest = column.slice();
  for (let pass = 0; pass < 2; pass++) {
    factor.base.forEach((unit, at) => {
      const share = dot(unit, rest);
      explained[at] = explained[at]! + share;
      for (let index = 0; index < rest.length; index++) {
        rest[index] = rest[index]! - share * unit[index]!;
      }
    });
  }
  const square = dot(rest, rest);
  const least = REST_SHARE_MIN ** 2 * dot(column, column);
  return { explained, rest, restSquare: square > least ? square : 0 };
}

/** Adds a column with its projection, whose rest is not zero. */
export function addColumn(factor: ActiveFactor, column: Float64Array, split: Projection): void {
  const length = Math.sqrt(split.restSquare);
  factor.columns.push(column);
  factor.base.push(split.rest.map((value) => value / length));
  factor.triangle.push(Float64Array.of(...split.explained, length));
}

/**
 * Takes the column at a place out. The columns after it move up and stick out of the triangle by
 * one entry each, which a rotation of two neighbours in the base removes. Source: Golub and Van
 * Loan, section 6.5.2.
 */
export function dropColumn(factor: ActiveFactor, place: number): void {
  const { columns, base, triangle } = factor;
  columns.splice(place, 1);
  triangle.splice(place, 1);
  for (let at = place; at < triangle.length; at++) {
    const entries = triangle[at]!;
    const length = Math.hypot(entries[at]!, entries[at + 1]!);
    const cosine = entries[at]! / length;
    const sine = entries[at + 1]! / length;
    for (let later = at; later < triangle.length; later++) {
      rotateEntries(triangle[later]!, at, cosine, sine);
    }
    rotateBase(base[at]!, base[at + 1]!, cosine, sine);
    triangle[at] = entries.slice(0, at + 1);
  }
  base.length = triangle.length;
}

function rotateEntries(entries: Float64Array, at: number, cosine: number, sine: number): void {
  const upper = entries[at]!;
  const lower = entries[at + 1]!;
  entries[at] = cosine * upper + sine * lower;
  entries[at + 1] = cosine * lower - sine * upper;
}

function rotateBase(left: Float64Array, right: Float64Array, cosine: number, sine: number): void {
  for (let index = 0; index < left.length; index++) {
    const a = left[index]!;
    const b = right[index]!;
    left[index] = cosine * a + sine * b;
    right[index] = cosine * b - sine * a;
  }
}

/** Solves R x = right. */
export function solveTriangle(factor: ActiveFactor, right: ArrayLike<number>): Float64Array {
  const out = Float64Array.from(right);
  for (let column = out.length - 1; column >= 0; column--) {
    const entries = factor.triangle[column]!;
    out[column] = out[column]! / entries[column]!;
    for (let row = 0; row < column; row++) out[row] = out[row]! - entries[row]! * out[column]!;
  }
  return out;
}

/** Solves R' x = right. */
export function solveTriangleTransposed(
  factor: ActiveFactor,
  right: ArrayLike<number>,
): Float64Array {
  const out = Float64Array.from(right);
  for (let row = 0; row < out.length; row++) {
    const entries = factor.triangle[row]!;
    let rest = out[row]!;
    for (let inner = 0; inner < row; inner++) rest -= entries[inner]! * out[inner]!;
    out[row] = rest / entries[row]!;
  }
  return out;
}
