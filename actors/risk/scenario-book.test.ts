// Holds the scenario book against plain sums, whole sorts and days that are missing.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import {
  attachScenarioMatrix,
  beginReturns,
  correlationOf,
  createPlainKernel,
  createScenarioMatrix,
  historicalRisk,
  putReturn,
  ScenarioBook,
  type ScenarioMatrix,
} from './index.js';

/** The compiled kernel. */
const WASM = new WebAssembly.Module(
  readFileSync(new URL('./kernels/scenarios.wasm', import.meta.url)),
);

/** A small matrix whose rows have the returns given, from day 0 on. */
function matrixOf(rows: readonly (readonly number[])[], scenarios: number): ScenarioMatrix {
  const slots = 8;
  const layout = { returns: new Float64Array(rows.length * slots), slots, scenarios };
  const matrix = {
    ...layout,
    missing: new Int32Array(rows.length * slots),
    kernel: createPlainKernel(layout, rows.length),
    whole: new Float64Array(scenarios),
  };
  rows.forEach((returns, row) => {
    beginReturns(matrix, row, 0);
    returns.forEach((value, day) => {
      putReturn(matrix, row, day, value);
    });
  });
  return matrix;
}

t.test(
  'a missing return counts as no move and is told; the window wraps round the ring',
  async (t) => {
    const days = [9, 9, 9, 9, 9, 9, 0.5, 0.5, 0.5, Number.NaN];
    const book = new ScenarioBook(matrixOf([days], 4));
    book.hold(Int32Array.of(0));
    book.update(Float64Array.of(10), 10, false);
    t.strictSame([...book.profits], [5, 5, 5, 0]);
    t.equal(book.proxiedExposure, 2.5);
    book.update(Float64Array.of(20), 10, false);
    t.strictSame([...book.profits], [10, 10, 10, 0]);
    book.hold(Int32Array.of(-7));
    book.update(Float64Array.of(20), 10, false);
    t.equal(book.proxiedExposure, 20, 'a row without history is all proxy');
    const young = new ScenarioBook(matrixOf([[0.1]], 4));
    young.hold(Int32Array.of(0));
    young.update(Float64Array.of(8), 1, false);
    t.equal(young.proxiedExposure, 6, 'days before the first are missing too');
  },
);

t.test('many rows at once give what they give one by one', async (t) => {
  const walk = (row: number): number[] =>
    Array.from({ length: 11 }, (_, day) => Math.sin(row * 13 + day * 7) / 50);
  for (const count of [1, 2, 3, 4, 5, 8, 11]) {
    const rows = Array.from({ length: count }, (_, row) => walk(row));
    const matrix = matrixOf(rows, 6);
    const book = new ScenarioBook(matrix);
    book.hold(Int32Array.from(rows, (_, row) => row));
    const exposures = Float64Array.from(rows, (_, row) => 1000 + row);
    book.update(exposures, 11, false);
    book.profits.forEach((profit, scenario) => {
      const plain = rows.reduce(
        (sum, row, index) => sum + exposures[index]! * row[5 + scenario]!,
        0,
      );
      t.ok(Math.abs(profit - plain) < 1e-9, `${count} rows, scenario ${scenario}`);
    });
  }
});

t.test('the worst profits are in order, ties or not, however they have moved since', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 504, maxLength: 504 }),
      fc.constantFrom(1, 1000),
      fc.array(fc.constantFrom(-1, 0, 0.5, 0.97, 1, 1.2), { minLength: 1, maxLength: 4 }),
      (values, spread, factors) => {
        // A spread of 1000 with the position added makes every value its own.
        const profits = Float64Array.from(values, (value, index) => {
          return spread === 1 ? value : value * spread + index;
        });
        return [WASM, undefined].every((wasm) => {
          const book = new ScenarioBook(attachScenarioMatrix(createScenarioMatrix(1, 1, wasm)));
          return factors.every((factor) => {
            book.putBeside(profits.map((profit) => profit * factor + 0));
            return isInOrder(book);
          });
        });
      },
    ),
    { numRuns: 200, seed: 20210104 },
  );
});

