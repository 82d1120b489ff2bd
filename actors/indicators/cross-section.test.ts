// Ranks of a universe: the same as counting says, however far rows have moved since the last time.

import fc from 'fast-check';
import t from 'tap';
import { CROSS_FEATURES, CROSS_INPUTS, createCrossSection } from './index.js';

const ROWS = 60;
const INPUT = CROSS_INPUTS.indexOf('roc_63');
const OUTPUT = CROSS_FEATURES.findIndex(({ name }) => name === 'rank_roc_63');

/** Percentile of each row by counting: (below + half of the other equals) / (n - 1). */
function countedRanks(values: readonly number[]): number[] {
  const defined = values.filter((value) => !Number.isNaN(value));
  return values.map((value) => {
    const below = defined.filter((other) => other < value).length;
    const equal = defined.filter((other) => other === value).length;
    const isRanked = !Number.isNaN(value) && defined.length > 1;
    return isRanked ? (below + (equal - 1) / 2) / (defined.length - 1) : Number.NaN;
  });
}

t.test('ranks are those of counting, from one point to any other', async (t) => {
  const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(Number.NaN));
  const point = fc.array(value, { minLength: ROWS, maxLength: ROWS });
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 5 }), (points) => {
      const section = createCrossSection(ROWS);
      const trading = new Float64Array(ROWS).fill(1);
      const outputs = new Float64Array(CROSS_FEATURES.length * ROWS);
      return points.every((values) => {
        const inputs = new Float64Array(CROSS_INPUTS.length * ROWS).fill(1);
        inputs.set(values, INPUT * ROWS);
        section.compute(trading, inputs, outputs);
        const ranks = [...outputs.subarray(OUTPUT * ROWS, (OUTPUT + 1) * ROWS)];
        return countedRanks(values).every((rank, row) => Object.is(rank, ranks[row]));
      });
    }),
  );
  t.pass();
});

t.test('an order that is turned round is sorted all the same', async (t) => {
  const rows = 504;
  const section = createCrossSection(rows);
  const trading = new Float64Array(rows).fill(1);
  const outputs = new Float64Array(CROSS_FEATURES.length * rows);
  for (const sign of [1, -1]) {
    const inputs = new Float64Array(CROSS_INPUTS.length * rows);
    inputs.set(
      Float64Array.from({ length: rows }, (_, row) => sign * row),
      INPUT * rows,
    );
    section.compute(trading, inputs, outputs);
    t.equal(outputs[OUTPUT * rows], sign === 1 ? 0 : 1);
    t.equal(outputs[(OUTPUT + 1) * rows - 1], sign === 1 ? 1 : 0);
  }
});
