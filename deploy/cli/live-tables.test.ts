// Order books and live bars of a running system as tables of SQL.

import t from 'tap';
import { readOnlyQuery } from '../../engine/index.js';
import { SAMPLE_CAPTURES } from '../books/capture-feed.js';
import { startBooks } from '../books/start-books.js';
import { shortened } from '../books/test-captures.js';
import { openSystem, temporaryFolder, until } from '../services/test-system.js';
import { liveTables } from './live-tables.js';
import { namedTables } from './named-tables.js';

t.test('a query sees books and bars, and what is not known is null', async (t) => {
  const { system, grpc } = await openSystem(t);
  const folder = temporaryFolder(t, 'live-tables');
  const books = startBooks(system, {
    captures: SAMPLE_CAPTURES.map((capture) => shortened(folder, capture, 1_500)),
    pace: 0,
    shardCount: 1,
    onReplaced() {},
    onStopped() {},
  });
  t.teardown(() => books.close(1_000));
  await until(() => {
    const answer = system.books.changed(0);
    return answer.ok && answer.value.books.every(({ synced }) => synced);
  });
  const ask = async (query: string) => {
    const given = await liveTables(await namedTables(query), { address: grpc });
    const limits = { tables: {}, rowsMax: 10, timeMsMax: 10_000, memoryMbMax: 256 };
    return (await readOnlyQuery(query, { ...limits, given })).rows;
  };
  t.same(await ask('SELECT symbol, spread_bps < 5 AS tight, vpin > 2 AS none FROM order_books'), [
    ['BTCUSDT', true, null],
    ['BTCUSDT-PERP', true, null],
  ]);
  const days = `SELECT symbol, count(*) AS bars, min(version) AS version
    FROM live_bars WHERE series = '1h' GROUP BY symbol ORDER BY symbol`;
  const found = await ask(days);
  t.same(
    found.map(([symbol, bars, version]) => [symbol, Number(bars) > 60, version]),
    [
      ['AAPL', true, 1],
      ['MSFT', true, 1],
    ],
  );
  t.same(await ask("SELECT count(open) AS n FROM live_bars WHERE series = '1h-quotes'"), [[0]]);
  t.same(
    await liveTables(await namedTables('SELECT live_bars FROM elsewhere'), { address: grpc }),
    {},
  );
});

t.test('the tables of a query are those that it asks for rows of', async (t) => {
  const asked: readonly (readonly [string, readonly string[]])[] = [
    ['SELECT * FROM prints p, order_books b WHERE b.symbol = p.symbol', ['order_books', 'prints']],
    ['SELECT * FROM a, (SELECT * FROM b, "Live_Bars")', ['a', 'b', 'live_bars']],
    ['SELECT desk, var_99(profit) FROM desks GROUP BY desk', ['desks']],
    ['SELECT order_books FROM x', ['x']],
    ['PIVOT positions ON symbol USING sum(quantity)', ['positions']],
    ['DESCRIBE SELECT * FROM order_books', []],
    ['SELEC FROM', []],
  ];
  for (const [query, names] of asked) {
    t.same([...(await namedTables(query)).names].sort(), names, query);
  }
  const listings = ['SHOW TABLES', 'describe order_books', 'FROM information_schema.columns'];
  for (const query of listings) t.ok((await namedTables(query)).isListing, query);
});
