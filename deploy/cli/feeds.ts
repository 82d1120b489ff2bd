// The feeds that a run may stream; apart, so that its help needs nothing that runs.

/** What is streamed: daily bars as derived prints, and beside them captured order books. */
export const FEEDS = ['derived', 'binance-capture'] as const;