/** Whether the tails of a book are those of all its profits, sorted. */
function isInOrder(book: ScenarioBook): boolean {
  const whole = book.profits.slice().sort();
  const sorted = book.sorted();
  return (
    whole.slice(0, 32).every((value, index) => sorted[index] === value) &&
    [0.95, 0.99].every((confidence) => {
      const [a, b] = [historicalRisk(sorted, confidence), historicalRisk(whole, confidence)];
      return a.valueAtRisk === b.valueAtRisk && a.tailMean === b.tailMean;
    })
  );
}

t.test(
  'the compiled kernel gives the bits of the plain one, wherever the window lies',
  async () => {
    const rowCount = 9;
    // The second of two users: nobody else's staging is in its way.
    const compiled = attachScenarioMatrix(createScenarioMatrix(rowCount, 2, WASM), 1);
    const plain = attachScenarioMatrix(createScenarioMatrix(rowCount));
    const amount = fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e9, max: 1e9 });
    const exposures = fc.array(amount, { minLength: rowCount, maxLength: rowCount });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer(),
        fc.uniqueArray(fc.integer({ min: -1, max: rowCount - 1 }), { minLength: 1 }),
        fc.array(exposures, { minLength: 1, maxLength: 4 }),
        (lastDay, seed, rows, updates) => {
          for (const matrix of [compiled, plain]) {
            for (let row = 0; row < rowCount; row++) {
              beginReturns(matrix, row, lastDay - 512);
              for (let day = lastDay - 512; day < lastDay; day++) {
                putReturn(matrix, row, day, Math.sin(seed + row * 512 + day) / 40);
              }
            }
          }
          const books = [compiled, plain].map((matrix) => new ScenarioBook(matrix));
          return updates.every((all, index) => {
            for (const book of books) {
              if (index === 0) book.hold(Int32Array.from(rows));
              book.update(Float64Array.from(all.slice(0, rows.length)), lastDay, false);
            }
            return books[0]!.profits.every((profit, at) =>
              Object.is(profit, books[1]!.profits[at]),
            );
          });
        },
      ),
      { numRuns: 60, seed: 20210104 },
    );
  },
);

t.test(
  'a million random updates leave what a full sum makes, and a close makes it so',
  async (t) => {
    const rowCount = 8;
    const matrix = attachScenarioMatrix(createScenarioMatrix(rowCount));
    for (let row = 0; row < rowCount; row++) {
      beginReturns(matrix, row, 0);
      for (let day = 0; day < 600; day++)
        putReturn(matrix, row, day, Math.sin(row * 31 + day) / 30);
    }
    const rows = Int32Array.from({ length: rowCount }, (_, row) => row);
    let updates = 0;
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 9 }), (seed, digits) => {
        const book = new ScenarioBook(matrix);
        book.hold(rows);
        const exposures = new Float64Array(rowCount);
        const random = generator(seed);
        for (let update = 0; update < UPDATES; update++, updates++) {
          const row = Math.floor(random() * rowCount);
          exposures[row] = (random() - 0.5) * 10 ** digits;
          book.update(exposures, 600, false);
        }
        const whole = new ScenarioBook(matrix);
        whole.hold(rows);
        whole.update(exposures, 600, true);
        // Each addition rounds by 1e-16 of the size at most, and as often up as down.
        const gap = book.profits.reduce((most, profit, at) => {
          return Math.max(most, Math.abs(profit - whole.profits[at]!));
        }, 0);
        book.update(exposures, 600, true);
        const isSame = book.profits.every((profit, at) => Object.is(profit, whole.profits[at]));
        return gap < 1e-9 * 10 ** digits && isSame;
      }),
      { numRuns: 4, seed: 20210104 },
    );
    t.ok(updates >= 1_000_000, `${updates}`);
  },
);

/** Rows of books whose exposures move a few at a time; one has no history. */
const MOVED_ROWS = Int32Array.of(5, 3, -1, 0, 2);

/** Exposures that some of the rows are given. */
const MOVES = fc.dictionary(
  fc.constantFrom('0', '1', '2', '3', '4'),
  fc.double({ min: -9, max: 9 }),
);

