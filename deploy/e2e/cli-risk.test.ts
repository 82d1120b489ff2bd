// Research on risk as a user meets it: results, files, and what is wrong told with a code.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { temporaryFolder } from '../services/test-system.js';
import { type Ended, runCommand } from './sluice-command.js';

/** A measure as `alerts measures` tells it. */
interface Measured {
  readonly for: string;
  readonly name: string;
}

function sluice(...args: readonly string[]): Promise<Ended> {
  return runCommand(args);
}

t.test('a backtest of one portfolio, as a table, as JSON and as a chart', async (t) => {
  const chart = join(temporaryFolder(t, 'risk'), 'chart.svg');
  const args = ['risk', 'backtest', 'single-apple', '--method', 'normal,historical'];
  const told = await sluice(...args, '--chart', chart, '--exceptions');
  t.equal(told.code, 0, told.err);
  const [, counted] = /historical +99 % +(\d+)/.exec(told.out) ?? [];
  const [, dated = ''] = told.out.split(/beyond value at risk at 99 %.*\n/);
  // The first column of forecasts is that of historical simulation.
  const starred = dated.match(/^\d{4}-\d\d-\d\d +-\S+ % +\S+ % \*/gm) ?? [];
  t.equal(starred.length, Number(counted), 'each exception has its date');
  t.match(told.out, /forecasts from the 250 returns before each day/);
  t.match(told.out, /single-apple: 1083 days, 2016-12-30 to 2021-04-21/);
  t.match(told.out, /historical +95 % +\d+ +54\.2[\s\S]*normal +99 %/);
  t.match(told.out, /Survivorship/);
  t.match(readFileSync(chart, 'utf8'), /^<svg [\s\S]*beyond 99 %[\s\S]*<\/svg>\n$/);
  const json = await sluice(...args, '--json', '--holdings', 'held', '--window', '500');
  const [portfolio] = JSON.parse(json.out).portfolios;
  t.match(portfolio, { id: 'single-apple', names: 1, to: 20_210_421 });
  t.equal(portfolio.methods.length, 4);
  t.equal(portfolio.methods[0].observations, 833);
});

t.test('alert rules are checked, and what they may read is told', async (t) => {
  const file = join(temporaryFolder(t, 'rules'), 'a.yaml');
  const rule = (measure: string) =>
    `rules:\n  - id: deep\n    for: portfolios\n    when: { feature: ${measure}, op: '>', value: 0.1 }`;
  writeFileSync(file, rule('drawdown'));
  const sound = await sluice('alerts', 'check', file);
  t.equal(sound.code, 0, sound.err);
  t.match(sound.out, /deep +portfolios +warning +drawdown > 0\.1 +not drawdown > 0\.1/);
  writeFileSync(file, rule('drawdwn'));
  const wrong = await sluice('alerts', 'check', file);
  t.equal(wrong.code, 2);
  t.match(wrong.err, /a\.yaml:4:13 .*did you mean drawdown\?/);
  const { measures } = JSON.parse((await sluice('alerts', 'measures', '--json')).out);
  for (const [scope, name] of [
    ['portfolios', 'cvar_95'],
    ['groups', 'hard_limit_use'],
    ['symbols', 'rsi_14'],
  ] as const) {
    t.ok(
      measures.some((one: Measured) => one.for === scope && one.name === name),
      name,
    );
  }
  t.equal((await sluice('alerts', 'measures', '--for', 'desks')).code, 2);
});

t.test('stress of a portfolio with scenarios of its own', async (t) => {
  const file = join(temporaryFolder(t, 'risk'), 's.yaml');
  writeFileSync(file, 'scenarios:\n  - { id: mine, symbols: { AAPL: -0.5 } }\n');
  const told = await sluice('risk', 'stress', 'single-apple', '--scenarios', file, '--json');
  t.equal(told.code, 0, told.err);
  const [{ outcomes, reverse }] = JSON.parse(told.out).portfolios;
  const mine = outcomes.find((outcome: { scenario: string }) => outcome.scenario === 'mine');
  t.equal(mine.profit, -0.475);
  t.equal(mine.losers[0].symbol, 'AAPL');
  t.match(
    outcomes.find((outcome: { scenario: string }) => outcome.scenario === 'fall-1'),
    { from: 20_200_219, to: 20_200_323 },
  );
  t.ok(
    reverse.some(
      (row: { measure: string; shock: number }) => row.measure === 'drawdown' && row.shock < 0,
    ),
  );
  writeFileSync(file, 'scenarios:\n  - { id: mine, symbols: { AAPLE: -0.5 } }\n');
  const wrong = await sluice('risk', 'stress', '--scenarios', file);
  t.equal(wrong.code, 2);
  t.match(wrong.err, /config\.invalid: .*s\.yaml:2:28 expected a known name, such as .*was AAPLE/);
});

