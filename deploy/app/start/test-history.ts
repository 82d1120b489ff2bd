// Memory for the history of the sample's first year, for the tests of whoever runs or keeps it.

import { attachReturns } from '../../../actors/risk/index.js';
import { Columns } from '../../../engine/index.js';
import { boardOf } from '../../config/portfolio-config.js';
import { loadMarketFile } from '../../research/market-file.js';
import { createMarketMemory } from '../market/shared-market.js';
import { inRepository } from '../paths.js';
import { readSettings } from '../settings.js';
import type { HistoryConfig } from './kept-history.js';

const { funnel, alerts, portfolios, members } = readSettings({});
const { bars } = await loadMarketFile({
  path: inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
  to: 20170331,
});

/** Memory of a market in which nothing has happened, and what history is run with in it. */
export function blank(): HistoryConfig {
  const board = boardOf(portfolios, bars.symbols, members);
  const { symbols, dates } = bars;
  const { shared } = createMarketMemory({ symbols, shardCount: 1, funnel, board, alerts });
  return { funnel, alerts, market: shared, bars, firstWarmDay: 0, warmDays: dates.length };
}

/** All that history has written. */
export function written({ market }: HistoryConfig): Buffer[] {
  const { returns, missing } = attachReturns(market.matrix);
  const { values } = new Columns(market.columns);
  return [new Float64Array(market.state), values, returns, missing].map((memory) =>
    Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength),
  );
}
