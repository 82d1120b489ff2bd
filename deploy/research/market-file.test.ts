// Loading bars: what is wrong in a file is told, counted and kept, never taken.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { DuckDb } from '../../engine/index.js';
import { compareFunnel } from './funnel-history.js';
import { loadMarketFile } from './market-file.js';
import { bootstrapMeans } from './study.js';

const COLUMNS = 'symbol, date, open, high, low, close, volume, adjusted_close, dividend, split';

async function withFile(t: { teardown(run: () => void): void }, rows: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bars-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'bars.parquet');
  const db = await DuckDb.open();
  await db.run(`COPY (SELECT symbol, CAST(date AS DATE) AS date, CAST(open AS DOUBLE) AS open,
    CAST(high AS DOUBLE) AS high, CAST(low AS DOUBLE) AS low, CAST(close AS DOUBLE) AS close,
    CAST(volume AS BIGINT) AS volume, CAST(close AS DOUBLE) AS adjusted_close,
    CAST(dividend AS DOUBLE) AS dividend, CAST(split AS DOUBLE) AS split
    FROM (VALUES ${rows}) AS t(${COLUMNS})) TO '${path}' (FORMAT PARQUET)`);
  db.close();
  return path;
}

const good = (symbol: string, date: string) =>
  `('${symbol}', '${date}', 10, 11, 9, 10, 100, 10, 0, 1)`;

t.test('sound rows come sorted by day and symbol, unsorted ones are counted', async (t) => {
  const path = await withFile(
    t,
    [good('B', '2021-01-05'), good('A', '2021-01-04'), good('B', '2021-01-04')].join(','),
  );
  const { bars, rejectedByReason, unsorted } = await loadMarketFile({ path });
  t.same(bars.symbols, ['A', 'B']);
  t.same([...bars.dates], [20210104, 20210105]);
  t.same([...bars.rows], [0, 1, 1]);
  t.same([...bars.dayStarts], [0, 2, 3]);
  t.same(rejectedByReason, {});
  t.equal(unsorted, 2);
});

t.test('every kind of bad row is counted by its reason and kept', async (t) => {
  const path = await withFile(
    t,
    [
      good('A', '2021-01-04'),
      good('A', '2021-01-04'),
      "('A', '2021-01-05', 'NaN'::DOUBLE, 11, 9, 10, 100, 10, 0, 1)",
      "('A', '2021-01-06', -1, 11, -1, 10, 100, 10, 0, 1)",
      "('A', '2021-01-07', 10, 11, 9, 10, -5, 10, 0, 1)",
      "('A', '2021-01-08', 10, 9.5, 9, 10, 100, 10, 0, 1)",
      "('A', '2021-01-11', 10, 11, 9, 10, 100, 10, -1, 1)",
      "('A', '2021-01-12', 10, 11, 9, 10, 100, 10, 0, 0)",
      "(NULL, '2021-01-13', 10, 11, 9, 10, 100, 10, 0, 1)",
      "('A', NULL, 10, 11, 9, 10, 100, 10, 0, 1)",
      "('A', '2021-01-14', 1e300, 1e300, 1e300, 1e300, 100, 10, 0, 1)",
      "('A', '2021-01-15', 1e-9, 1e-9, 1e-9, 1e-9, 100, 10, 0, 1)",
      "('A', '2021-01-19', 10, 11, 9, 10, 2e12, 10, 0, 1)",
      "('A', '2021-01-20', 10, 11, 9, 10, 100, 10, 1001, 1)",
      "('A', '2021-01-21', 10, 11, 9, 10, 100, 10, 0, 20000)",
      good('A', '2021-01-16'), // a Saturday
      good('A', '2021-01-18'), // the birthday of Martin Luther King
      good('A', '2099-01-05'),
      good('A ', '2021-01-22'),
      good('A,B', '2021-01-22'),
      good('\u001b[31m', '2021-01-22'),
    ].join(','),
  );
  const { bars, rejectedByReason, rejected } = await loadMarketFile({ path });
  t.equal(bars.rows.length, 1);
  t.same(rejectedByReason, {
    bad_date: 1,
    bad_dividend: 2,
    bad_split: 2,
    bad_symbol: 4,
    duplicate: 1,
    negative_volume: 1,
    not_a_number: 1,
    out_of_range: 3,
    outside_session: 3,
    price_not_positive: 1,
    range_broken: 1,
  });
  t.equal(rejected.length, 20);
});

t.test('bars of before the calendar and names of classes and indices are taken', async (t) => {
  const names = ['BRK.B', 'BF/B', '^GSPC', 'ES=F', 'aapl', '__proto__'];
  const path = await withFile(t, names.map((name) => good(name, '1990-01-02')).join(','));
  const { bars, rejectedByReason } = await loadMarketFile({ path });
  t.same(rejectedByReason, {});
  t.same(bars.symbols, [...names].sort());
});