/** Returns of six rows in the compiled kernel's matrix. */
function movedMatrix(): ScenarioMatrix {
  const rowCount = 6;
  const matrix = attachScenarioMatrix(createScenarioMatrix(rowCount, 1, WASM));
  for (let row = 0; row < rowCount; row++) {
    beginReturns(matrix, row, 0);
    for (let day = 0; day < 600; day++) putReturn(matrix, row, day, Math.sin(row * 31 + day) / 30);
  }
  return matrix;
}

function heldBook(matrix: ScenarioMatrix): ScenarioBook {
  const book = new ScenarioBook(matrix);
  book.hold(MOVED_ROWS);
  return book;
}

t.test('profits are the same bits whether somebody has looked at them or not', async () => {
  const matrix = movedMatrix();
  const step = fc.record({ moves: MOVES, isLooked: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const [looked, alone, whole] = Array.from({ length: 3 }, () => heldBook(matrix));
      const exposures = new Float64Array(MOVED_ROWS.length);
      return steps.every(({ moves, isLooked }) => {
        for (const [at, exposure] of Object.entries(moves)) exposures[Number(at)] = exposure;
        for (const book of [looked!, alone!]) book.update(exposures, 600, false);
        whole!.update(exposures, 600, true);
        if (isLooked && looked!.profits.some(Number.isNaN)) return false;
        const seen = looked!.latest.slice();
        const near = whole!.latest.every((profit, at) => Math.abs(profit - seen[at]!) < 1e-12);
        return near && alone!.latest.every((profit, at) => Object.is(profit, seen[at]));
      });
    }),
    { numRuns: 200, seed: 20210104 },
  );
});

t.test('a book that is put back goes on to the same bits, also from inside a session', async () => {
  const matrix = movedMatrix();
  /** As a snapshot holds it: exposures of the last update, what is beside them, and the drift. */
  const copyOf = (book: ScenarioBook): ScenarioBook => {
    const applied = new Float64Array(MOVED_ROWS.length);
    const dayIndex = book.copyApplied(applied);
    const { beside, drift } = book;
    const copy = heldBook(matrix);
    if (Number.isNaN(dayIndex)) return copy;
    copy.update(applied, dayIndex, true);
    if (beside !== undefined) copy.putBeside(beside.slice());
    if (drift !== undefined) copy.drifted(structuredClone(drift));
    return copy;
  };
  const step = fc.record({
    moves: MOVES,
    isAfresh: fc.boolean(),
    beside: fc.option(fc.double({ min: -5, max: 5, noNaN: true }), { nil: undefined }),
    isPutBack: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
      const live = heldBook(matrix);
      let again = heldBook(matrix);
      const exposures = new Float64Array(MOVED_ROWS.length);
      return steps.every(({ moves, isAfresh, beside, isPutBack }) => {
        for (const [at, exposure] of Object.entries(moves)) exposures[Number(at)] = exposure;
        for (const book of [live, again]) {
          book.update(exposures, 600, isAfresh);
          // Options are beside from the first that is held on.
          if (beside !== undefined || book.beside !== undefined) {
            const profits = Float64Array.from(book.latest, (_, at) => Math.cos(at) * (beside ?? 1));
            book.putBeside(profits);
          }
        }
        if (isPutBack) again = copyOf(again);
        const seen = live.latest.slice();
        const isSame = again.latest.every((profit, at) => Object.is(profit, seen[at]));
        return isSame && Object.is(live.proxiedExposure, again.proxiedExposure);
      });
    }),
    { numRuns: 300, seed: 20210104 },
  );
});

/** Updates of each book: with four of them a million. */
const UPDATES = 250_000;

/** A generator of numbers from 0 to 1: chance that costs less than the update. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

t.test('correlation leaves out days that either lacks', async (t) => {
  const wave = [0.1, -0.2, 0.3, -0.1, 0.2, -0.3, 0.1, 0.2];
  const matrix = matrixOf([wave, wave.map((x, day) => (day === 4 ? Number.NaN : -2 * x))], 6);
  t.ok(Math.abs(correlationOf(matrix, 0, 0, 8) - 1) < 1e-9);
  t.ok(Math.abs(correlationOf(matrix, 0, 1, 8) + 1) < 1e-9);
});
