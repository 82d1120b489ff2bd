// `sluice sql`: it reads its tables, and whatever tries to write or to look elsewhere is refused.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DuckDb, readOnlyQuery } from '../../engine/index.js';
import { sqlTables } from '../recorder/tables.js';
import { temporaryFolder } from '../services/test-system.js';
import { bookTables } from './book-tables.js';
import { liveTables } from './live-tables.js';
import { namedTables } from './named-tables.js';

t.test('a query sees its tables, and no statement gets out of the folder', async (t) => {
  const root = temporaryFolder(t, 'sql');
  const folder = join(root, 'data');
  const home = join(folder, 'history', 'bars_1d', 'source=alpaca', 'symbol=AAPL');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(root, 'secret.csv'), 'a\n1\n');
  const db = await DuckDb.open();
  const numbers = { time_us: Float64Array.of(1, 2, 3), close: Float64Array.of(10, 11, 12.5) };
  const texts = { ticker: { rows: new Float64Array(3), values: ['AAPL'] } };
  const file = join(home, '0-9.parquet');
  await db.writeParquet(file, { numbers, texts });
  db.close();
  const tables = sqlTables(folder);
  t.throws(
    () => sqlTables(folder, { filesMax: 0 }),
    { code: 'data.too_many_files' },
    'no part of a history',
  );
  const ask = (sql: string, more: { timeMsMax?: number; memoryMbMax?: number } = {}) =>
    readOnlyQuery(sql, {
      tables,
      folders: [folder],
      rowsMax: 2,
      timeMsMax: 20_000,
      memoryMbMax: 256,
      ...more,
    });
  t.same(await ask('SELECT symbol, source, max(close) AS top FROM bars_1d GROUP BY ALL'), {
    columns: ['symbol', 'source', 'top'],
    rows: [['AAPL', 'alpaca', 12.5]],
    isCut: false,
  });
  t.match(await ask('SELECT * FROM bars_1d'), { rows: { length: 2 }, isCut: true });
  t.match(await ask('EXPLAIN ANALYZE SELECT max(close) FROM bars_1d'), { isCut: false });
  t.match(await ask('explain (format json) FROM bars_1d'), { isCut: false });
  const before = readdirSync(root, { recursive: true });
  const stored = readFileSync(file);
  const wrong = [
    ['DROP VIEW bars_1d', 'duckdb.not_a_query'],
    ['SELECT 1; SELECT 2', 'duckdb.not_a_query'],
    ['CREATE TABLE x AS SELECT 1', 'duckdb.not_a_query'],
    [`COPY (SELECT 1) TO '${folder}/x.csv'`, 'duckdb.not_a_query'],
    [`ATTACH '${folder}/x.db'`, 'duckdb.not_a_query'],
    ['INSTALL httpfs', 'duckdb.not_a_query'],
    ['INSERT INTO bars_1d VALUES (1)', 'duckdb.not_a_query'],
    ['DELETE FROM bars_1d', 'duckdb.not_a_query'],
    ['UPDATE bars_1d SET close = 1', 'duckdb.not_a_query'],
    ['WITH a AS (SELECT 1) INSERT INTO nosuch SELECT * FROM a', 'duckdb.not_a_query'],
    ['EXPLAIN DELETE FROM nosuch', 'duckdb.not_a_query'],
    ['EXPLAIN SELECT * FROM nosuch', 'duckdb.failed'],
    ['SET threads = 64', 'duckdb.not_a_query'],
    ['EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1', 'duckdb.not_a_query'],
    ['EXPLAIN DROP VIEW bars_1d', 'duckdb.not_a_query'],
    [`EXPLAIN ANALYZE COPY (SELECT 1) TO '${folder}/x.csv'`, 'duckdb.not_a_query'],
    [`EXPLAIN ANALYZE COPY (SELECT 99 AS close) TO '${file}'`, 'duckdb.not_a_query'],
    [`EXPLAIN (ANALYZE) COPY (SELECT 99 AS close) TO '${file}'`, 'duckdb.not_a_query'],
    [`/* SELECT */ EXPLAIN ANALYZE COPY (SELECT 1) TO '${file}'`, 'duckdb.not_a_query'],
    [`EXPLAIN ANALYZE /* */ COPY (SELECT 1) TO '${file}'`, 'duckdb.not_a_query'],
    [`SELECT * FROM query('COPY (SELECT 1) TO ''${file}''')`, 'duckdb.failed'],
    [`SELECT * FROM read_csv('${root}/secret.csv')`, 'duckdb.failed'],
    [`SELECT * FROM read_text('${folder}/../secret.csv')`, 'duckdb.failed'],
    ["SELECT * FROM read_text('/etc/passwd')", 'duckdb.failed'],
    ["SELECT * FROM 'http://127.0.0.1:1/x.parquet'", 'duckdb.failed'],
    ["SELECT * FROM glob('/etc/*')", undefined],
    ["SELECT getenv('HOME')", 'duckdb.failed'],
    ['SELECT nonsense', 'duckdb.failed'],
  ] as const;
  for (const [sql, code] of wrong) {
    const found = await ask(sql).then(
      ({ rows }) => ({ code: undefined, rows }),
      (error: { code: string }) => ({ code: error.code, rows: [] }),
    );
    if (code !== undefined) t.equal(found.code, code, sql);
    else t.notMatch(JSON.stringify(found.rows), /passwd/, sql);
  }
  await t.rejects(ask('FROM prints'), { message: /Tables here: bars_1d$/ });
  t.same(readdirSync(root, { recursive: true }), before, 'nothing was written');
  t.same(readFileSync(file), stored, 'nor overwritten');
  await t.rejects(
    ask('SELECT sum(a.range * b.range) FROM range(9999999) a, range(9999999) b', { timeMsMax: 50 }),
    {
      code: 'duckdb.out_of_time',
    },
  );
  await t.rejects(ask('SELECT len(list(range)) FROM range(30000000)', { memoryMbMax: 64 }), {
    code: 'duckdb.failed',
    message: /memory/i,
  });
});

t.test('what a query may name of a running system is listed where none runs', async (t) => {
  const ask = async (query: string) => {
    const options = { address: '127.0.0.1:1', dataDir: 'none' };
    const books = await bookTables(await namedTables(query), options);
    const given = { ...books.given, ...(await liveTables(await namedTables(query), options)) };
    const bounds = { rowsMax: 100, timeMsMax: 20_000, memoryMbMax: 256 };
    return (await readOnlyQuery(query, { tables: {}, ...books, given, ...bounds })).rows;
  };
  const names = ['currencies', 'desks', 'firms', 'group_profits', 'live_bars', 'memberships'];
  names.push('order_books', 'portfolios', 'positions', 'scenario_profits', 'strategies');
  t.same(
    await ask('SHOW TABLES'),
    names.map((name) => [name]),
  );
  const listed = 'SELECT table_name FROM information_schema.tables ORDER BY 1';
  t.same(
    await ask(listed),
    names.map((name) => [name]),
  );
  t.match(await ask('describe live_bars'), [['symbol', 'VARCHAR'], ['series']]);
  t.match(await ask('SHOW strategies'), [
    ['strategy', 'VARCHAR'],
    ['date', 'DATE'],
    ['profit', 'DOUBLE'],
  ]);
  for (const query of ['SUMMARIZE positions', 'FROM order_books', 'TABLE desks']) {
    await t.rejects(ask(query), { code: 'grpc.unavailable' }, `${query} asks whoever has the rows`);
  }
});