t.test('a file that is missing, broken, of other columns or without bars is told', async (t) => {
  await t.rejects(loadMarketFile({ path: '/nowhere.parquet' }), { code: 'data.missing_file' });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bars-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'x.parquet');
  writeFileSync(path, 'this is not Parquet');
  await t.rejects(loadMarketFile({ path }), { code: 'data.unreadable' });
  const db = await DuckDb.open();
  await db.run(`COPY (SELECT 1 AS symbol, 'x' AS close) TO '${path}' (FORMAT PARQUET)`);
  await t.rejects(db.rows('SELECT nonsense'), { code: 'duckdb.failed' });
  await t.rejects(
    db.numbers("SELECT 'x'", () => {}),
    { code: 'duckdb.not_double' },
  );
  db.close();
  await t.rejects(loadMarketFile({ path }), {
    code: 'data.wrong_columns',
    message:
      /symbol is INTEGER instead of text.*open is missing.*close is VARCHAR instead of a number/,
  });
  const one = await withFile(t, good('A', '2021-01-04'));
  await t.rejects(loadMarketFile({ path: one, symbols: ['A', 'Z'] }), {
    code: 'data.unknown_symbol',
    message: /Z/,
  });
  await t.rejects(loadMarketFile({ path: one, to: 20200101 }), {
    code: 'data.no_bars',
    message: /up to 20200101, was none \(there are no rows/,
  });
  const bad = await withFile(t, "('A', '2021-01-06', -1, 11, -1, 10, 100, 10, 0, 1)");
  await t.rejects(loadMarketFile({ path: bad }), {
    code: 'data.no_bars',
    message: /rejected: 1 price_not_positive/,
  });
});

t.test('only the rows of wanted symbols are judged, and those that name none', async (t) => {
  const path = await withFile(
    t,
    [
      good('A', '2021-01-04'),
      good('B', '2021-01-04'),
      good('B', '2021-01-04'),
      "(NULL, '2021-01-13', 10, 11, 9, 10, 100, 10, 0, 1)",
    ].join(','),
  );
  const { bars, rejectedByReason } = await loadMarketFile({ path, symbols: ['A'] });
  t.same(bars.symbols, ['A']);
  t.same(rejectedByReason, { bad_symbol: 1 });
});

t.test('a file damaged at any place is unreadable, or every row of it is sound', async (t) => {
  const rows = Array.from(
    { length: 2_000 },
    (_, row) =>
      `('S${row % 40}', DATE '1990-01-04' + ${Math.floor(row / 40)}, ${10 + (row % 7)}, 20, 9, 10, ${row}, 10, 0, 1)`,
  );
  const path = await withFile(t, rows.join(','));
  const whole = readFileSync(path);
  let unreadable = 0;
  for (let place = 0; place < 24; place++) {
    const damaged = Buffer.from(whole);
    const from = Math.floor((whole.length * place) / 24);
    damaged.fill(0xff, from, from + 40);
    writeFileSync(path, damaged);
    try {
      const { bars } = await loadMarketFile({ path });
      for (let bar = 0; bar < bars.rows.length; bar++) {
        if (!(bars.low[bar]! > 0 && bars.high[bar]! >= bars.low[bar]!)) t.fail(`bar ${bar}`);
      }
    } catch (error) {
      unreadable++;
      t.match(error, { code: /^data\./, message: /^expected/ }, `damaged at byte ${from}`);
    }
  }
  t.ok(unreadable > 0);
  writeFileSync(path, whole.subarray(0, whole.length / 2));
  await t.rejects(loadMarketFile({ path }), { code: 'data.unreadable' });
  writeFileSync(path, '');
  await t.rejects(loadMarketFile({ path }), { code: 'data.unreadable' });
  await t.rejects(loadMarketFile({ path: dirname(path) }), { code: 'data.missing_file' });
});

t.test('a comparison counts every symbol and close on which two ways disagree', async (t) => {
  const streamed = new Map([
    [
      1,
      new Map([
        ['A', 2],
        ['B', 0],
      ]),
    ],
  ]);
  t.match(compareFunnel(streamed, streamed), { compared: 2, differences: 0 });
  const history = new Map([
    [1, new Map([['A', 3]])],
    [2, new Map([['A', 1]])],
  ]);
  t.match(compareFunnel(streamed, history), {
    compared: 3,
    differences: 2,
    first: [
      { date: 1, symbol: 'A', streamed: 2, history: 3 },
      { date: 2, streamed: 0 },
    ],
  });
});

t.test('the bootstrap depends on its seed alone and surrounds the mean', async (t) => {
  const series = Array.from({ length: 200 }, (_, index) => Math.sin(index) + 0.5);
  t.same(bootstrapMeans(series, 3), bootstrapMeans(series, 3));
  t.notSame(bootstrapMeans(series, 3), bootstrapMeans(series, 4));
  const means = bootstrapMeans(series, 3).sort((a, b) => a - b);
  t.ok(means[25]! < 0.5 && means[975]! > 0.45);
});
