// Whether a row may be traded now: its breakers first, then the hours of the session.

import type { Breakers } from '../../actors/breakers/index.js';
import { COLUMN } from '../../actors/market/index.js';
import type { TradingState } from '../../actors/pretrade/index.js';
import type { ShardClock } from './shard-config.js';
import type { ShardMarket } from './shard-market.js';

/** State of a row as of the shard's place in event time. */
export function tradingState(
  breakers: Breakers,
  market: Pick<ShardMarket, 'columns' | 'recordOf' | 'lastPrice'>,
  { nowUs, closeUs, isFirstPoint, lastPoint }: Readonly<ShardClock>,
  row: number,
): TradingState {
  const { columns } = market;
  const at = (column: number): number => (row < 0 ? Number.NaN : columns.at(row, column));
  // Moves are measured within a session: before its first point there is nothing to measure from.
  const isMeasured = row >= 0 && !isFirstPoint && lastPoint >= 0;
  const quote = {
    last: market.lastPrice(row),
    bid: at(COLUMN.bid),
    ask: at(COLUMN.ask),
    lastTimeUs: at(COLUMN.lastTimeUs),
    reference: isMeasured ? market.recordOf(lastPoint).marks[row]! : Number.NaN,
  };
  const state = breakers.stateOf(row, quote, nowUs);
  // A session ends with its close; a halt outlives it, a wide or old quote is no news then.
  const isOpen = nowUs < closeUs;
  return isOpen || state === 'halted' ? state : 'closed';
}
