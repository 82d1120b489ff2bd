// The feeds that a run may stream; apart, so that its help needs nothing that runs.

/** What is streamed: daily bars as derived prints, and beside them captured or live order books. */
export const FEEDS = ['derived', 'binance-capture', 'binance-live'] as const;
