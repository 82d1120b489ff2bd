// Tries each rule for prints with valid, invalid and borderline input.

import t from 'tap';
import { PRINT_REASONS, PrintRules } from './print-rules.js';

function rules() {
  const made = new PrintRules(2);
  made.open(1_000, 2_000);
  made.setLast(0, 100);
  return made;
}

t.test('accepts a sound print and the very edges of the session', async (t) => {
  const made = rules();
  t.equal(made.check(0, 1_000, 100, 0, 99, 101), 0);
  t.equal(made.check(0, 2_000, 100, 10, 0, 0), 0);
});

const cases: [string, [number, number, number, number, number, number]][] = [
  ['unknown_symbol', [2, 1_500, 100, 1, 0, 0]],
  ['unknown_symbol', [-1, 1_500, 100, 1, 0, 0]],
  ['not_a_number', [0, 1_500, Number.NaN, 1, 0, 0]],
  ['not_a_number', [0, 1_500, 100, Number.POSITIVE_INFINITY, 0, 0]],
  ['price_not_positive', [0, 1_500, 0, 1, 0, 0]],
  ['price_not_positive', [0, 1_500, -5, 1, 0, 0]],
  ['size_negative', [0, 1_500, 100, -1, 0, 0]],
  ['crossed_quote', [0, 1_500, 100, 1, 101, 100]],
  ['outside_session', [0, 999, 100, 1, 0, 0]],
  ['outside_session', [0, 2_001, 100, 1, 0, 0]],
  ['outside_price_band', [0, 1_500, 401, 1, 0, 0]],
  ['outside_price_band', [0, 1_500, 24, 1, 0, 0]],
];

for (const [reason, print] of cases) {
  t.test(`refuses ${print.join(' ')} as ${reason}`, async (t) => {
    t.equal(PRINT_REASONS[rules().check(...print)], reason);
  });
}

t.test('refuses a print older than the one before, of the same row only', async (t) => {
  const made = rules();
  t.equal(made.check(0, 1_500, 100, 1, 0, 0), 0);
  t.equal(PRINT_REASONS[made.check(0, 1_499, 100, 1, 0, 0)], 'out_of_order');
  t.equal(made.check(1, 1_499, 100, 1, 0, 0), 0);
});
