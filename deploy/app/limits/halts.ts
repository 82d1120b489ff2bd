// The symbols of a running market that a breaker halts.

import { create } from '@bufbuild/protobuf';
import type { Breakers } from '../../../actors/breakers/index.js';
import { COLUMN } from '../../../actors/market/index.js';
import { type Halt, HaltSchema } from '../../../proto/gen/sluice/risk/v1/risk_pb.js';
import type { Market } from '../market/market.js';

/** Halts told at once; when the market falls all symbols have one. */
const HALTS_MAX = 1_000;

/** Symbols that are halted, or whose quote is wide or old, at an event time. */
export function haltsOf(breakers: Breakers, { columns, file }: Market, nowUs: number): Halt[] {
  const halts: Halt[] = [];
  for (const [row, symbol] of file.bars.symbols.entries()) {
    const quote = {
      last: columns.at(row, COLUMN.close),
      bid: columns.at(row, COLUMN.bid),
      ask: columns.at(row, COLUMN.ask),
      lastTimeUs: columns.at(row, COLUMN.lastTimeUs),
      // Moves since the last point are judged where an order is; those at points are kept.
      reference: Number.NaN,
    };
    const state = breakers.stateOf(row, quote, nowUs);
    if (state === 'open' || halts.length === HALTS_MAX) continue;
    const untilUs = state === 'halted' ? breakers.haltedUntil(row) : 0;
    halts.push(create(HaltSchema, { symbol, state, untilUs }));
  }
  return halts;
}
