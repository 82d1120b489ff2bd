// A book by price level: two ladders, and what is true of both together.

import { ASK, BID, Ladder, type Side } from './ladder.js';

/**
 * Levels kept a side unless said otherwise. Binance's captures reach 3,000 within minutes of a
 * snapshot of 1,000; what lies farther off is never shown and moves no measure.
 */
export const LEVELS_MAX = 8_192;

/** A book by price level (L2). Units: whole ticks and lots. */
export class Book {
  readonly bids: Ladder;
  readonly asks: Ladder;

  constructor(levelsMax = LEVELS_MAX) {
    this.bids = new Ladder(BID, levelsMax);
    this.asks = new Ladder(ASK, levelsMax);
  }

  /** The ladder of a side. */
  // hot
  side(side: Side): Ladder {
    return side === BID ? this.bids : this.asks;
  }

  /** Whether there is a level on both sides. */
  // hot
  isTwoSided(): boolean {
    return this.bids.count > 0 && this.asks.count > 0;
  }

  /** Whether the best bid is at the best ask or above it. */
  // hot
  isCrossed(): boolean {
    return this.bids.priceAt(0) >= this.asks.priceAt(0);
  }

  /** Takes every level away. */
  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }
}
