// Where a bandwidth stands among its past: wherever the search begins, it ends at the same place.

import fc from 'fast-check';
import t from 'tap';
import { countUpToNear } from './bollinger.js';

t.test('values are counted alike from any beginning', async (t) => {
  const values = fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 40 });
  const near = fc.oneof(fc.double({ min: -5, max: 50 }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(values, fc.integer({ min: -7, max: 7 }), near, (all, x, from) => {
      const sorted = Float64Array.from([Number.NaN, ...all.toSorted((a, b) => a - b), Number.NaN]);
      const counted = all.filter((value) => value <= x).length;
      return countUpToNear(sorted, 1, all.length, x, from) === counted;
    }),
  );
  t.pass();
});
