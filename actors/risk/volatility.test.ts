// Holds volatility models, weighted histories and horizons against known processes and identities.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { parsePriceTable, simpleReturns } from '../reference/index.js';
import { createDraws, deviation, drawNormal } from '../statistics/index.js';
import {
  ageWeightedRisk,
  expectedDrawdown,
  expectedShortfall,
  filteredRisk,
  filterReturns,
  fitGarch,
  type Garch,
  garchHorizonVariance,
  garchLikelihood,
  historicalRisk,
  overlappingRisk,
  scaledByRoot,
  scaledNormalRisk,
  simulateFiltered,
  tradeRisk,
} from './index.js';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_160_104) });

/** Returns of a known process. */
function garchReturns(model: Garch, count: number, seed: number): Float64Array {
  const draws = createDraws(seed);
  let value = model.omega / (1 - model.alpha - model.beta);
  return Float64Array.from({ length: count }, () => {
    const move = Math.sqrt(value) * drawNormal(draws);
    value = model.omega + model.alpha * move * move + model.beta * value;
    return move;
  });
}

const truth: Garch = { kind: 'garch', omega: 2e-6, alpha: 0.1, beta: 0.85 };

t.test('a fit finds the process that made the returns, and nothing near is likelier', async (t) => {
  const returns = garchReturns(truth, 4000, 11);
  const fit = fitGarch(returns);
  if (fit.kind === 'refusal') throw new Error(fit.text);
  t.ok(Math.abs(fit.alpha - truth.alpha) < 0.03);
  t.ok(Math.abs(fit.beta - truth.beta) < 0.05);
  t.ok(fit.logLikelihood >= garchLikelihood(truth, returns));
  for (const nudge of [0.98, 1.02]) {
    for (const name of ['omega', 'alpha', 'beta'] as const) {
      const other = { ...fit, [name]: fit[name] * nudge };
      t.ok(garchLikelihood(other, returns) <= fit.logLikelihood + 1e-7, `${name} times ${nudge}`);
    }
  }
});

t.test('the likelihood is at least that of a search by scipy', async (t) => {
  const table = parsePriceTable(
    readFileSync(new URL('../../../actors/reference/fixtures/panel.csv', import.meta.url), 'utf8'),
  );
  const scipy = { AA: 594.5744221584, CC: 435.5394053342, DD: 511.0069158637, FF: 384.1134239371 };
  for (const [name, likelihood] of Object.entries(scipy)) {
    const fit = fitGarch(simpleReturns(table.columns.get(name)!));
    t.ok(fit.kind !== 'refusal' && fit.logLikelihood > likelihood - 1e-6, name);
  }
});

t.test('too few returns, or none that move, are refused', async (t) => {
  t.match(fitGarch(new Float64Array(50)), { code: 'risk.too_few_returns' });
  t.match(fitGarch(new Float64Array(200)), { code: 'risk.no_variance' });
  t.match(fitGarch(new Float64Array(200).fill(Number.NaN)), { code: 'risk.no_variance' });
});

t.test('variance forecasts return to the long run', async (t) => {
  const longRun = truth.omega / (1 - truth.alpha - truth.beta);
  t.ok(Math.abs(garchHorizonVariance(truth, longRun, 10) / (10 * longRun) - 1) < 1e-12);
  const calm = garchHorizonVariance(truth, longRun / 4, 500) / (500 * longRun);
  t.ok(calm < 1 && calm > 0.95);
});

t.test('filtering evens out volatility, and follows it where history lags', async (t) => {
  const returns = garchReturns(truth, 3000, 5);
  const { shocks } = filterReturns(returns, truth);
  t.ok(Math.abs(deviation(shocks) - 1) < 0.05);
  // Calm years, then a storm: plain history has hardly seen it.
  const draws = createDraws(2);
  const storm = Float64Array.from(
    { length: 500 },
    (_, i) => drawNormal(draws) * (i < 470 ? 0.005 : 0.03),
  );
  const plain = historicalRisk(storm.slice().sort(), 0.95).valueAtRisk;
  const filtered = filteredRisk(storm, 0.95, { kind: 'ewma', lambda: 0.94 }).valueAtRisk;
  const aged = ageWeightedRisk(storm, 0.95, 0.97).valueAtRisk;
  t.ok(filtered > 2 * plain, `${filtered} against ${plain}`);
  t.ok(aged > 2 * plain, `${aged} against ${plain}`);
});

