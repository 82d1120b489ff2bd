// Who began a trade, buyer or seller, by rules; and how often the rules are right.

import { midPrice, type Quote } from './book-measures.js';

/** 1 for a buyer, -1 for a seller, 0 where the rule does not say. */
export type Aggressor = 1 | -1 | 0;

/**
 * The tick rule: a trade above the last different price was a buy, below it a sell.
 * Source: Lee and Ready, "Inferring trade direction from intraday data", J. Finance 46 (1991).
 */
export class TickRule {
  #last = Number.NaN;
  #side: Aggressor = 0;

  // hot
  classify(price: number): Aggressor {
    if (price > this.#last) this.#side = 1;
    else if (price < this.#last) this.#side = -1;
    this.#last = price;
    return this.#side;
  }
}

/** The quote rule: above the middle a buy, below it a sell, 0 at it. Source: the same. */
// hot
export function quoteRule(price: number, quote: Quote): Aggressor {
  const mid = midPrice(quote);
  return price > mid ? 1 : price < mid ? -1 : 0;
}

/**
 * Lee and Ready's rule: the quote rule, and the tick rule at the middle. The quote is the last one
 * known before the trade; their delay of 5 s was for paper-era reports. Source: the same.
 */
// hot
export function leeReady(price: number, quote: Quote, byTick: Aggressor): Aggressor {
  const byQuote = quoteRule(price, quote);
  return byQuote === 0 ? byTick : byQuote;
}

/** How often a rule agreed with the exchange's own flag. */
export class Accuracy {
  /** Trades with a flag; one that the rule says nothing of counts as wrong. */
  trades = 0;
  right = 0;

  // hot
  count(said: Aggressor, truth: Aggressor): void {
    if (truth === 0) return;
    this.trades++;
    if (said === truth) this.right++;
  }

  /** Share that was right, 0 to 1; NaN before the first trade. */
  // hot
  get share(): number {
    return this.right / this.trades;
  }
}
