// Returns agree with the vendor's, portfolios with plain sums, and no forecast sees its own day.

import t from 'tap';
import { DuckDb } from '../../engine/index.js';
import { inRepository } from '../app/paths.js';
import { readMembers } from '../config/members.js';
import { readPortfolios } from '../config/portfolio-config.js';
import { BACKTEST_METHODS } from './backtest-methods.js';
import { portfolioHistory, sidesOf, weightsNow } from './portfolio-history.js';
import { loadReturnHistory } from './return-history.js';
import { backtestReturns } from './risk-backtest.js';

const SAMPLE = inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet');
const SYMBOLS = ['AAPL', 'HLT', 'JPM', 'BAC', 'KO', 'LYB', 'OTIS', 'PEP', 'RTX', 'V'];
const history = await loadReturnHistory({ path: SAMPLE, symbols: SYMBOLS });
const { portfolios } = readPortfolios(inRepository('deploy', 'config', 'portfolios.yaml'));
const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
const byId = (id: string) => portfolios.find((portfolio) => portfolio.id === id)!;
const row = (symbol: string) => history.symbols.indexOf(symbol);

t.test("returns are those of the vendor's adjusted closes, spin-offs and splits too", async (t) => {
  const db = await DuckDb.open();
  t.teardown(() => db.close());
  const found = await db.rows(
    `SELECT symbol, CAST(strftime(date, '%Y%m%d') AS INTEGER) AS day,
      adjusted_close / lag(adjusted_close) OVER (PARTITION BY symbol ORDER BY date) - 1 AS gain
     FROM read_parquet('${SAMPLE}') WHERE symbol IN (${SYMBOLS.map((name) => `'${name}'`)})`,
  );
  let apart = 0;
  let compared = 0;
  for (const { symbol, day, gain } of found) {
    if (gain === null) continue;
    const session = history.dates.indexOf(Number(day));
    const own = history.returns[row(String(symbol))]![session]!;
    apart = Math.max(apart, Math.abs(own - Number(gain)));
    compared++;
  }
  t.ok(compared > 12_000);
  t.ok(apart < 1e-4, `${apart}`);
});

t.test('a name has no return before its second close', async (t) => {
  const otis = history.returns[row('OTIS')]!;
  const first = otis.findIndex((value) => !Number.isNaN(value));
  t.ok(history.dates[first]! > 20_200_301);
  t.ok(otis.subarray(first).every((value) => Number.isFinite(value)));
});

t.test('a rebalanced pair earns half of each side, a held one drifts apart from it', async (t) => {
  const [ko, pep] = [history.returns[row('KO')]!, history.returns[row('PEP')]!];
  const pair = portfolioHistory(byId('pair-coke-pepsi'), history, members, 'rebalanced');
  t.equal(pair.returns.length, history.dates.length - 1);
  for (const at of [0, 500, 1_300]) {
    t.equal(pair.returns[at], 0.5 * ko[at + 1]! - 0.5 * pep[at + 1]!);
  }
  const held = portfolioHistory(byId('pair-coke-pepsi'), history, members, 'held');
  t.equal(held.returns[0], pair.returns[0]);
  const growth = (values: Float64Array): number => values.reduce((all, r) => all * (1 + r), 1);
  const alone = (values: Float64Array): number => growth(values.subarray(1));
  t.ok(Math.abs(growth(held.returns) - (1 + 0.5 * alone(ko) - 0.5 * alone(pep))) < 1e-12);
});

t.test('a held portfolio that loses all is refused, a rule without a name too', async (t) => {
  const short = { ...byId('single-apple'), id: 'x', short: byId('single-apple').long };
  t.throws(
    () => portfolioHistory({ ...short, longShare: 0, shortShare: 1 }, history, members, 'held'),
    { code: 'portfolio.wiped_out', message: /was -\d\.\d+ of its cash at 20\d{6}/ },
  );
  t.throws(() => sidesOf(byId('megacaps'), ['KO'], members), { code: 'data.no_bars' });
});

t.test('weights now are the shares of the rule over the names that have a price', async (t) => {
  const weights = weightsNow(sidesOf(byId('banks-against-payments'), SYMBOLS, members), history);
  t.strictSame([...weights.values()], [0.45, 0.45, -0.9]);
});

t.test('no forecast knows its own day or any later', async (t) => {
  const { dates, returns } = portfolioHistory(byId('single-apple'), history, members, 'held');
  const options = { window: 250, methods: BACKTEST_METHODS };
  const before = backtestReturns(dates.slice(0, 420), returns.slice(0, 420), options);
  const other = returns.slice(0, 420);
  // Inside a month of GARCH, so that a fit that looked ahead would show.
  other.fill(-0.2, 400);
  const after = backtestReturns(dates.slice(0, 420), other, options);
  t.equal(before.length, 14);
  before.forEach((rowBefore, index) => {
    const [a, b] = [rowBefore.forecasts, after[index]!.forecasts];
    t.strictSame(a.subarray(250, 401), b.subarray(250, 401), rowBefore.method);
    t.not(a[402], b[402], `${rowBefore.method} learns the day after`);
  });
});

t.test('counts, tests and lights rest on the same days', async (t) => {
  const { dates, returns } = portfolioHistory(byId('single-apple'), history, members, 'rebalanced');
  for (const found of backtestReturns(dates, returns, { window: 250, methods: BACKTEST_METHODS })) {
    t.equal(found.observations, returns.length - 250);
    t.equal(found.exceptionDates.length, found.exceptionCount);
    t.equal(found.crash.observations, 29);
    const { calmToException, exceptionToException } = found.independence;
    t.ok(found.exceptionCount - calmToException - exceptionToException <= 1);
    t.ok(found.worstYear.exceptionCount <= found.exceptionCount);
    t.ok(found.meanForecast > 0 && found.excess > 0);
  }
});

t.test('returns that never move make no exception and no number that is not one', async (t) => {
  const dates = Int32Array.from({ length: 300 }, (_, at) => 20_200_000 + at);
  const flat = new Float64Array(300);
  for (const found of backtestReturns(dates, flat, { window: 250, methods: BACKTEST_METHODS })) {
    t.equal(found.exceptionCount, 0, found.method);
    t.equal(found.light, 'green');
    t.ok(Number.isFinite(found.meanForecast), found.method);
  }
});
