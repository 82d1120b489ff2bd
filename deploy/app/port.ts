// What the services (gRPC, WebSocket, HTTP, command line) may ask of a running system.

import type { BarsPort, BooksPort, FunnelPort, MarketPort, QualityPort } from './port-market.js';
import type { ActorsPort } from './port-operators.js';
import type { PortfoliosPort, RiskPort } from './port-portfolios.js';

export type { Answer } from './port-answer.js';
export type {
  BookTest,
  IngestBatch,
  IngestOutcome,
  LiveSeen,
  QuoteNews,
  RefusedFrame,
} from './port-market.js';
export type { Lever, Puller } from './port-operators.js';

/** Stream topics; each is a table of rows keyed by symbol, portfolio id or address. */
export type Topic =
  | 'quotes'
  | 'funnel'
  | 'portfolios'
  | 'risk'
  | 'actors'
  | 'feed'
  | 'books'
  | 'alerts'
  | 'bars';

/** The whole of a running system as its services see it. Reads are synchronous views. */
export interface SluicePort {
  readonly market: MarketPort;
  readonly bars: BarsPort;
  readonly funnel: FunnelPort;
  readonly portfolios: PortfoliosPort;
  readonly risk: RiskPort;
  readonly books: BooksPort;
  readonly actors: ActorsPort;
  readonly quality: QualityPort;
  /**
   * Calls `listener` soon after a topic has changed, at most twice a millisecond, until the
   * returned function is called.
   */
  onChange(topic: Topic, listener: () => void): () => void;
  /**
   * Tells the system how many stream clients there are and how many were shed, for the feed
   * status.
   */
  readonly clients: { opened(): void; closed(): void; shed(): void };
}
