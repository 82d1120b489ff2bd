// Strained markets and reverse stress: bounds of correlation, buyers that leave, nearest moves.

import t from 'tap';
import type { LimitConfig } from '../../actors/limits/index.js';
import { portfolioProfits } from '../../actors/risk/index.js';
import { deviation } from '../../actors/statistics/index.js';
import { inRepository } from '../app/paths.js';
import { readMembers } from '../config/members.js';
import { checkScenarios } from '../config/scenario-config.js';
import { parseYaml } from '../config/yaml-source.js';
import { fitLoadings } from './factor-loadings.js';
import { recentReturns } from './recent-returns.js';
import { loadReturnHistory } from './return-history.js';
import { nearestMoves } from './reverse-directions.js';
import { liquidityOf } from './risk-bets.js';
import { stressOutcome } from './stress-run.js';
import { userScenarios } from './stress-scenarios.js';

const history = await loadReturnHistory({
  path: inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
  symbols: ['AAL', 'AAPL', 'APA', 'BAC', 'CVX', 'JPM', 'KO', 'MSFT', 'PEP', 'UAL', 'XOM'],
});
const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
const HELD = { AAPL: 0.4, XOM: 0.3, JPM: 0.3, PEP: -0.5 };
const weights = new Map(
  Object.entries(HELD).map(([symbol, weight]) => [history.symbols.indexOf(symbol), weight]),
);
const recent = recentReturns(history, members, [...weights.keys()]);
const book = { weights, recent, history, members, equity: 10_000_000 };
const sigmas = recent.columns.map((column) => deviation(column));
const held = [...weights.values()];
/** Quantile of the normal at 99 %. Source: scipy.stats.norm.ppf. */
const Z = 2.3263478740408408;

function outcome(text: string) {
  const configs = checkScenarios(
    parseYaml(`scenarios:\n  - { id: a, ${text} }`, 's.yaml'),
    members,
  );
  const [scenario] = userScenarios(configs, history, members);
  return stressOutcome(book, scenario!);
}

t.test('correlations of one add deviations, of none their squares', async (t) => {
  const sizes = held.map((weight, at) => weight * sigmas[at]!);
  const own = Z * deviation(portfolioProfits(recent.columns, held));
  const one = outcome('correlation: { to: 1, share: 1 }');
  const none = outcome('correlation: { to: 0, share: 1 }, volatility: 2');
  const same = outcome('correlation: { to: 0, share: 0 }');
  const near = (got: number | undefined, want: number) => t.ok(Math.abs(got! - want) < 1e-12);
  near(one.tail?.before, own);
  near(one.tail?.after, Z * Math.abs(sizes.reduce((sum, size) => sum + size, 0)));
  near(none.tail?.after, 2 * Z * Math.hypot(...sizes));
  near(same.tail?.after, own);
  t.equal(one.profit, 0, 'correlations move no price');
  t.equal(outcome('all: -0.1').tail, undefined);
});

t.test('a quarter of the volume doubles impact, and a seller meets half the spread', async (t) => {
  const { exit } = outcome('liquidity: { volume: 0.25, spread: 0.02 }');
  const { liquidationCost, daysToAll } = liquidityOf(book);
  t.ok(Math.abs(exit!.cost - (2 * liquidationCost + 1.5 * 0.01)) < 1e-15);
  t.equal(exit?.daysToAll, 4 * daysToAll);
});

t.test('a mistake in a strain is told by its place', async (t) => {
  const wrong = (text: string, message: RegExp) =>
    t.throws(() => outcome(text), { code: 'config.invalid', message });
  wrong('correlation: { to: 2, share: 0.5 }', /expected 1 .* was 2/);
  wrong('correlation: { to: 1, share: 1.5 }', /expected a number from 0 to 1, was 1.5/);
  wrong('liquidity: { volume: 0, spread: 0.1 }', /expected a number from 0.001 to 1/);
  wrong('liquidity: { volume: 1 }', /expected a number from 0 to 0.5, was undefined/);
  wrong('volatility: -1', /expected a number from 0 to 20, was -1/);
});

t.test('a nearest move reaches its limit, and nine tenths of it do not', async (t) => {
  const limits: LimitConfig[] = [
    { measure: 'drawdown', severity: 'hard', limit: 0.05 },
    { measure: 'single_name', severity: 'hard', limit: 0.6 },
    { measure: 'gross_exposure', severity: 'hard', limit: 1.4 },
  ];
  const [fall, single, gross] = nearestMoves(book, limits, fitLoadings(history));
  const sigma = deviation(portfolioProfits(recent.columns, held));
  t.ok(Math.abs(fall!.likeliest!.move - 0.05 / sigma) < 1e-6, 'a loss is so many deviations');
  // Short PepsiCo is the largest position of a sector: a rise of a tenth costs a twentieth.
  t.match(fall?.sector, { name: 'Consumer Staples' });
  t.ok(Math.abs(fall!.sector!.move - 0.1) < 1e-9);
  // 0.5 (1 + x) / (1 - 0.5 x) = 0.6 at x = 0.125.
  t.ok(Math.abs(single!.sector!.move - 0.125) < 1e-9);
  t.equal(gross?.sector?.move, 0, 'broken already');
});
