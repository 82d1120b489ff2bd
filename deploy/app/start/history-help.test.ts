// History that a shard and its owner run in parts is the same, whoever runs which.

import t from 'tap';
import { attachReturns } from '../../../actors/risk/index.js';
import { Columns } from '../../../engine/index.js';
import { boardOf } from '../../config/portfolio-config.js';
import { loadMarketFile } from '../../research/market-file.js';
import { HistoryParts } from '../../roles/history-parts.js';
import { createMarketMemory } from '../market/shared-market.js';
import { inRepository } from '../paths.js';
import { readSettings } from '../settings.js';
import { HistoryHelp } from './history-help.js';

const { funnel, alerts, portfolios, members } = readSettings({});
const { bars } = await loadMarketFile({
  path: inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
  to: 20170331,
});
const rowCount = bars.symbols.length;
const everyRow = { rowsOf: () => Int32Array.from({ length: rowCount }, (_, row) => row) };

/** Memory of a market, and what history is run with in it. */
function blank() {
  const board = boardOf(portfolios, bars.symbols, members);
  const { symbols, dates } = bars;
  const { shared } = createMarketMemory({ symbols, shardCount: 1, funnel, board, alerts });
  return { funnel, alerts, market: shared, bars, firstWarmDay: 0, warmDays: dates.length };
}

/** All that history has written. */
function written({ market }: ReturnType<typeof blank>) {
  const { returns, missing } = attachReturns(market.matrix);
  const { values } = new Columns(market.columns);
  return [new Float64Array(market.state), values, returns, missing].map((memory) =>
    Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength),
  );
}

t.test('two that take parts in turn leave what one leaves that runs all', async (t) => {
  const alone = blank();
  await new HistoryHelp(1, rowCount).run(alone, everyRow);
  const together = blank();
  const shared = new HistoryHelp(1, rowCount);
  await Promise.all([shared.run(together, everyRow), shared.run(together, everyRow)]);
  t.ok(rowCount > 100, 'there are several parts');
  const [first, second] = [written(alone), written(together)];
  t.ok(first[0]!.some((byte) => byte !== 0));
  first.forEach((bytes, index) => {
    t.ok(bytes.equals(second[index]!), `memory ${index}`);
  });
});

t.test('a thread that replaces another runs its history alone', async (t) => {
  const help = new HistoryHelp(1, rowCount);
  const memory = help.partsFor(0);
  t.ok(memory);
  const parts = new HistoryParts(memory!).taken();
  t.equal(parts.next().value, 0);
  t.equal(help.partsFor(0), undefined);
  t.same(parts.next(), { done: true, value: undefined }, 'nobody helps it');
  const untouched = blank();
  await help.run(untouched, everyRow);
  t.ok(written(untouched)[0]!.every((byte) => byte === 0));
});
