// Portfolios of real stocks keep to their bounds, better equal weights, and refuse with numbers.

import t from 'tap';
import { multiplyVector, scaled } from '../../actors/linear/index.js';
import { inRepository } from '../app/paths.js';
import { readMembers } from '../config/members.js';
import { COVARIANCES } from './covariance-estimates.js';
import { OPTIMISE_METHODS } from './optimise-methods.js';
import {
  type OptimiseBounds,
  type Optimised,
  type OptimiseWish,
  optimise,
  problemOf,
} from './optimise-run.js';
import { blended, type View } from './optimise-views.js';
import { walkForward } from './optimise-walk.js';
import { loadReturnHistory } from './return-history.js';

const history = await loadReturnHistory({
  path: inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
  symbols: ['AAPL', 'CVX', 'JPM', 'KO', 'MSFT', 'PEP', 'VTRS', 'XOM'],
});
const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
const rows = history.symbols.map((_, row) => row);
const input = { history, members, rows, lookback: 252, covariance: 'shrunk' } as const;
const problem = problemOf(input);
const FREE: OptimiseBounds = {
  minWeight: 0,
  maxWeight: undefined,
  sectorMax: undefined,
  turnover: undefined,
};
const wish = (change: Partial<OptimiseWish>): OptimiseWish => ({
  method: 'min-variance',
  bounds: FREE,
  riskFree: 0,
  target: 0.3,
  linkage: 'single',
  ...change,
});
const built = (change: Partial<OptimiseWish>, from?: readonly number[]): Optimised => {
  const found = optimise(problem, wish(change), from);
  if (found.kind === 'refusal') throw new Error(`${found.code} ${found.text}`);
  return found;
};
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

t.test('a stock with less history than the lookback is left out by name', async (t) => {
  t.strictSame(problem.leftOut, ['VTRS']);
  t.equal(problem.symbols.length, 7);
  t.throws(() => problemOf({ ...input, rows: [0], lookback: 60 }), {
    code: 'data.too_little_history',
    message: /at least 2 stocks with 60 returns, was 1 of 1/,
  });
  t.throws(() => problemOf({ ...input, lookback: 4_000 }), { code: 'data.too_little_history' });
});

for (const method of OPTIMISE_METHODS) {
  for (const covariance of COVARIANCES) {
    t.test(`${method} on the ${covariance} covariance is long only and whole`, async (t) => {
      const found = optimise(problemOf({ ...input, covariance }), wish({ method }));
      t.equal(found.kind, 'optimised');
      if (found.kind === 'refusal') return;
      t.ok(near(sum(found.weights), 1));
      t.ok(near(sum(found.riskShares), 1));
      t.ok(found.weights.every((weight) => weight >= 0));
    });
  }
}

t.test('each method is best at what it is for', async (t) => {
  const calm = built({});
  const sharp = built({ method: 'max-sharpe' });
  const even = built({ method: 'risk-parity' });
  t.ok(calm.expected.volatility <= Math.min(sharp.expected.volatility, even.expected.volatility));
  t.ok(calm.expected.volatility < calm.equalWeights.volatility);
  t.ok(sharp.expected.sharpe >= Math.max(calm.expected.sharpe, even.expected.sharpe));
  t.ok(even.riskShares.every((share) => near(share, 1 / 7)));
  t.ok(near(built({ method: 'target-return' }).expected.return, 0.3));
  t.ok(near(even.effectiveNames, 1 / sum(even.weights.map((weight) => weight ** 2))));
});

t.test('views move the means that today implies, and nothing else does', async (t) => {
  const market = new Float64Array(7).fill(1 / 7);
  const prior = { market, tau: 0.05, riskAversion: 2.5, riskFree: 0.01 };
  const meansBy = (...views: View[]) => {
    const found = blended(problem, { ...prior, views });
    if (found.kind === 'refusal') throw new Error(`${found.code} ${found.text}`);
    t.same(found.findings, [], 'views that agree');
    return found.problem;
  };
  const at = (symbol: string): number => problem.symbols.indexOf(symbol);
  const implied = multiplyVector(scaled(problem.covariance, 2.5), market);
  const agreed = implied[at('KO')]! + 0.01;
  const same = meansBy({ symbol: 'KO', return: agreed });
  same.mean.forEach((mean, index) => {
    t.ok(near(mean, implied[index]! + 0.01), 'a view of what is implied changes no mean');
  });
  const higher = meansBy({ symbol: 'KO', return: agreed + 0.1 });
  t.ok(
    near(higher.mean[at('KO')]!, agreed + 0.05),
    'a view as uncertain as what is implied: halfway',
  );
  const pair = meansBy({ symbol: 'CVX', than: 'XOM', return: 0.1 });
  const gap = (means: ArrayLike<number>): number => means[at('CVX')]! - means[at('XOM')]!;
  t.ok(near(gap(pair.mean), (gap(implied) + 0.1) / 2));
  const held = optimise(pair, wish({ method: 'black-litterman' }));
  t.ok(held.kind === 'optimised' && held.weights[at('CVX')]! > held.weights[at('XOM')]!);
  const bad = { code: 'optimise.bad_views' };
  t.match(blended(problem, { ...prior, views: [] }), bad);
  t.match(blended(problem, { ...prior, views: [{ symbol: 'VTRS', return: 0.1 }] }), bad);
  const self = { symbol: 'KO', than: 'KO', return: 0.1 };
  t.match(blended(problem, { ...prior, views: [self] }), bad);
});

