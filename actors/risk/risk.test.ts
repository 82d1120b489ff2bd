// Holds the measures of risk against numpy and scipy, and against what any sound measure obeys.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { fromRows } from '../linear/index.js';
import { parsePriceTable, type RegistryCase, verifyReference } from '../reference/index.js';
import { covarianceMatrix, createDraws, drawNormal } from '../statistics/index.js';
import {
  cornishFisherRisk,
  expectedShortfall,
  followAtrStop,
  historicalRisk,
  kellyShares,
  normalContributions,
  normalRisk,
  overlappingReturns,
  portfolioProfits,
  RISK_FUNCTIONS,
  type SizingRule,
  simulateReturns,
  simulateRisk,
  sizePosition,
  tailContributions,
  trafficLight,
  worstWindow,
} from './index.js';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_160_104) });

const text = (path: string): string =>
  readFileSync(new URL(`../../../actors/${path}`, import.meta.url), 'utf8');
const table = parsePriceTable(text('reference/fixtures/panel.csv'));
const cases = JSON.parse(text('risk/fixtures/risk.json')) as readonly RegistryCase[];

t.test('every function agrees with numpy and scipy on other weights and parameters', async (t) => {
  for (const reference of cases) {
    const verdict = verifyReference(RISK_FUNCTIONS, reference, () => table);
    t.equal(verdict.status, 'passed', `${reference.id} ${verdict.notes.join('; ')}`);
  }
  // Odds and stops are held against the identities below and the vectors of the command line.
  const tried = new Set(cases.map((reference) => reference.function));
  const others = Object.keys(RISK_FUNCTIONS).filter((name) => !tried.has(name));
  t.strictSame(others, ['kelly_binary', 'atr_stop']);
});

t.test('what cannot be computed means null and is no skip', async (t) => {
  const weights = { file: 'panel', weights: 'equal' };
  const judge = (name: string, params: RegistryCase['params'], input: RegistryCase['input']) =>
    verifyReference(
      RISK_FUNCTIONS,
      { id: 'a', function: name, params, input, tolerance: {}, expected: null },
      () => table,
    );
  t.match(judge('stress_worst_window', { days: 99_999 }, weights), { status: 'passed' });
  const normal = 'multivariate normal simple returns';
  const many = { confidence: 0.95, paths: 1e12, horizonDays: 1, distribution: normal };
  const simulated = judge('monte_carlo_var', many, { mean: [0], cov: [[1]], weights: [1] });
  t.match(simulated, { status: 'passed' });
});

const SCENARIOS = 40;
const profit = fc.double({ min: -1, max: 1, noNaN: true });
const scenarios = fc.array(profit, { minLength: SCENARIOS, maxLength: SCENARIOS });
const confidences = fc.constantFrom(0.9, 0.95, 0.975, 0.99);

function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

t.test('the shortfall of a sum is at most the sum of shortfalls', async () => {
  fc.assert(
    fc.property(scenarios, scenarios, confidences, (left, right, confidence) => {
      const both = left.map((value, index) => value + right[index]!);
      const apart =
        expectedShortfall(sorted(left), confidence) + expectedShortfall(sorted(right), confidence);
      return expectedShortfall(sorted(both), confidence) <= apart + 1e-12;
    }),
  );
});

t.test(
  'risk scales with the position, falls by what is added in cash, and ignores order',
  async () => {
    fc.assert(
      fc.property(
        scenarios,
        confidences,
        fc.double({ min: 0.1, max: 9, noNaN: true }),
        (list, c, k) => {
          const base = historicalRisk(sorted(list), c);
          const larger = historicalRisk(sorted(list.map((value) => k * value)), c);
          const richer = expectedShortfall(sorted(list.map((value) => value + k)), c);
          const turned = historicalRisk(sorted([...list].reverse()), c);
          return (
            Math.abs(larger.valueAtRisk - k * base.valueAtRisk) < 1e-9 &&
            Math.abs(larger.tailMean - k * base.tailMean) < 1e-9 &&
            Math.abs(richer - expectedShortfall(sorted(list), c) + k) < 1e-9 &&
            turned.valueAtRisk === base.valueAtRisk &&
            turned.tailMean === base.tailMean
          );
        },
      ),
    );
  },
);

t.test('a past that comes twice, and a position in two halves, are as risky as one', async () => {
  fc.assert(
    fc.property(
      scenarios,
      confidences,
      fc.integer({ min: 2, max: 5 }),
      (list, confidence, times) => {
        const once = expectedShortfall(sorted(list), confidence);
        const again = Array.from({ length: times }, () => list).flat();
        const halves = list.map((value) => value / times);
        const whole = list.map((_value, at) => {
          return Array.from({ length: times }, () => halves[at]!).reduce(
            (sum, one) => sum + one,
            0,
          );
        });
        const isNear = (was: number): boolean => Math.abs(was - once) < 1e-9;
        return (
          isNear(expectedShortfall(sorted(again), confidence)) &&
          isNear(expectedShortfall(sorted(whole), confidence))
        );
      },
    ),
  );
});

