// The portfolio and funnel behaviours of a shard, over its market.

import { createFunnelBehaviour } from '../../actors/funnel/index.js';
import { limitsOfPortfolio } from '../../actors/groups/index.js';
import {
  createPortfolioBehaviour,
  type PortfolioDeps,
  type PortfolioEvent,
} from '../../actors/portfolio/index.js';
import type { AnyBehaviour } from '../../engine/index.js';
import type { ShardConfig } from './shard-config.js';
import type { ShardMarket } from './shard-market.js';

/** What of a shard's configuration its behaviours follow. */
export type BehaviourConfig = Pick<
  ShardConfig,
  'bars' | 'board' | 'funnel' | 'lotMethods' | 'optionPolicy' | 'policy' | 'pointsPerSession'
>;

/**
 * Makes the behaviours that a shard's system holds; `openings` is read when one begins anew, `live`
 * is what else the shard knows.
 */
export function createShardBehaviours(
  config: BehaviourConfig,
  market: Pick<ShardMarket, 'lastPrice' | 'matrix'>,
  openings: { get(key: string): readonly PortfolioEvent[] | undefined },
  live: Partial<Pick<PortfolioDeps, 'tradingOf' | 'standingOf' | 'isOverridden' | 'onMarked'>> = {},
): AnyBehaviour[] {
  const { symbols } = config.bars;
  const rowsBySymbol = new Map(symbols.map((symbol, row) => [symbol, row]));
  const portfolio = createPortfolioBehaviour({
    directory: {
      rowOf: (symbol) => rowsBySymbol.get(symbol),
      symbolOf: (row) => symbols[row] ?? 'unlisted',
      lastPrice: (row) => market.lastPrice(row),
    },
    matrix: market.matrix,
    pointsPerSession: config.pointsPerSession,
    limitsOf: (key) => limitsOfPortfolio(config.board, key),
    methodOf: (key) => config.lotMethods.get(key) ?? 'fifo',
    policy: config.policy,
    optionPolicy: config.optionPolicy,
    ...live,
    openingEvents: (key) => openings.get(key) ?? [],
  });
  const funnel = createFunnelBehaviour(config.funnel, symbols.length);
  // The system holds behaviours of different states side by side and never mixes them up.
  return [portfolio, funnel] as unknown as AnyBehaviour[];
}
