// Measures of risk: figures of numpy and scipy, parts that add up, and what can't be said is told.

import t, { type Test } from 'tap';
import { QUANTILE_METHODS } from '../../actors/risk/index.js';
import { inRepository } from '../app/paths.js';
import { readMembers } from '../config/members.js';
import { recentReturns } from './recent-returns.js';
import { loadReturnHistory } from './return-history.js';
import { DEFAULT_TAILS, measureRisk } from './risk-measures.js';
import { tailsByMethod } from './tail-methods.js';

const LONG = ['AAPL', 'AMZN', 'BA', 'CAT', 'CVX', 'GE', 'JPM', 'KO', 'MSFT', 'XOM'];
const SHORT = ['DIS', 'HD', 'INTC', 'PG'];
const history = await loadReturnHistory({
  path: inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
  symbols: [...LONG, ...SHORT],
});
const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
const weights = new Map([
  ...LONG.map((symbol) => [history.symbols.indexOf(symbol), 0.09] as const),
  ...SHORT.map((symbol) => [history.symbols.indexOf(symbol), -0.1] as const),
]);
const recent = recentReturns(history, members, [...weights.keys()]);
const input = { weights, recent, history, members, equity: 10_000_000 };
const options = { ...DEFAULT_TAILS, confidence: 0.975, covariance: 'shrunk' } as const;
const measures = measureRisk(input, options);
const near = (t: Test, got: number, want: number, name: string, error = 1e-9) =>
  t.ok(Math.abs(got - want) < error, `${name}: ${got} is not ${want}`);

t.test('each method gives what numpy and scipy give of the adjusted closes', async (t) => {
  const want = {
    historical: [0.024692030221000777, 0.04000428789646027],
    normal: [0.024313156020465243, 0.029097571756710208],
    'cornish-fisher': [0.03098193929940972, 0.05259400783860314],
  };
  for (const [method, [valueAtRisk, tailMean]] of Object.entries(want)) {
    const found = measures.tails.find((row) => row.method === method)!;
    near(t, found.valueAtRisk, valueAtRisk!, method);
    near(t, found.tailMean, tailMean!, `${method}, tail`);
  }
  const figure = (method: string) =>
    measures.tails.find((row) => row.method === method)!.valueAtRisk;
  near(t, figure('ewma'), 0.012486531389335719, 'ewma');
  near(t, figure('age-weighted'), 0.016371908361624492, 'age-weighted');
  // 400,000 paths of scipy's multivariate t of 5 degrees; our error is 0.04 %.
  near(t, figure('monte-carlo-t'), 0.02335377111172185, 'copula', 0.0016);
});

t.test('a quantile convention is that of its name', async (t) => {
  const want = new Map([
    ['weibull', 0.02623702509870787],
    ['inverted_cdf', 0.02608454767000589],
    ['nearest', 0.023662778193475308],
    ['hazen', 0.025842370722352802],
  ]);
  for (const quantile of QUANTILE_METHODS.filter((name) => want.has(name))) {
    const asked = { ...options, quantile, methods: ['historical'] } as const;
    const [row] = tailsByMethod(input, asked);
    near(t, row!.valueAtRisk, want.get(quantile)!, quantile);
  }
});

t.test('components and parts of the tail add up; incremental is the difference', async (t) => {
  const { parts } = measures;
  const sum = (name: 'component' | 'tailComponent' | 'share') =>
    parts.reduce((total, row) => total + row[name], 0);
  near(t, measures.valueAtRisk, 0.024506474799111794, 'total', 1e-12);
  near(t, sum('component'), measures.valueAtRisk, 'components', 1e-15);
  near(t, sum('tailComponent'), measures.tailMean, 'tail', 1e-15);
  near(t, sum('share'), 1, 'shares', 1e-12);
  const apple = parts.find(({ symbol }) => symbol === 'AAPL')!;
  near(t, apple.incremental, 0.002163985049572494, 'AAPL');
  const disney = parts.find(({ symbol }) => symbol === 'DIS')!;
  near(t, disney.incremental, -0.0029597025667095437, 'a hedge that is missed');
});

t.test('exposure, concentration and the way out are those of the weights', async (t) => {
  const long = measures.sectors.reduce((sum, row) => sum + row.long, 0);
  const short = measures.sectors.reduce((sum, row) => sum + row.short, 0);
  near(t, long, 0.9, 'long', 1e-12);
  near(t, short, 0.4, 'short', 1e-12);
  near(t, measures.herfindahl, 0.07159763313609467, 'Herfindahl', 1e-12);
  near(t, measures.top1, 0.1 / 1.3, 'largest', 1e-12);
  t.ok(measures.daysToNineTenths <= measures.daysToAll && measures.daysToAll > 0);
  const twice = measureRisk({ ...input, equity: 40_000_000 }, { ...options, methods: [] });
  near(t, twice.liquidationCost, 2 * measures.liquidationCost, 'four times, twice the cost', 1e-12);
});

t.test('the universe loads on the market by one, and on nothing else', async (t) => {
  const all = new Map(history.symbols.map((_, row) => [row, 1 / history.symbols.length]));
  const its = recentReturns(history, members, [...all.keys()]);
  const found = measureRisk({ ...input, weights: all, recent: its }, { ...options, methods: [] });
  const [constant, market, momentum, volatility] = found.factors.map(({ loading }) => loading);
  near(t, market!, 1, 'market');
  for (const other of [constant, momentum, volatility]) near(t, other!, 0, 'others');
  near(t, found.beta, 1, 'beta');
  near(t, found.activeShare, 0, 'active share');
});

t.test('a method that can say nothing says why', async (t) => {
  const few = { ...recent, columns: recent.columns.map((column) => column.slice(-20)) };
  const rows = tailsByMethod({ ...input, recent: few }, options);
  const garch = rows.find(({ method }) => method === 'filtered-garch')!;
  t.ok(Number.isNaN(garch.valueAtRisk));
  t.match(garch.basis, /^none: expected at least \d+ returns, was 20/);
  const nothing = new Map([...weights.keys()].map((row) => [row, 0]));
  const cash = tailsByMethod({ ...input, weights: nothing }, options);
  t.match(cash.find(({ method }) => method === 'cornish-fisher')!.basis, /returns that differ/);
});
