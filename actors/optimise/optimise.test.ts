// Holds portfolios against scipy, and programmes against the conditions that prove a minimum.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { Refusal } from '../../engine/index.js';
import {
  dot,
  fromRows,
  type Matrix,
  multiply,
  multiplyVector,
  quadraticForm,
  transpose,
} from '../linear/index.js';
import { parsePriceTable, type RegistryCase, verifyReference } from '../reference/index.js';
import {
  type Allocation,
  blackLitterman,
  type Constraint,
  efficientReturn,
  expectationOf,
  hierarchicalRiskParity,
  LINKAGES,
  LONG_ONLY,
  maxSharpe,
  minVariance,
  PORTFOLIO_FUNCTIONS,
  type PortfolioLimits,
  riskBudget,
  riskShares,
  solveQuadratic,
  turnoverOf,
} from './index.js';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_160_104) });

const text = (path: string): string =>
  readFileSync(new URL(`../../../actors/${path}`, import.meta.url), 'utf8');
const table = parsePriceTable(text('reference/fixtures/panel.csv'));
const cases = JSON.parse(text('optimise/fixtures/portfolio.json')) as readonly RegistryCase[];

t.test('every function agrees with numpy and scipy on other assets and bounds', async (t) => {
  for (const reference of cases) {
    const verdict = verifyReference(PORTFOLIO_FUNCTIONS, reference, () => table);
    t.equal(verdict.status, 'passed', `${reference.id} ${verdict.notes.join('; ')}`);
  }
  const tried = new Set(cases.map((reference) => reference.function));
  t.strictSame([...tried].sort(), Object.keys(PORTFOLIO_FUNCTIONS).sort());
});

t.test('a case without a riskless rate has none, and one with budgets of text fails', async (t) => {
  const judge = (name: string, params: RegistryCase['params'], expected: unknown) => {
    const reference = cases.find((other) => other.function === name)!;
    return verifyReference(PORTFOLIO_FUNCTIONS, { ...reference, params, expected }, () => table);
  };
  const none = { return: null };
  const stated = judge('max_sharpe', { longOnly: true, riskFree: 0 }, none).notes;
  t.strictSame(judge('max_sharpe', { longOnly: true }, none).notes, stated);
  t.equal(judge('risk_budget', { budgets: ['1', '2'] }, none).status, 'failed');
  t.equal(judge('min_variance', { longOnly: true, maxWeight: 0.01 }, null).status, 'passed');
});

const entry = fc.double({ min: -1, max: 1, noNaN: true });
const row = (count: number) => fc.array(entry, { minLength: count, maxLength: count });

/** A A' with a ridge: a covariance of two to seven assets. */
const covariances = fc
  .integer({ min: 2, max: 7 })
  .chain((count) => fc.array(row(count), { minLength: count, maxLength: count }))
  .map((rows) => {
    const a = fromRows(rows);
    const square = multiply(a, transpose(a));
    for (let index = 0; index < square.rows; index++) {
      square.values[index * square.rows + index] =
        square.values[index * square.rows + index]! + 0.05;
    }
    return square;
  });

function isMinimum(
  quadratic: Matrix,
  linear: ArrayLike<number>,
  constraints: readonly Constraint[],
  solved: { readonly x: Float64Array; readonly multipliers: Float64Array },
): boolean {
  const slope = multiplyVector(quadratic, solved.x).map((value, index) => value + linear[index]!);
  return (
    constraints.every(({ kind, coefficients, bound }, index) => {
      const slack = dot(coefficients, solved.x) - bound;
      const multiplier = solved.multipliers[index]!;
      coefficients.forEach((value, at) => {
        slope[at] = slope[at]! - multiplier * value;
      });
      return kind === 'equal'
        ? Math.abs(slack) < 1e-8
        : slack > -1e-8 && multiplier > -1e-9 && Math.abs(multiplier * slack) < 1e-7;
    }) && slope.every((value) => Math.abs(value) < 1e-7)
  );
}

t.test('a solved programme meets the conditions of Karush, Kuhn and Tucker', async () => {
  const programmes = covariances.chain((quadratic) =>
    fc.tuple(
      fc.constant(quadratic),
      row(quadratic.rows),
      row(quadratic.rows),
      fc.array(row(quadratic.rows), { maxLength: 9 }),
      fc.boolean(),
    ),
  );
  fc.assert(
    fc.property(programmes, ([quadratic, linear, inside, rows, equal]) => {
      // Every bound holds at `inside`, so a minimum exists.
      const constraints = rows.flatMap((coefficients, index): Constraint[] => {
        if (Math.hypot(...coefficients) < 1e-3) return [];
        const kind = equal && index === 0 ? 'equal' : 'at_least';
        const bound = dot(coefficients, inside) - (kind === 'equal' ? 0 : 0.1 * (index % 3));
        return [
          { kind, name: `row ${index}`, coefficients: Float64Array.from(coefficients), bound },
        ];
      });
      const solved = solveQuadratic({ quadratic, linear, constraints });
      return solved.kind === 'solution' && isMinimum(quadratic, linear, constraints, solved);
    }),
    { numRuns: 400 },
  );
});