t.test('the tail lies beyond the quantile, and both rise with confidence', async () => {
  fc.assert(
    fc.property(scenarios, (list) => {
      const low = historicalRisk(sorted(list), 0.9);
      const high = historicalRisk(sorted(list), 0.975);
      return (
        low.tailMean >= low.valueAtRisk - 1e-12 &&
        high.valueAtRisk >= low.valueAtRisk &&
        high.tailMean >= low.tailMean - 1e-12
      );
    }),
  );
});

const portfolios = fc
  .integer({ min: 2, max: 5 })
  .chain((count) =>
    fc.tuple(
      fc.array(scenarios, { minLength: count, maxLength: count }),
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: count, maxLength: count }),
    ),
  );

t.test('components sum to the total, by moments and by scenarios', async () => {
  fc.assert(
    fc.property(portfolios, confidences, ([columns, weights], confidence) => {
      const covariance = covarianceMatrix(columns);
      const normal = normalContributions(covariance, weights, confidence);
      const tail = tailContributions(columns, weights, confidence);
      const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
      const direct = historicalRisk(sorted(portfolioProfits(columns, weights)), confidence);
      return (
        Math.abs(sum(normal.component) - normal.total) < 1e-10 &&
        Math.abs(sum(tail.component) - tail.total) < 1e-10 &&
        Math.abs(direct.tailMean - tail.total) < 1e-12
      );
    }),
  );
});

t.test('a marginal is the slope of the total', async () => {
  fc.assert(
    fc.property(portfolios, ([columns, weights]) => {
      const covariance = covarianceMatrix(columns);
      const base = normalContributions(covariance, weights, 0.99);
      fc.pre(base.total > 0.05);
      const step = 1e-6;
      const moved = normalContributions(
        covariance,
        weights.map((weight, index) => (index === 0 ? weight + step : weight)),
        0.99,
      );
      return Math.abs((moved.total - base.total) / step - base.marginal[0]!) < 1e-3;
    }),
  );
});

t.test(
  'a simulation repeats for its seed and finds the analytic figures within its errors',
  async (t) => {
    const covariance = fromRows([
      [0.0004, 0.0001],
      [0.0001, 0.0009],
    ]);
    const simulation = {
      mean: [0.001, 0],
      covariance,
      weights: [0.6, 0.4],
      paths: 50_000,
      horizonDays: 4,
      seed: 5,
    };
    const risk = simulateRisk(simulation, 0.95);
    if (risk.kind === 'refusal') throw new Error(risk.text);
    const sigma = Math.sqrt(4 * (0.36 * 0.0004 + 0.16 * 0.0009 + 0.48 * 0.0001));
    const exact = normalRisk(4 * 0.6 * 0.001, sigma, 0.95);
    t.ok(Math.abs(risk.valueAtRisk - exact.valueAtRisk) < 4 * risk.valueAtRiskError);
    t.ok(Math.abs(risk.tailMean - exact.tailMean) < 4 * risk.tailMeanError);
    t.ok(risk.valueAtRiskError < 0.02 * exact.valueAtRisk);
    t.strictSame(simulateRisk(simulation, 0.95), risk);
    t.notSame(simulateRisk({ ...simulation, seed: 6 }, 0.95), risk);
  },
);

t.test('a Student copula keeps the margins and thickens the joint tail', async (t) => {
  const covariance = fromRows([
    [0.0001, 0.00005],
    [0.00005, 0.0001],
  ]);
  const base = { mean: [0, 0], covariance, paths: 40_000, horizonDays: 1, seed: 3 };
  const student = { kind: 'student', degrees: 3 } as const;
  const tail = (weights: number[], copula?: typeof student): number => {
    const risk = simulateRisk({ ...base, weights, ...(copula ? { copula } : {}) }, 0.995);
    if (risk.kind === 'refusal') throw new Error(risk.text);
    return risk.tailMean;
  };
  t.ok(Math.abs(tail([1, 0], student) / tail([1, 0]) - 1) < 0.04, 'the margin stays normal');
  t.ok(tail([0.5, 0.5], student) > 1.03 * tail([0.5, 0.5]), 'falls come together');
  const draws = createDraws(9);
  const margins = [0, 1].map(() =>
    Float64Array.from({ length: 900 }, () => drawNormal(draws) ** 3 / 100).sort(),
  );
  const mixed = simulateReturns({
    ...base,
    weights: [1, 0],
    copula: { ...student, margins },
  });
  if (!(mixed instanceof Float64Array)) throw new Error(mixed.text);
  // Between two of 900 values the quantile of the margin is flat, so it is met to a step.
  const own = historicalRisk(margins[0]!, 0.9).valueAtRisk;
  t.ok(Math.abs(historicalRisk(mixed, 0.9).valueAtRisk / own - 1) < 0.03);
});

