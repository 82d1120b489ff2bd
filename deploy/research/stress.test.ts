// Stress: episodes are those of the data, shocks add up, and reverse stress lands on the limit.

import fc from 'fast-check';
import t from 'tap';
import type { LimitConfig } from '../../actors/limits/index.js';
import { inRepository } from '../app/paths.js';
import { readMembers } from '../config/members.js';
import { checkScenarios, readScenarios } from '../config/scenario-config.js';
import { parseYaml } from '../config/yaml-source.js';
import { fitLoadings } from './factor-loadings.js';
import { standings } from './limit-standing.js';
import { recentReturns } from './recent-returns.js';
import { loadReturnHistory } from './return-history.js';
import { DEFAULT_TAILS, measureRisk } from './risk-measures.js';
import { type Exposure, exposureOf, reverseStress, stressOutcome } from './stress-run.js';
import { historicalScenarios, possibleScenarios, userScenarios } from './stress-scenarios.js';

const history = await loadReturnHistory({
  path: inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
  symbols: ['AAL', 'AAPL', 'APA', 'BAC', 'CARR', 'CVX', 'JPM', 'KO', 'MSFT', 'PEP', 'UAL', 'XOM'],
});
const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
const row = (symbol: string): number => history.symbols.indexOf(symbol);
const scenarios = historicalScenarios(history, members);
const named = (id: string) => scenarios.find((scenario) => scenario.id === id)!;
const user = (text: string) =>
  userScenarios(checkScenarios(parseYaml(text, 's.yaml'), members), history, members);

/** A book of ten million dollars. */
function bookOf(held: Readonly<Record<string, number>>) {
  const weights = new Map(Object.entries(held).map(([symbol, w]) => [row(symbol), w]));
  const recent = recentReturns(history, members, [...weights.keys()]);
  return { weights, recent, history, members, equity: 10_000_000 };
}

t.test(
  'the deepest fall of the data is that of early 2020, and its quarter is there',
  async (t) => {
    const fall = named('fall-1');
    t.ok(fall.from! > 20_200_100 && fall.from! < 20_200_225);
    t.equal(fall.to, 20_200_323);
    t.match(named('2020-feb-mar'), { from: 20_200_131, to: 20_200_331 });
    t.match(named('2018-q4'), { from: 20_180_928, to: 20_181_231 });
    // Three of these twelve are oil companies: their worst day was that of the price war.
    t.equal(named('worst-day-1').to, 20_200_309);
  },
);

t.test('a shock is the compounded return between its closes', async (t) => {
  const { from, to, shocks, proxied } = named('2018-q4');
  let growth = 1;
  for (let at = history.dates.indexOf(from!) + 1; history.dates[at]! <= to!; at++) {
    growth *= 1 + history.returns[row('AAPL')]![at]!;
  }
  t.equal(shocks[row('AAPL')], growth - 1);
  t.equal(proxied[row('AAPL')], 0);
});

t.test('a stock that was not listed takes the mean of its sector, and is flagged', async (t) => {
  const { shocks, proxied } = named('2018-q4');
  // Carrier was listed in 2020; the other industrials here are the two airlines.
  t.equal(proxied[row('CARR')], 1);
  t.equal(shocks[row('CARR')], (shocks[row('AAL')]! + shocks[row('UAL')]!) / 2);
  const outcome = stressOutcome(bookOf({ CARR: 0.25, KO: -0.75 }), named('2018-q4'));
  t.equal(outcome.proxied, 0.25);
  t.equal(
    outcome.profit,
    0.25 * shocks[row('CARR')]! - 0.75 * shocks[row('KO')]!,
    'short positions gain from falls',
  );
});

t.test(
  'everything, sector and factor add; a symbol replaces them; none loses more than all',
  async (t) => {
    const [mixed, crash] = user(`scenarios:
  - { id: a, all: -0.1, sectors: { Energy: -0.2 }, symbols: { XOM: 0.05 } }
  - { id: b, all: -0.9, sectors: { Energy: -0.9 }, factors: { market: -0.1 } }
`);
    t.equal(mixed?.shocks[row('KO')], -0.1);
    t.ok(Math.abs(mixed!.shocks[row('APA')]! + 0.3) < 1e-15);
    t.equal(mixed?.shocks[row('XOM')], 0.05);
    t.equal(crash?.shocks[row('APA')], -1);
    const loading = fitLoadings(history).byRow[row('KO')]!.get('market')!;
    t.ok(Math.abs(crash!.shocks[row('KO')]! - (-0.9 - 0.1 * loading)) < 1e-12);
  },
);

t.test('loadings on the market average one, as the market is their mean', async (t) => {
  const { byRow, rSquaredMean } = fitLoadings(history);
  const markets = byRow.map((loading) => loading!.get('market')!);
  const mean = markets.reduce((sum, value) => sum + value / markets.length, 0);
  t.ok(Math.abs(mean - 1) < 1e-9, `${mean}`);
  t.ok(rSquaredMean > 0.2 && rSquaredMean < 1);
});

t.test('a scenario of symbols that the data lacks is refused', async (t) => {
  t.throws(() => user('scenarios:\n  - { id: a, symbols: { TSLA: -0.5 } }'), {
    code: 'config.invalid',
    message: /scenario a to move a symbol of the data, was TSLA/,
  });
});

