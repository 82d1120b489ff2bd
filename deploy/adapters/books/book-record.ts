// What an exchange says of a book, in whole ticks and lots, whoever it is and however it came.

/** Changed or whole levels, numbered. */
export interface DepthRecord {
  readonly kind: 'depth';
  readonly isSnapshot: boolean;
  /** Empty for a snapshot, whose message has no symbol. */
  readonly symbol: string;
  /** Exchange time; 0 where the message tells none. Units: microseconds UTC. */
  readonly timeUs: number;
  readonly previousId: number;
  readonly lastId: number;
  /** Side, price in ticks and size in lots of each level. Owned by the reader of the message. */
  readonly levels: Float64Array;
  readonly levelCount: number;
  /** Whether it is of futures, whose events name the one before. */
  readonly isFutures: boolean;
}

/** The exchange's own best prices. Units: ticks, lots. */
export interface BestRecord {
  readonly kind: 'best';
  readonly symbol: string;
  readonly timeUs: number;
  readonly id: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}

/** A trade. Units: ticks, lots, microseconds UTC. */
export interface TradeRecord {
  readonly kind: 'trade';
  readonly symbol: string;
  readonly timeUs: number;
  readonly id: number;
  readonly priceTicks: number;
  readonly sizeLots: number;
  /** 1 where the buyer took, -1 where the seller did: the exchange's own flag. */
  readonly aggressor: 1 | -1;
}

/** Anything that an exchange says of a book. */
export type BookRecord = DepthRecord | BestRecord | TradeRecord;

/** Digits after the point of a symbol's prices and sizes: its ticks and lots are of the last. */
export interface BookScale {
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
}
