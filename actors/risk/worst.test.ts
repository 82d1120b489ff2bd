// The tail of the worst is that of a full sort, with ties and gaps.

import fc from 'fast-check';
import t from 'tap';
import { historicalRisk, worstTail } from './index.js';

t.test('a tail of the worst is that of all in order', async (t) => {
  // Few values, so that many are equals of the last that counts.
  const few = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 120 });
  const many = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 });
  fc.assert(
    fc.property(
      fc.oneof(few, many),
      fc.constantFrom(0.5, 0.9, 0.95, 0.99),
      (values, confidence) => {
        const profits = Float64Array.from(values);
        const room = new Float64Array(profits.length);
        const all = historicalRisk(profits.slice().sort(), confidence);
        t.same(worstTail(profits, room, confidence), all);
      },
    ),
  );
});

t.test('one unknown profit makes the tail unknown, and no profit does', async (t) => {
  const profits = Float64Array.of(1, Number.NaN, -3);
  t.match(worstTail(profits, new Float64Array(3), 0.99), { valueAtRisk: Number.NaN });
  const none = new Float64Array(0);
  t.match(worstTail(none, none, 0.99), { tailMean: Number.NaN, tailCount: 0 });
});
