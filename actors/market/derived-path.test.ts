// Shows that derived prints rebuild the bar they came from, whatever the bar and their number.

import fc from 'fast-check';
import t from 'tap';
import { derivePrice, deriveSize, halfSpread } from './derived-path.js';

const bars = fc
  .record({
    prices: fc.array(fc.integer({ min: 100, max: 40_000_000 }), { minLength: 4, maxLength: 4 }),
    volume: fc.integer({ min: 0, max: 2_000_000_000 }),
    swap: fc.boolean(),
  })
  .map(({ prices, volume, swap }) => {
    const sorted = [...prices].sort((a, b) => a - b).map((price) => price / 10_000);
    const [low, a, b, high] = sorted as [number, number, number, number];
    return { open: swap ? a : b, close: swap ? b : a, high, low, volume };
  });

t.test('prints rebuild open, high, low, close and volume exactly', async () => {
  fc.assert(
    fc.property(bars, fc.integer({ min: 8, max: 200 }), (bar, count) => {
      let high = Number.NEGATIVE_INFINITY;
      let low = Number.POSITIVE_INFINITY;
      let volume = 0;
      for (let index = 0; index < count; index++) {
        const price = derivePrice(bar, index, count);
        high = Math.max(high, price);
        low = Math.min(low, price);
        volume += deriveSize(bar, index, count);
      }
      return (
        derivePrice(bar, 0, count) === bar.open &&
        derivePrice(bar, count - 1, count) === bar.close &&
        high === bar.high &&
        low === bar.low &&
        volume === bar.volume
      );
    }),
  );
});

t.test('the extreme nearer to the open comes first', async (t) => {
  const bar = { open: 10, high: 11, low: 8, close: 9, volume: 80 };
  const prices = Array.from({ length: 10 }, (_, index) => derivePrice(bar, index, 10));
  t.ok(prices.indexOf(11) < prices.indexOf(8));
});

t.test(
  'quotes stand a cent apart, less below a dollar, and no bid falls below nothing',
  async (t) => {
    t.equal(halfSpread(10), 0.005);
    t.equal(halfSpread(200), 0.02);
    t.equal(halfSpread(1), 0.005);
    t.equal(halfSpread(0.4), 0.00005);
    const prices = fc.double({ min: 1e-12, max: 1e6, noNaN: true });
    fc.assert(fc.property(prices, (price) => halfSpread(price) > 0 && halfSpread(price) < price));
  },
);