t.test('a portfolio is built within bounds, and refused with numbers', async (t) => {
  const args = ['portfolio', 'optimise', '--symbols', 'AAPL,KO,XOM', '--json'];
  const found = JSON.parse((await sluice(...args, '--max-weight', '0.5')).out);
  t.match(found, { method: 'min-variance', lookback: 252, leftOut: [] });
  t.ok(found.weights.every(({ weight }: { weight: number }) => weight <= 0.5 + 1e-9));
  const walked = await sluice(...args.slice(0, -1), '--walk', '--method', 'hrp');
  t.match(walked.out, /out of sample, 2017-01-04 to 2021-04-21: built 18 times/);
  const refused = await sluice(...args, '--max-weight', '0.2');
  t.equal(refused.code, 1);
  t.match(JSON.parse(refused.out), {
    refused: { code: 'optimise.infeasible', text: /was 0 to 0\.6/ },
  });
});

t.test('a report is one page, and its figures are told', async (t) => {
  const out = join(temporaryFolder(t, 'risk'), 'report.html');
  const told = await sluice('report', 'risk', 'megacaps', '--out', out, '--json');
  t.equal(told.code, 0, told.err);
  const found = JSON.parse(told.out);
  t.match(found, { id: 'megacaps', asOf: 20_210_421, sessions: 504, files: { html: out } });
  t.equal(found.holdings.length, 5);
  t.match(readFileSync(out, 'utf8'), /^<!doctype html>[\s\S]*Risk of The largest five/);
});

const wrong: [readonly string[], RegExp][] = [
  [['risk', 'backtest', 'nobody'], /portfolio\.unknown: .*was nobody/],
  [['risk', 'backtest', '--window', '5'], /--window: expected a whole number from 100 to 1000/],
  [['risk', 'backtest', '--method', 'magic'], /--method: expected one of historical,/],
  [['risk', 'backtest', '--holdings', 'x'], /--holdings: expected one of rebalanced, held/],
  [['risk', 'backtest', '--chart', 'x.svg'], /--chart: expected the id of one portfolio, was 25/],
  [['risk', 'backtest', 'megacaps', '--to', '2016-06-01'], /--window: expected fewer than the \d+/],
  [['risk', 'stress', '--scenarios', 'none.yaml'], /config\.unreadable/],
  [['risk', 'stress', '--data', 'none.parquet'], /data\.missing_file/],
  [['report', 'risk', 'nobody'], /portfolio\.unknown: .*was nobody/],
  [['report', 'risk', 'megacaps', '--to', '2017-01-03'], /data\.too_little_history/],
  [['portfolio', 'optimise'], /--symbols: expected either .* was neither/],
  [
    ['portfolio', 'optimise', 'megacaps', '--method', 'hrp', '--turnover', '1'],
    /follows risk alone/,
  ],
  [
    ['portfolio', 'optimise', 'megacaps', '--walk', '--turnover', '1'],
    /--walk: expected no --turnover/,
  ],
  [['portfolio', 'optimise', '--symbols', 'ZZ'], /--symbols: expected symbols that the data has/],
  [['portfolio', 'optimise', '--symbols', 'KO,AAPL,ko'], /each symbol once, was "KO twice/],
  [['portfolio', 'optimise', 'megacaps', '--target', '1'], /--target: expected with --method/],
];
for (const [args, expected] of wrong) {
  t.test(`sluice ${args.join(' ')} says what is wrong`, async (t) => {
    const { code, out, err } = await sluice(...args);
    t.ok(code === 2 || /unknown/.test(err), `${code}`);
    t.match(err, expected);
    t.equal(out, '');
    t.notOk(existsSync('x.svg'));
  });
}
