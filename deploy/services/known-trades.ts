// What earlier processes took of a source: up to where, and which of its last trades.

import { PACKED_PRINT } from '../../proto/frames/market.js';
import { likenessOf, type TradeRecord } from '../adapters/sources/record.js';
import type { MarketDataSource } from '../adapters/sources/source.js';
import type { IngestBatch } from '../app/port.js';

/** A symbol that did not trade this long before the last trade of any is asked from there. */
const QUIET_US = 3_600_000_000;

/**
 * Trades of so long before a symbol's last one are asked for again: some of them may have been on
 * their way. Units: microseconds.
 */
const AGAIN_US = 10_000_000;

/** Where an earlier process stopped. */
export interface KnownTrades {
  /** Time of the last trade of all. Units: microseconds. */
  readonly lastUs: number;
  /** How many of each likeness are known of those that are asked for again. */
  readonly counts: Map<string, number>;
  /** From when on to ask. Units: microseconds. */
  fromUs(symbol: string): number;
}

/** Reads batches, newest first, as far as is needed; undefined where there are none. */
export function knownTrades(
  batches: Iterable<IngestBatch>,
  source: Pick<MarketDataSource, 'capabilities'>,
  nowUs: number,
): KnownTrades | undefined {
  const lastOf = new Map<string, number>();
  const counts = new Map<string, number>();
  let lastUs = Number.NEGATIVE_INFINITY;
  for (const batch of batches) {
    let newestUs = Number.NEGATIVE_INFINITY;
    for (const trade of tradesOf(batch)) {
      const { symbol, timeUs } = trade;
      // A time that can't have been tells nothing of where the stream was.
      if (timeUs > nowUs + QUIET_US) continue;
      newestUs = Math.max(newestUs, timeUs);
      const symbolUs = Math.max(lastOf.get(symbol) ?? timeUs, timeUs);
      lastOf.set(symbol, symbolUs);
      if (timeUs < symbolUs - AGAIN_US - source.capabilities.timeStepUs) continue;
      const likeness = likenessOfTrade(trade, source);
      counts.set(likeness, (counts.get(likeness) ?? 0) + 1);
    }
    lastUs = Math.max(lastUs, newestUs);
    if (newestUs > 0 && newestUs < lastUs - QUIET_US) break;
  }
  if (lastOf.size === 0) return undefined;
  const quietUs = lastUs - QUIET_US;
  return {
    lastUs,
    counts,
    fromUs: (symbol) => Math.max((lastOf.get(symbol) ?? quietUs) - AGAIN_US, quietUs),
  };
}

/** What a trade has in common with the same one, however it comes. */
export function likenessOfTrade(
  trade: TradeRecord,
  { capabilities }: Pick<MarketDataSource, 'capabilities'>,
): string {
  return likenessOf(trade, capabilities.timeStepUs);
}

/** Takes one of equal things away; false where none is left. */
export function takeOne(counts: Map<string, number>, name: string): boolean {
  const count = counts.get(name) ?? 0;
  if (count > 1) counts.set(name, count - 1);
  else counts.delete(name);
  return count > 0;
}

/** Prints as `packPrints` packed them. */
function* tradesOf({ symbols, prints }: IngestBatch): Generator<TradeRecord> {
  const view = new DataView(prints.buffer, prints.byteOffset, prints.byteLength);
  const valueAt = (at: number): number => view.getFloat64(at, true);
  for (let at = 0; at < prints.byteLength; at += PACKED_PRINT.bytes) {
    const symbol = symbols[view.getUint32(at + PACKED_PRINT.symbolIndex, true)] ?? '';
    const timeUs = valueAt(at + PACKED_PRINT.timeUs);
    const price = valueAt(at + PACKED_PRINT.price);
    const size = valueAt(at + PACKED_PRINT.size);
    const nameless = { id: '', sequence: Number.NaN, conditions: '' };
    yield { kind: 'trade', symbol, timeUs, price, size, ...nameless };
  }
}