t.test('simulated horizons have the variance the model forecasts', async (t) => {
  const returns = garchReturns(truth, 2000, 8);
  const simulation = { model: truth, periods: 10, paths: 20_000, seed: 4 };
  const sorted = simulateFiltered(returns, simulation);
  const { nextSigma } = filterReturns(returns, truth);
  const expected = Math.sqrt(garchHorizonVariance(truth, nextSigma ** 2, 10));
  t.ok(Math.abs(deviation(sorted) / expected - 1) < 0.03);
  t.strictSame(simulateFiltered(returns, simulation), sorted);
});

const profit = fc.double({ min: -1, max: 1, noNaN: true });
const list = fc.array(profit, { minLength: 30, maxLength: 60 });

t.test('without decay the age does not matter', async () => {
  fc.assert(
    fc.property(list, fc.constantFrom(0.9, 0.95, 0.99), (values, confidence) => {
      // Where the tail is a whole number of returns, rounding decides which side numpy takes.
      const tail = values.length * (1 - confidence);
      fc.pre(Math.abs(tail - Math.round(tail)) > 1e-9);
      const sorted = Float64Array.from(values).sort();
      const aged = ageWeightedRisk(values, confidence, 1);
      const quantile = historicalRisk(sorted, confidence, 'inverted_cdf').valueAtRisk;
      return (
        Math.abs(aged.tailMean - expectedShortfall(sorted, confidence)) < 1e-9 &&
        Math.abs(aged.valueAtRisk - quantile) < 1e-12
      );
    }),
  );
});

t.test('a loss weighs less the older it is', async () => {
  fc.assert(
    fc.property(list, (values) => {
      const calm = values.map((value) => Math.abs(value) / 10);
      const old = ageWeightedRisk([-2, ...calm], 0.95, 0.97);
      const fresh = ageWeightedRisk([...calm, -2], 0.95, 0.97);
      return old.tailMean <= fresh.tailMean + 1e-12;
    }),
  );
});

t.test('horizons scale as they say', async (t) => {
  const day = scaledNormalRisk(0, 0.01, 0.99, 1);
  const ten = scaledNormalRisk(0, 0.01, 0.99, 10);
  t.ok(Math.abs(scaledByRoot(day, 10).valueAtRisk - ten.valueAtRisk) < 1e-15);
  t.ok(scaledNormalRisk(0.001, 0.01, 0.99, 10).valueAtRisk < ten.valueAtRisk);
  const values = garchReturns(truth, 400, 3);
  const single = overlappingRisk(values, 1, 0.95);
  const plain = historicalRisk(values.slice().sort(), 0.95).valueAtRisk;
  t.ok(single !== undefined && Math.abs(single.valueAtRisk - plain) < 1e-15);
  t.match(overlappingRisk(values, 10, 0.95), { windows: 391, independentWindows: 40 });
  t.equal(overlappingRisk(values.subarray(0, 5), 10, 0.95), undefined);
});

t.test('the expected fall is that of its windows', async (t) => {
  t.ok(Math.abs(expectedDrawdown([0.1, -0.1, -0.1, 0.2], 2) - (0.1 + 0.19 + 0.1) / 3) < 1e-12);
  t.equal(expectedDrawdown([0.1, 0.2], 1), 0);
  t.ok(Number.isNaN(expectedDrawdown([0.1], 2)));
});

t.test(
  'a trade adds what it adds: nothing when empty, all of it undone by its opposite',
  async () => {
    fc.assert(
      fc.property(list, fc.integer(), (values, seed) => {
        const trade = values.map((_, index) => Math.sin(seed + index));
        const added = tradeRisk(values, trade, 0.95);
        const moved = values.map((value, index) => value + trade[index]!);
        const back = tradeRisk(
          moved,
          trade.map((value) => -value),
          0.95,
        );
        const none = tradeRisk(
          values,
          trade.map(() => 0),
          0.95,
        );
        return none.incremental === 0 && Math.abs(added.incremental + back.incremental) < 1e-9;
      }),
    );
  },
);
