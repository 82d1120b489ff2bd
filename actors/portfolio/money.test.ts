// Decimals as texts: what is written reads back, also beyond what a float holds exactly.

import fc from 'fast-check';
import t from 'tap';
import { formatDecimal, parseDecimal } from './money.js';

t.test('what is written reads back to the last unit', async () => {
  const most = 10n ** 18n;
  // Around the largest whole number that a float is sure of, too.
  const edge = fc.bigInt({ min: -5n, max: 5n }).map((by) => BigInt(Number.MAX_SAFE_INTEGER) + by);
  const amounts = fc.oneof(fc.bigInt({ min: -most, max: most }), edge);
  fc.assert(
    fc.property(amounts, fc.integer({ min: 0, max: 6 }), (amount, decimalsMin) => {
      const text = formatDecimal(amount, decimalsMin);
      return parseDecimal(text) === amount && (text.split('.')[1]?.length ?? 0) >= decimalsMin;
    }),
  );
});

t.test('zeros behind the last digit are written up to the fewest decimals only', async (t) => {
  const texts = [0n, -1n, 1_500_000n, 12_000_000n, -9_007_199_254_740_993n].map((amount) =>
    formatDecimal(amount),
  );
  t.same(texts, ['0.00', '-0.000001', '1.50', '12.00', '-9007199254.740993']);
  t.equal(formatDecimal(12_000_000n, 0), '12');
});
