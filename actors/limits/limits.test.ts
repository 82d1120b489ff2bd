// Measures of what is held, limits judged by them, and the peak that a fall is measured from.

import fc from 'fast-check';
import t from 'tap';
import { judgeLimits, type LimitConfig, measuresOf, peakAfterFlow } from './index.js';

const LIMITS: LimitConfig[] = [
  { measure: 'gross_exposure', severity: 'hard', limit: 2 },
  { measure: 'var99', severity: 'hard', limit: 0.1, action: 'kill' },
];

const OPTIONS = { gamma: -20, vega: 40 };
const SHARES = { gross: 1_500, net: -1_500, largest: 900, var99: 30 };
const HELD = { equity: 1_000, peak: 2_000, margin: 250, ...SHARES, ...OPTIONS };

t.test('sizes are fractions of equity, a fall is one of the peak', async (t) => {
  t.same(measuresOf(HELD), {
    gross_exposure: 1.5,
    net_exposure: 1.5,
    single_name: 0.9,
    drawdown: 0.5,
    var99: 0.03,
    gamma: 0.02,
    vega: 0.04,
    margin: 0.25,
  });
});

t.test('less equity never lets a broken limit be kept again', async (t) => {
  const falling = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1 });
  fc.assert(
    fc.property(falling, (equities) => {
      const broken: boolean[] = [];
      return equities
        .sort((one, other) => other - one)
        .every((equity) => {
          const measures = measuresOf({ ...HELD, equity });
          const { states, transitions } = judgeLimits(LIMITS, measures, broken);
          const isJudged = states[0]!.breached === 1_500 / Math.max(equity, 1e-9) > 2;
          return isJudged && transitions.every(({ kind }) => kind === 'limit_breached');
        });
    }),
  );
  const { states } = judgeLimits(LIMITS, measuresOf({ ...HELD, equity: -500 }), []);
  t.match(states, [{ breached: true }, { breached: true }]);
});

t.test('without equity nothing is of no size, and what is unknown stays unknown', async (t) => {
  const nothing = { gross: 0, net: 0, largest: 0, gamma: 0, vega: 0, margin: 0 };
  const none = { equity: -5, ...nothing, var99: Number.NaN, peak: 0 };
  t.match(measuresOf(none), { gross_exposure: 0, single_name: 0, drawdown: 0, var99: Number.NaN });
  t.match(measuresOf({ ...HELD, equity: Number.NaN }), { gross_exposure: Number.NaN });
});

t.test('money paid in or out alone moves no drawdown', async (t) => {
  const positive = fc.double({ min: 1, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(positive, positive, positive, (peak, equity, after) => {
      const moved = peakAfterFlow(peak, equity, after - equity);
      return Math.abs(after / moved - equity / peak) <= 1e-6 * (equity / peak);
    }),
  );
  t.equal(peakAfterFlow(1_000, 800, -800), 0, 'all of it paid out is no fall');
  t.equal(peakAfterFlow(1_000, -100, 300), 1_300, 'from below nothing');
});
