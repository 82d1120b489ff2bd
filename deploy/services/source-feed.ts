// A live source into the running market: its trades as numbered batches, quotes beside them.

import type { SourceClock } from '../adapters/sources/clock.js';
import type { LiveSession, MarketDataSource } from '../adapters/sources/source.js';
import type { SluicePort } from '../app/port.js';
import { EarlierTrades } from './earlier-trades.js';
import { knownTrades } from './known-trades.js';
import { liveSeen } from './source-counts.js';
import { TradeQueue } from './trade-queue.js';

/** Time that trades gather before they go together. Units: milliseconds. */
const GATHER_MS = 5;

/** A source that feeds the market. */
export interface SourceFeed {
  readonly session: LiveSession;
  /** Trades that the market did not take: there were too many for it, or it refused them. */
  dropped(): number;
  /** Ends the session and sends what waits, within a deadline; what is left is dropped. */
  close(deadlineMs: number): Promise<void>;
}

/** What a feed needs beside its source. */
export interface SourceFeedOptions {
  readonly symbols: readonly string[];
  readonly clock: SourceClock;
  /** Told once of each trouble, in words for a person. */
  readonly tell: (text: string) => void;
}

/**
 * Opens a session for symbols and feeds the market with it, under a numbering of the source's own
 * that goes on where the one of an earlier process ended. What was traded between the two is asked
 * for where the source can tell it, and goes before what comes live; a hole that is left is told.
 */
export function startSourceFeed(
  port: SluicePort,
  source: MarketDataSource,
  { symbols, clock, tell }: SourceFeedOptions,
): SourceFeed {
  const name = `live-${source.name}`;
  let unasked = 0;
  const earlier = earlierOf();
  const trades = new TradeQueue(port, name, { tell, pause, resume, earlier });
  const quotes = new Map<string, { readonly bid: number; readonly ask: number }>();
  const timer = setInterval(() => trades.tick(), GATHER_MS);
  const kinds = source.capabilities.live.filter((kind) => kind !== 'bar');
  const session = source.live!(
    { symbols, kinds },
    {
      onRecord(record) {
        if (record.kind === 'quote') quotes.set(record.symbol, record);
        if (record.kind !== 'trade') return;
        const { bid, ask } = quotes.get(record.symbol) ?? { bid: 0, ask: 0 };
        trades.add({ trade: record, bid, ask });
      },
      onState(state, why) {
        if (state === 'live') earlier?.begin();
        if (state === 'failed') tell(`source ${source.name} has failed: ${why}`);
      },
    },
  );
  port.market.showLive(() =>
    liveSeen(name, session, {
      dropped: trades.dropped,
      earlier: earlier?.taken ?? 0,
      earlierHoles: unasked + (earlier?.lacking ?? 0),
    }),
  );
  function earlierOf(): EarlierTrades | undefined {
    if (port.market.lastSequence(name) === 0n) return undefined;
    const known = knownTrades(port.market.earlier(name), source, clock.nowMs() * 1000);
    if (known !== undefined && source.capabilities.history.includes('trade')) {
      return new EarlierTrades({ source, symbols, known, clock, tell });
    }
    const why = known === undefined ? 'fed another feed of this market' : 'can not be asked';
    unasked = symbols.length;
    tell(`source ${source.name} goes on from now: of trades since an earlier run it ${why}`);
    return undefined;
  }
  function pause(): void {
    if (session.pause === undefined) return;
    session.pause();
    port.market.notePause();
  }
  function resume(): void {
    session.resume?.();
  }
  return {
    session,
    dropped: () => trades.dropped,
    async close(deadlineMs) {
      clearInterval(timer);
      let timeout: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        timeout = setTimeout(resolve, deadlineMs);
      });
      await Promise.race([session.close().then(() => trades.flush()), deadline]);
      clearTimeout(timeout);
      trades.close();
    },
  };
}