t.test('a singular covariance simulates, an impossible one is refused', async (t) => {
  const base = { mean: [0, 0], weights: [1, -1], paths: 1000, horizonDays: 1, seed: 1 };
  const twins = fromRows([
    [0.01, 0.01],
    [0.01, 0.01],
  ]);
  const same = simulateReturns({ ...base, covariance: twins });
  t.ok(same instanceof Float64Array && same.every((value) => Math.abs(value) < 1e-12));
  const impossible = fromRows([
    [0.01, 0.02],
    [0.02, 0.01],
  ]);
  const code = 'risk.covariance_indefinite';
  t.match(simulateReturns({ ...base, covariance: impossible }), { code });
  const unknown = fromRows([
    [Number.NaN, 0],
    [0, 1],
  ]);
  t.match(simulateReturns({ ...base, covariance: unknown }), { code });
  t.match(simulateReturns({ ...base, covariance: twins, paths: 0 }), {
    code: 'risk.bad_simulation',
  });
  t.match(
    kellyShares(
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      0,
    ),
    { code: 'risk.covariance_singular' },
  );
});

t.test('the expansion says when its moments leave its domain', async (t) => {
  const moments = { mean: 0, sigma: 1, skewness: 0, excessKurtosis: 0 };
  t.equal(cornishFisherRisk(moments, 0.99).inDomain, true);
  // The mean beyond is that of all quantiles below, here of ten thousand of them.
  const steps = 10_000;
  let tail = 0;
  for (let step = 0; step < steps; step++) {
    const chance = 1 - (0.01 * (step + 0.5)) / steps;
    tail += cornishFisherRisk(moments, chance).valueAtRisk / steps;
  }
  t.ok(Math.abs(cornishFisherRisk(moments, 0.99).tailMean / tail - 1) < 1e-4);
  t.ok(cornishFisherRisk({ ...moments, skewness: -3, excessKurtosis: 1 }, 0.99).inDomain === false);
});

t.test("the supervisor's table has its zones where they are printed", async (t) => {
  const zones = [0, 4, 5, 9, 10, 250].map((count) => trafficLight(count, 250, 0.99));
  t.strictSame(zones, ['green', 'green', 'yellow', 'yellow', 'red', 'red']);
});

t.test('a trailing stop rises, never falls, and ends at the first touch', async (t) => {
  const close = [10, 11, 12, 11.5, 13, 9];
  const bars = {
    close,
    high: close.map((value) => value + 0.2),
    low: close.map((value) => value - 0.2),
    averageTrueRange: [Number.NaN, 1, 1, 1, 1, 1],
  };
  const stop = followAtrStop(bars, 1, 2);
  t.match(stop, { initialStop: 9, shortInitialStop: 13, fixedHit: 5, trailingExit: { index: 5 } });
  if (stop.kind === 'atr_stop') {
    const levels = stop.trailing.map(({ stop: level }) => Math.round(level * 10) / 10);
    t.strictSame(levels, [10.2, 10.2, 11.2]);
  }
  t.match(followAtrStop(bars, 0, 2), { code: 'risk.no_range' });
  t.match(followAtrStop(bars, 99, 2), { code: 'risk.no_range' });
});

t.test('sizes keep to their rule, their bound and whole lots', async (t) => {
  const input = { equity: 100_000, price: 50, lotSize: 10 };
  const quantity = (rule: SizingRule, leverage = 1): number | string => {
    const size = sizePosition(rule, input, leverage);
    return size.kind === 'size' ? size.quantity : size.code;
  };
  t.equal(quantity({ kind: 'fixed_fraction', share: 0.1 }), 200);
  t.equal(quantity({ kind: 'kelly', share: 0.5, fraction: 0.25 }), 250);
  t.equal(quantity({ kind: 'kelly', share: -0.5, fraction: 1 }), 0);
  t.equal(
    quantity({ kind: 'volatility_target', targetVolatility: 0.1, assetVolatility: 0.25 }),
    800,
  );
  t.equal(
    quantity({ kind: 'volatility_target', targetVolatility: 1, assetVolatility: 0.1 }, 2),
    4000,
  );
  // Stopped out 3 * 2 below, 1 % of the equity is lost: 166 shares, in lots of ten.
  t.equal(quantity({ kind: 'atr_stop', riskShare: 0.01, averageTrueRange: 2, multiple: 3 }), 160);
  t.equal(quantity({ kind: 'maximum_loss', lossMax: 2000, worstMove: -0.2 }), 200);
  t.equal(quantity({ kind: 'fixed_fraction', share: Number.NaN }), 'risk.bad_sizing');
  t.equal(
    quantity({ kind: 'atr_stop', riskShare: 0.01, averageTrueRange: 0, multiple: 3 }),
    'risk.bad_sizing',
  );
  t.match(sizePosition({ kind: 'fixed_fraction', share: 1 }, { ...input, price: 0 }), {
    code: 'risk.bad_sizing',
  });
});

t.test('windows that overlap compound, and the worst is found', async (t) => {
  const list = [0.1, -0.5, 0.2, -0.4];
  t.strictSame(
    Array.from(overlappingReturns(list, 2), (value) => Math.round(value * 100) / 100),
    [-0.45, -0.4, -0.28],
  );
  t.match(worstWindow(list, 2), { from: 0, to: 2 });
  t.equal(worstWindow(list, 5), undefined);
});
