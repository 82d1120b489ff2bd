// Holds the kernels against the identities that define them, on random matrices.

import fc from 'fast-check';
import t from 'tap';
import {
  choleskyFactor,
  choleskyInverse,
  choleskySolve,
  diagonal,
  fromRows,
  type Matrix,
  maximise,
  maximiseWhole,
  multiply,
  multiplyVector,
  quadraticForm,
  scaled,
  solveLinear,
  submatrix,
  sum,
  symmetricEigen,
  toRows,
  transpose,
} from './index.js';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_160_104) });

const entry = fc.double({ min: -4, max: 4, noNaN: true });
const square = fc
  .integer({ min: 1, max: 8 })
  .chain((count) =>
    fc.array(fc.array(entry, { minLength: count, maxLength: count }), {
      minLength: count,
      maxLength: count,
    }),
  )
  .map(fromRows);

function identity(count: number): Matrix {
  return fromRows(
    Array.from({ length: count }, (_, row) =>
      Array.from({ length: count }, (_, column) => (row === column ? 1 : 0)),
    ),
  );
}

/** A A' + I: positive definite and well conditioned. */
const definite = square.map((a) => sum(multiply(a, transpose(a)), identity(a.rows)));

function gap(left: Matrix, right: Matrix): number {
  return left.values.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - right.values[index]!)),
    0,
  );
}

t.test('the Cholesky factor squares back and its inverse multiplies to one', async () => {
  fc.assert(
    fc.property(definite, (a) => {
      const factor = choleskyFactor(a)!;
      const back = multiply(factor, transpose(factor));
      const one = multiply(a, choleskyInverse(factor));
      return gap(back, a) < 1e-10 && gap(one, identity(a.rows)) < 1e-8;
    }),
  );
});

t.test('a singular or indefinite matrix has no factor', async (t) => {
  t.equal(
    choleskyFactor(
      fromRows([
        [1, 1],
        [1, 1],
      ]),
    ),
    undefined,
  );
  t.equal(
    choleskyFactor(
      fromRows([
        [1, 2],
        [2, 1],
      ]),
    ),
    undefined,
  );
  t.equal(choleskyFactor(fromRows([[Number.NaN]])), undefined);
  t.equal(
    solveLinear(
      fromRows([
        [1, 2],
        [2, 4],
      ]),
      [1, 2],
    ),
    undefined,
  );
});

t.test('elimination and Cholesky solve the same system', async () => {
  fc.assert(
    fc.property(definite, fc.integer(), (a, seed) => {
      const right = Float64Array.from({ length: a.rows }, (_, i) => Math.sin(seed + i));
      const left = choleskySolve(choleskyFactor(a)!, right);
      const other = solveLinear(a, right)!;
      const back = multiplyVector(a, other);
      return left.every(
        (x, i) => Math.abs(x - other[i]!) < 1e-9 && Math.abs(back[i]! - right[i]!) < 1e-9,
      );
    }),
  );
});

t.test('elimination solves a system whose leading entry is zero', async (t) => {
  t.strictSame(
    [
      ...solveLinear(
        fromRows([
          [0, 2],
          [4, 0],
        ]),
        [2, 8],
      )!,
    ],
    [2, 1],
  );
});

t.test('eigenvectors are orthogonal, rebuild the matrix, and come in order', async () => {
  fc.assert(
    fc.property(square, (a) => {
      const symmetric = scaled(sum(a, transpose(a)), 0.5);
      const { values, vectors } = symmetricEigen(symmetric);
      const middle = multiply(vectors, fromRows(diagonalRows(values)));
      const rebuilt = multiply(middle, transpose(vectors));
      const orthogonal = multiply(transpose(vectors), vectors);
      return (
        gap(rebuilt, symmetric) < 1e-10 &&
        gap(orthogonal, identity(a.rows)) < 1e-12 &&
        values.every((value, i) => i === 0 || value <= values[i - 1]!)
      );
    }),
  );
});

function diagonalRows(values: Float64Array): number[][] {
  return Array.from(values, (value, row) =>
    Array.from(values, (_, column) => (row === column ? value : 0)),
  );
}

t.test('corners, diagonals and quadratic forms read the right entries', async (t) => {
  const a = fromRows([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  t.strictSame(toRows(a, 2), [
    [1, 2],
    [4, 5],
  ]);
  t.strictSame([...diagonal(a)], [1, 5, 9]);
  t.equal(quadraticForm(a, [1, 0, -1]), 1 - 3 - 7 + 9);
  t.strictSame(toRows(submatrix(a, [2, 0])), [
    [9, 7],
    [3, 1],
  ]);
});

t.test('a linear programme ends at its best corner', async (t) => {
  // Cormen and others, Introduction to Algorithms, 29.3: 28 at (8, 4, 0).
  const bound = (most: number, ...each: readonly number[]) => ({
    coefficients: new Map(each.map((value, at) => [at, value])),
    most,
  });
  const bounds = [bound(30, 1, 1, 3), bound(24, 2, 2, 5), bound(36, 4, 1, 2)];
  const best = maximise({ profits: [3, 1, 2], bounds });
  t.ok(Math.abs(best!.profit - 28) < 1e-9);
  t.ok([8, 4, 0].every((value, at) => Math.abs(best!.values[at]! - value) < 1e-9));
  const contradicting = [bound(1, 1), bound(-2, -1)];
  t.equal(maximise({ profits: [1], bounds: contradicting }), undefined, 'bounds that contradict');
  t.equal(maximise({ profits: [1], bounds: [bound(0, -1)] }), undefined, 'no bound at all');
  t.equal(maximise({ profits: [-1], bounds: [bound(-2, -1)] })!.profit, -2, 'a least value');
});

t.test('whole numbers are the best of all whole numbers', async (t) => {
  const row = fc.record({
    each: fc.array(fc.integer({ min: -3, max: 5 }), { minLength: 3, maxLength: 3 }),
    most: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -2, max: 6 }), { minLength: 3, maxLength: 3 }),
      fc.array(row, { maxLength: 4 }),
      (profits, rows) => {
        const box = [0, 1, 2].map((at) => ({ coefficients: new Map([[at, 1]]), most: 4 }));
        const bounds = rows.map(({ each, most }) => ({
          coefficients: new Map(each.entries()),
          most,
        }));
        let best = Number.NEGATIVE_INFINITY;
        for (let code = 0; code < 125; code++) {
          const values = [code % 5, Math.floor(code / 5) % 5, Math.floor(code / 25)];
          const total = (of: readonly number[]) =>
            of.reduce((sum, one, at) => sum + one * values[at]!, 0);
          if (rows.every(({ each, most }) => total(each) <= most))
            best = Math.max(best, total(profits));
        }
        const found = maximiseWhole(
          { profits, bounds: [...box, ...bounds], isWhole: [true, true, true] },
          1_000,
        );
        return (
          found!.isProved &&
          Math.abs(found!.profit - best) < 1e-6 &&
          found!.values.every(Number.isInteger)
        );
      },
    ),
  );
  t.pass();
});
