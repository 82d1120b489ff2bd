// Portfolios as tables: sums of scenarios and their quantiles are those that the system judges by.

import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient, readOnlyQuery } from '../../engine/index.js';
import {
  GetRiskRequestSchema,
  LimitsRequestSchema,
  Risk,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { openSystem } from '../services/test-system.js';
import { bookTables } from './book-tables.js';
import { namedTables } from './named-tables.js';

t.test('a cut by desk is the group that limits judge', async (t) => {
  const { grpc: address } = await openSystem(t, { shards: '1' });
  const ask = async (query: string) => {
    const books = await bookTables(await namedTables(query), { address, dataDir: 'none' });
    const bounds = { rowsMax: 1_000, timeMsMax: 20_000, memoryMbMax: 512 };
    return (await readOnlyQuery(query, { tables: {}, ...books, ...bounds })).rows;
  };
  const risk = createGrpcClient(Risk, address);
  t.teardown(() => risk.close());
  const { scopes } = await risk.call('limits', create(LimitsRequestSchema, {}));
  const desks = scopes.filter(({ level }) => level === 'desk');
  t.equal(desks.length, 2);
  const rows = await ask(
    'SELECT desk, var_99(profit), cvar_99(profit), count(*) FROM desks GROUP BY desk',
  );
  for (const { scope, var99, cvar99 } of desks) {
    const row = rows.find(([desk]) => scope === `group/${desk}`);
    t.ok(Math.abs(Number(row?.[1]) / var99 - 1) < 1e-9, `${scope} var`);
    t.ok(Math.abs(Number(row?.[2]) / cvar99 - 1) < 1e-9, `${scope} cvar`);
    t.equal(Number(row?.[3]), 504);
  }
  const [own] = await ask(
    `SELECT var_95(profit), min(date), max(date) FROM scenario_profits
      WHERE portfolio = 'megacaps'`,
  );
  const detail = await risk.call('get', create(GetRiskRequestSchema, { portfolio: 'megacaps' }));
  t.ok(Math.abs(Number(own?.[0]) / detail.summary!.var95 - 1) < 1e-9);
  t.equal(Number(String(own?.[1]).replaceAll('-', '')), detail.scenarioDates[0]);
  t.equal(Number(String(own?.[2]).replaceAll('-', '')), detail.scenarioDates.at(-1));
  const held = await ask(
    'SELECT sector, sum(market_value) FROM positions GROUP BY sector HAVING sector IS NULL',
  );
  t.same(held, [], 'every symbol of the sample has a sector');
  const [[equity] = []] = await ask('SELECT sum(equity) FROM portfolios');
  const firm = scopes.find(({ scope }) => scope === 'group/firm')!;
  t.ok(Math.abs(Number(equity) / firm.equity - 1) < 1e-9);
  const others = 'SELECT symbol, count(*) AS positions FROM prints GROUP BY symbol';
  t.same(await bookTables(await namedTables(others), { dataDir: 'none' }), {
    given: {},
    definitions: [],
  });
});