t.test('contradicting constraints are refused by name, and so is a singular matrix', async (t) => {
  const unit = fromRows([
    [1, 0],
    [0, 1],
  ]);
  const least = (bound: number, sign: number): Constraint => ({
    kind: 'at_least',
    name: `bound ${bound}`,
    coefficients: Float64Array.of(sign, 0),
    bound,
  });
  const linear = [0, 0];
  const crossed = solveQuadratic({
    quadratic: unit,
    linear,
    constraints: [least(1, 1), least(0.5, -1)],
  });
  t.match(crossed, { kind: 'refusal', code: 'optimise.infeasible' });
  const equal = (bound: number): Constraint => ({ ...least(bound, 1), kind: 'equal' });
  t.match(solveQuadratic({ quadratic: unit, linear, constraints: [equal(1), equal(2)] }), {
    code: 'optimise.infeasible',
  });
  t.match(solveQuadratic({ quadratic: unit, linear, constraints: [equal(1), equal(1)] }), {
    kind: 'solution',
    x: Float64Array.of(1, 0),
  });
  const flat = fromRows([
    [1, 1],
    [1, 1],
  ]);
  t.match(minVariance(flat), { code: 'optimise.covariance_singular' });
  t.match(riskBudget(flat), { code: 'optimise.covariance_singular' });
});

function weightsOf(found: Allocation | Refusal): Float64Array {
  if (found.kind === 'refusal') throw new Error(`${found.code}: ${found.text}`);
  return found.weights;
}

const sigma = fromRows([
  [0.04, 0.01, 0.0, 0.005],
  [0.01, 0.09, 0.02, 0.0],
  [0.0, 0.02, 0.16, 0.03],
  [0.005, 0.0, 0.03, 0.0625],
]);
const rewards = [0.05, 0.08, 0.15, 0.07];

t.test('sector and turnover limits hold, and cost variance only where they bind', async (t) => {
  const free = weightsOf(minVariance(sigma, LONG_ONLY));
  const sector = { name: 'growth', members: [2, 3], min: 0.5 };
  const held = weightsOf(minVariance(sigma, { ...LONG_ONLY, groups: [sector] }));
  t.ok(Math.abs(held[2]! + held[3]! - 0.5) < 1e-12);
  t.ok(quadraticForm(sigma, held) > quadraticForm(sigma, free));
  const loose = { ...sector, min: 0.01 };
  t.strictSame(weightsOf(minVariance(sigma, { ...LONG_ONLY, groups: [loose] })), free);
  const from = [0, 0, 0.5, 0.5];
  let before = Infinity;
  for (const max of [0, 0.1, 0.4, 0.8, 2]) {
    const near = weightsOf(minVariance(sigma, { ...LONG_ONLY, turnover: { from, max } }));
    const traded = near.reduce((sum, weight, index) => sum + Math.abs(weight - from[index]!), 0);
    t.ok(traded <= max + 1e-9, `turnover ${traded} within ${max}`);
    t.ok(quadraticForm(sigma, near) <= before + 1e-15);
    before = quadraticForm(sigma, near);
  }
  t.ok(Math.abs(before - quadraticForm(sigma, free)) < 1e-15);
});

t.test('no portfolio of as much trading has less variance', async () => {
  const from = [0.4, 0.1, 0.4, 0.1];
  const limits = { minWeight: -0.1, maxWeight: 0.9, turnover: { from, max: 0.3 } };
  const best = quadraticForm(sigma, weightsOf(minVariance(sigma, limits)));
  const trade = fc.double({ min: -0.15, max: 0.15, noNaN: true });
  fc.assert(
    fc.property(trade, trade, trade, (a, b, c) => {
      const trades = [a, b, c, -a - b - c];
      fc.pre(turnoverOf(trades, [0, 0, 0, 0]) <= 0.3);
      const weights = trades.map((value, index) => value + from[index]!);
      fc.pre(weights.every((weight) => weight >= -0.1 && weight <= 0.9));
      return quadraticForm(sigma, weights) >= best - 1e-12;
    }),
  );
});

