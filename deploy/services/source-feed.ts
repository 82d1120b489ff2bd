// A live source into the running market: its trades as numbered batches, quotes beside them.

import { type Print, packPrints } from '../adapters/sources/packing.js';
import type { LiveSession, MarketDataSource } from '../adapters/sources/source.js';
import type { SluicePort } from '../app/port.js';

/** Time that trades gather before they go together. Units: milliseconds. */
const GATHER_MS = 5;

/** Trades of a batch, and those that may wait; beyond it the oldest are dropped and counted. */
const BATCH_MAX = 5_000;
const WAITING_MAX = 200_000;

/** A source that feeds the market. */
export interface SourceFeed {
  readonly session: LiveSession;
  /** Trades that were dropped as the market took none for too long. */
  dropped(): number;
  close(): Promise<void>;
}

/** Opens a session for symbols and feeds the market with it, under a numbering of its own. */
export function startSourceFeed(
  port: SluicePort,
  source: MarketDataSource,
  symbols: readonly string[],
): SourceFeed {
  const name = `${source.name}-${Date.now().toString(36)}`;
  const quotes = new Map<string, { readonly bid: number; readonly ask: number }>();
  const waiting: Print[] = [];
  let sequence = 0n;
  let dropped = 0;
  let isSending = false;
  let isClosed = false;
  const send = async (): Promise<void> => {
    if (isSending) return;
    isSending = true;
    while (waiting.length > 0 && !isClosed) {
      const batch = waiting.slice(0, BATCH_MAX);
      const packed = packPrints(batch);
      const outcome = await port.market.ingest({
        source: name,
        sequence: sequence + 1n,
        ...packed,
      });
      // Refused as it is busy: the same again with the next gathering.
      if (!outcome.ok) break;
      sequence++;
      waiting.splice(0, batch.length);
    }
    isSending = false;
  };
  const timer = setInterval(() => void send(), GATHER_MS);
  const kinds = source.capabilities.live.filter((kind) => kind !== 'bar');
  const session = source.live!(
    { symbols, kinds },
    {
      onRecord(record) {
        if (record.kind === 'quote') quotes.set(record.symbol, record);
        if (record.kind !== 'trade') return;
        const { bid, ask } = quotes.get(record.symbol) ?? { bid: 0, ask: 0 };
        waiting.push({ trade: record, bid, ask });
        if (waiting.length <= WAITING_MAX || isSending) return;
        waiting.shift();
        dropped++;
        port.market.refuseFrame('dropped');
      },
    },
  );
  return {
    session,
    dropped: () => dropped,
    async close() {
      await session.close();
      await send();
      isClosed = true;
      clearInterval(timer);
    },
  };
}
