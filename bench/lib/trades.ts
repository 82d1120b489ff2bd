// Trades to send: alike, one behind the other.

import type { Print } from '../../deploy/adapters/sources/packing.js';

/** So many trades of one symbol, each with a quote of nobody beside it. */
export function equalPrints(symbol: string, count: number): readonly Print[] {
  const numbers = { timeUs: 1.6e15, price: 100, size: 10, sequence: Number.NaN };
  const trade = { kind: 'trade', symbol, id: '', conditions: '', ...numbers } as const;
  return Array.from({ length: count }, () => ({ trade, bid: 0, ask: 0 }));
}