t.test(
  'views that contradict each other are told with where the blend has them meet',
  async (t) => {
    const market = new Float64Array(7).fill(1 / 7);
    const prior = { market, tau: 0.05, riskAversion: 2.5, riskFree: 0.01 };
    const findings = (...views: View[]): readonly string[] => {
      const found = blended(problem, { ...prior, views });
      if (found.kind === 'refusal') throw new Error(`${found.code} ${found.text}`);
      return found.findings;
    };
    const twice = findings({ symbol: 'KO', return: 0.3 }, { symbol: 'KO', return: -0.1 });
    t.equal(twice.length, 1);
    t.match(
      twice[0],
      /^the view KO=-0\.1 contradicts KO=0\.3, by which it is 0\.3; the blend has 0\.\d/,
    );
    const chain = [
      { symbol: 'CVX', than: 'XOM', return: 0.1 },
      { symbol: 'XOM', than: 'KO', return: 0.05 },
      { symbol: 'KO', than: 'CVX', return: 0.02 },
    ] as const;
    const text =
      /^the view KO>CVX=0\.02 contradicts CVX>XOM=0\.1 and XOM>KO=0\.05, by which it is -0\.15/;
    t.match(findings(...chain)[0], text);
    const agreeing = { symbol: 'CVX', than: 'KO', return: 0.1 + 0.05 };
    t.same(findings(chain[0], chain[1], agreeing), [], 'to the rounding');
  },
);

t.test('bounds on stocks, sectors and trading are kept', async (t) => {
  const from = [0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1];
  const bounds = { minWeight: 0, maxWeight: 0.3, sectorMax: 0.35, turnover: { from, max: 0.25 } };
  const found = built({ bounds }, from);
  t.ok(Math.max(...found.weights) <= 0.3 + 1e-9);
  const staples = sum(found.weights.filter((_, at) => problem.sectors[at] === 'Consumer Staples'));
  t.ok(staples <= 0.35 + 1e-9);
  t.ok(found.turnover! <= 0.25 + 1e-9, `${found.turnover}`);
});

const refusals: [string, Partial<OptimiseWish>, RegExp][] = [
  ['bounds too tight', { bounds: { ...FREE, maxWeight: 0.1 } }, /was 0 to 0\.7$/],
  [
    'sectors too tight',
    { method: 'max-sharpe', bounds: { ...FREE, sectorMax: 0.2 } },
    /hold 1 together, was 0\.8 in 4 sectors/,
  ],
  [
    'a target out of reach',
    { method: 'target-return', target: 9 },
    /target return of -?\d(\.\d{1,6})? to/,
  ],
  [
    'crossed bounds',
    { bounds: { ...FREE, minWeight: 0.5, maxWeight: 0.4 } },
    /weight of AAPL up to/,
  ],
  ['a riskless rate above all', { method: 'max-sharpe', riskFree: 1 }, /above the riskless 1/],
];
for (const [what, change, expected] of refusals) {
  t.test(`${what} is refused with its numbers`, async (t) => {
    t.match(optimise(problem, wish(change)), {
      kind: 'refusal',
      code: /^optimise\./,
      text: expected,
    });
  });
}

t.test('a walk knows the past alone, and equal weights are the mean of the stocks', async (t) => {
  const whole = { ...input, rows: rows.filter((row) => history.symbols[row] !== 'VTRS') };
  const walk = walkForward(whole, wish({ method: 'max-sharpe' }))!;
  t.match(walk, { from: 20_170_104, to: 20_210_421, built: 18 });
  // What comes after a day changes nothing of what was earned until then.
  const cut = (count: number, spoil: boolean) => ({
    ...history,
    dates: history.dates.subarray(0, count),
    returns: history.returns.map((returns) => {
      const copy = returns.slice(0, count);
      if (spoil) copy.fill(0.05, count - 1);
      return copy;
    }),
  });
  const [before, spoilt] = [false, true].map(
    (spoil) => walkForward({ ...whole, history: cut(600, spoil) }, wish({}))!,
  );
  const days = 600 - 253;
  const growth = (reward: number): number => (1 + reward) ** (days / 252);
  const last = whole.rows.map((row) => history.returns[row]![599]!);
  const equal = sum(last) / last.length;
  const ratio = growth(spoilt!.equalWeights.return) / growth(before!.equalWeights.return);
  t.ok(Math.abs(ratio - 1.05 / (1 + equal)) < 1e-9, 'only the last day differs');
  t.equal(walkForward({ ...whole, history: cut(300, false) }, wish({})), undefined);
});

t.test('a quarter that cannot be built is held equally and counted', async (t) => {
  const bounds = { ...FREE, maxWeight: 0.1 };
  const walk = walkForward(input, wish({ bounds }))!;
  t.equal(walk.refused, walk.built);
  t.strictSame(walk.method, walk.equalWeights);
});