t.test('limits that cannot hold are refused with their numbers', async (t) => {
  const refused = (limits: PortfolioLimits) => minVariance(sigma, limits);
  t.match(refused({ minWeight: 0, maxWeight: 0.2 }), {
    code: 'optimise.infeasible',
    text: /0 to 0.8/,
  });
  t.match(refused({ minWeight: 0.5, maxWeight: 0.4 }), { code: 'optimise.bad_bounds' });
  t.match(refused({ minWeight: Number.NaN }), { code: 'optimise.bad_bounds' });
  t.match(refused({ ...LONG_ONLY, groups: [{ name: 'energy', members: [0], min: 2 }] }), {
    code: 'optimise.infeasible',
  });
  t.match(refused({ ...LONG_ONLY, turnover: { from: [1, 1, 1, 1], max: 0.5 } }), {
    code: 'optimise.infeasible',
    text: /turnover/,
  });
  t.match(efficientReturn(sigma, rewards, 0.2, LONG_ONLY), {
    code: 'optimise.infeasible',
    text: /0.05 to 0.15, was 0.2/,
  });
  t.match(maxSharpe(sigma, rewards, 0.5, LONG_ONLY), { code: 'optimise.no_excess_return' });
  t.match(riskBudget(sigma, [1, 1, 1]), { code: 'optimise.bad_budgets' });
  t.match(riskBudget(sigma, [1, 1, 1, 0]), { code: 'optimise.bad_budgets' });
  t.match(
    blackLitterman({
      covariance: sigma,
      marketWeights: [1, 0],
      riskAversion: 1,
      tau: 0.1,
      views: fromRows([[1, 0, 0, 0]]),
      viewReturns: [0.1],
    }),
    { code: 'optimise.bad_views' },
  );
});

t.test('a target that rounding puts past the best mean is that mean', async (t) => {
  const best = (target: number) => efficientReturn(sigma, rewards, target, LONG_ONLY);
  t.ok(Math.abs(weightsOf(best(0.15 * (1 + 2 ** -52)))[2]! - 1) < 1e-12);
  t.ok(Math.abs(weightsOf(best(0.05 * (1 - 2 ** -52)))[0]! - 1) < 1e-12);
  t.match(best(0.15 + 1e-9), { code: 'optimise.infeasible' });
});

t.test('no portfolio within the limits beats the largest Sharpe ratio', async () => {
  const limits = { minWeight: -0.2, maxWeight: 0.6 };
  const best = expectationOf(
    weightsOf(maxSharpe(sigma, rewards, 0.02, limits)),
    rewards,
    sigma,
    0.02,
  );
  const share = fc.double({ min: -0.2, max: 0.6, noNaN: true });
  fc.assert(
    fc.property(share, share, share, (a, b, c) => {
      const last = 1 - a - b - c;
      fc.pre(last >= -0.2 && last <= 0.6);
      const other = expectationOf([a, b, c, last], rewards, sigma, 0.02);
      return other.sharpe <= best.sharpe + 1e-12;
    }),
  );
});

t.test('risk is shared as budgeted, whatever the covariance', async () => {
  fc.assert(
    fc.property(covariances, fc.integer({ min: 1, max: 9 }), (covariance, tilt) => {
      const budgets = Float64Array.from(
        { length: covariance.rows },
        (_, i) => 1 + ((i * tilt) % 7),
      );
      const total = budgets.reduce((sum, value) => sum + value, 0);
      const weights = weightsOf(riskBudget(covariance, budgets));
      return riskShares(weights, covariance).every(
        (share, index) => Math.abs(share - budgets[index]! / total) < 1e-9,
      );
    }),
  );
});

t.test('assets that repeat each other are clustered by every linkage', async (t) => {
  const row = [1, 1, 1, 0.2];
  const covariance = fromRows([row, row, row, [0.2, 0.2, 0.2, 1]]);
  for (const linkage of LINKAGES) {
    const { weights, order } = hierarchicalRiskParity(covariance, linkage);
    t.equal(order.toSorted().join(), '0,1,2,3', linkage);
    t.ok(weights.every((weight) => weight > 0 && weight < 1));
  }
});

t.test('hierarchical weights are positive, sum to one and follow a change of order', async () => {
  fc.assert(
    fc.property(covariances, (covariance) => {
      const { weights, order } = hierarchicalRiskParity(covariance, 'average');
      const sum = weights.reduce((total, value) => total + value, 0);
      return (
        weights.every((value) => value > 0) &&
        Math.abs(sum - 1) < 1e-12 &&
        new Set(order).size === covariance.rows
      );
    }),
  );
});
