// Tests of the fast American price: against the converged tree, and its own slopes.

import fc from 'fast-check';
import t from 'tap';
import { americanCurve, americanPrice, blackScholes, greeksAt, priceAt } from './index.js';

const strike = 100;
const cases = [
  { type: 'put', rate: 0.05, dividendYield: 0 },
  { type: 'put', rate: 0.02, dividendYield: 0.03 },
  { type: 'call', rate: 0.03, dividendYield: 0.06 },
  { type: 'call', rate: 0, dividendYield: 0.04 },
] as const;

t.test('the fast price is near the converged tree', async (t) => {
  let worst = 0;
  for (const kind of cases) {
    for (const [volatility, timeYears] of [
      [0.2, 0.1],
      [0.45, 0.5],
      [0.3, 1.5],
    ] as const) {
      const terms = { ...kind, strike, volatility, timeYears };
      const curve = americanCurve(terms);
      for (const spot of [80, 100, 125]) {
        const converged = americanPrice({ ...terms, spot });
        if (typeof converged !== 'number') throw new Error(converged.text);
        worst = Math.max(worst, Math.abs(priceAt(curve, spot) - converged) / strike);
      }
    }
  }
  t.ok(worst < 0.002, `the worst difference was ${worst} of the strike`);
});

t.test('what is never exercised early has the European price', async (t) => {
  for (const terms of [
    { type: 'call', strike, rate: 0.04, dividendYield: 0, volatility: 0.3, timeYears: 1 },
    { type: 'put', strike, rate: 0, dividendYield: 0.02, volatility: 0.3, timeYears: 1 },
  ] as const) {
    const plain = blackScholes({ ...terms, spot: 93 });
    if ('kind' in plain) throw new Error(plain.text);
    const greeks = greeksAt(americanCurve(terms), 93);
    t.ok(Math.abs(greeks.price - plain.price) < 1e-12);
    t.ok(Math.abs(greeks.vega - plain.vega / 100) < 1e-4 * plain.vega);
    t.ok(Math.abs(greeks.theta - plain.thetaPerCalendarDay) < 0.01 * Math.abs(plain.theta));
  }
});

t.test(
  'delta and gamma are the slopes of the price, which is worth exercising at least',
  async () => {
    const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        between(60, 160),
        between(0.1, 0.9),
        between(0.02, 2),
        (kind, spot, volatility, timeYears) => {
          const curve = americanCurve({ ...kind, strike, volatility, timeYears });
          const step = spot * 1e-4;
          const [low, middle, high] = [spot - step, spot, spot + step].map((one) =>
            priceAt(curve, one),
          );
          const { price, delta, gamma } = greeksAt(curve, spot);
          const sign = kind.type === 'call' ? 1 : -1;
          // Where it begins to be exercised the second slope has a step.
          const isAtStep = Math.abs(spot - curve.critical) < 2 * step;
          const slope = (high! - low!) / (2 * step);
          const bend = (high! - 2 * middle! + low!) / (step * step);
          return (
            price >= Math.max(0, sign * (spot - strike)) - 1e-9 &&
            Math.abs(slope - delta) < 1e-3 &&
            (isAtStep || Math.abs(bend - gamma) < 1e-3 + 0.01 * gamma)
          );
        },
      ),
    );
  },
);

t.test('on its last day it is worth what exercising it is', async (t) => {
  const curve = americanCurve({ ...cases[0], strike, volatility: 0.3, timeYears: 0 });
  t.same(
    [80, 120].map((spot) => priceAt(curve, spot)),
    [20, 0],
  );
  t.match(greeksAt(curve, 80), { delta: -1, gamma: 0, vega: 0, theta: 0 });
});