/** A measure after every price moved by `move`. */
function after(exposure: Exposure, limit: LimitConfig, move: number): number {
  const equity = 1 + exposure.net * move;
  const sizes = { gross_exposure: exposure.gross, net_exposure: Math.abs(exposure.net) };
  switch (limit.measure) {
    case 'drawdown':
      return Math.max(0, 1 - equity);
    case 'single_name':
      return (exposure.single * (1 + move)) / equity;
    case 'var99':
      return (exposure.var99 * (1 + move)) / equity;
    case 'gross_exposure':
    case 'net_exposure':
      return (sizes[limit.measure] * (1 + move)) / equity;
    case 'margin':
      return (exposure.margin * (1 + move)) / equity;
    case 'gamma':
    case 'vega':
      return 0;
  }
}

t.test('the move of reverse stress reaches its limit, and no smaller one does', async (t) => {
  const measures = [
    'gross_exposure',
    'net_exposure',
    'single_name',
    'drawdown',
    'var99',
    'margin',
  ] as const;
  const share = fc.double({ min: 0.01, max: 2, noNaN: true });
  fc.assert(
    fc.property(
      share,
      share,
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      share,
      fc.nat(5),
      (long, short, tail, bound, at) => {
        const exposure = {
          gross: long + short,
          net: long - short,
          single: long / 2,
          var99: tail / 10,
          margin: 0.25 * long + 0.3 * short,
        };
        const limit = { measure: measures[at]!, severity: 'hard', limit: bound } as const;
        const [found] = reverseStress(exposure, [limit]);
        const { shock, value } = found!;
        if (shock === 0) return value >= bound;
        const size = shock === undefined ? 0.999 : Math.abs(shock) * 0.999;
        for (let part = -50; part <= 50; part++) {
          const move = (part / 50) * size;
          if (1 + exposure.net * move <= 0.001) continue;
          if (after(exposure, limit, move) > bound * (1 + 1e-9)) return false;
        }
        return (
          shock === undefined ||
          Math.abs(after(exposure, limit, shock) - bound) < 1e-6 * Math.max(1, bound)
        );
      },
    ),
    { seed: 5, numRuns: 500 },
  );
  t.pass();
});

t.test('a limit that is reached to the rounding is reached, not broken', async (t) => {
  const exposure = { gross: 1.8, net: 0.2, single: 0.1 + 0.2, var99: 0.01, margin: 0.46 };
  t.ok(exposure.single > 0.3, 'by rounding alone');
  const limit = { measure: 'single_name', severity: 'hard', limit: 0.3 } as const;
  t.match(reverseStress(exposure, [limit]), [{ value: 0.3, shock: 0 }]);
});

t.test('exposures and the value at risk of today are those of the weights', async (t) => {
  const weights = new Map([
    [row('KO'), 0.5],
    [row('PEP'), -0.4],
  ]);
  const recent = recentReturns(history, members, [...weights.keys()]);
  t.equal(recent.columns[0]?.length, 504);
  const book = { weights, recent, equity: 1_000_000 };
  const { gross, net, single, var99 } = exposureOf(book);
  t.equal(gross, 0.9);
  t.ok(Math.abs(net - 0.1) < 1e-15);
  t.equal(single, 0.5);
  const doubled = exposureOf({
    ...book,
    weights: new Map([...weights].map(([at, w]) => [at, 2 * w])),
  });
  t.ok(Math.abs(doubled.var99 - 2 * var99) < 1e-15 && var99 > 0);
});

t.test('a day without a return is that of the sector, and its share is told', async (t) => {
  const { columns, dates, proxied } = recentReturns(history, members, [row('CARR'), row('KO')]);
  const day = dates.indexOf(20_200_316);
  const session = history.dates.indexOf(20_200_316);
  const [aal, ual] = [history.returns[row('AAL')]!, history.returns[row('UAL')]!];
  t.equal(columns[0]![day], (aal[session]! + ual[session]!) / 2);
  t.ok(proxied[0]! > 0.3 && proxied[0]! < 0.6, `${proxied[0]}`);
  t.equal(proxied[1], 0);
});

t.test('few stocks have no factors, and all else', async (t) => {
  const few = await loadReturnHistory({
    path: inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
    symbols: ['AAPL', 'KO'],
  });
  const file = inRepository('deploy', 'config', 'scenarios.yaml');
  const configs = readScenarios(file, members);
  const { scenarios: made, leftOut } = possibleScenarios(configs, few, members);
  t.match(leftOut, [/^Oil collapses/, /^The market loses a quarter/, /^Last year's winners/]);
  t.equal(made.length + leftOut.length, configs.length);
  t.throws(() => userScenarios(configs, few, members), {
    code: 'config.invalid',
    message: /scenario oil-collapses to move a symbol/,
  });
  const crash = configs.filter(({ id }) => id === 'market-crash');
  t.throws(() => userScenarios(crash, few, members), {
    code: 'data.too_little_history',
    message: /505 sessions of 9 symbols to fit factors, was \d+ of 2/,
  });
  const recent = recentReturns(few, members, [0, 1]);
  const weights = new Map([
    [0, 0.5],
    [1, 0.4],
  ]);
  const book = { weights, recent, history: few, members, equity: 1e6 };
  const measures = measureRisk(book, DEFAULT_TAILS);
  t.match(measures, { factors: [], rSquared: Number.NaN });
  t.ok(measures.tails.length > 5 && measures.beta > 0);
  const limit = { measure: 'var99', severity: 'hard', limit: 0.05 } as const;
  t.match(standings(book, [limit], fitLoadings(few)), [
    { factor: undefined, sector: { name: /./ }, likeliest: { name: 'deviations' } },
  ]);
});
