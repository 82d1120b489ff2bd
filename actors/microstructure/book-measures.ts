// What a book says as it stands: spread, depth, imbalance, microprice.

import type { Book } from '../book/index.js';

/** Prices and sizes of the best levels. Units: as the caller's. */
export interface Quote {
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
}

/**
 * The quoted spread. Units: of the price.
 * Source: Huang and Stoll, J. Financial Economics 41 (1996).
 */
export function quotedSpread({ bid, ask }: Quote): number {
  return ask - bid;
}

/** Half-way between the best prices. */
// hot
export function midPrice({ bid, ask }: Quote): number {
  return (bid + ask) / 2;
}

/**
 * The best prices weighted by the size opposite, so that it leans to where less stands in the way.
 * Source: Gatheral and Oomen, "Zero-intelligence realized variance estimation", Finance and
 * Stochastics 14 (2010); the first approximation of Stoikov, "The micro-price", Quantitative
 * Finance 18 (2018).
 */
// hot
export function microPrice({ bid, bidSize, ask, askSize }: Quote): number {
  return (bid * askSize + ask * bidSize) / (bidSize + askSize);
}

/**
 * (bids - asks) / (bids + asks) of the sizes of the best `levels` of each side: -1 to 1.
 * Source: Cao, Hansch and Wang, "The information content of an open limit-order book", J. Futures
 * Markets 29 (2009).
 */
// hot
export function imbalance(book: Book, levels: number): number {
  const bids = book.bids.sumTo(levels);
  const asks = book.asks.sumTo(levels);
  return (bids - asks) / (bids + asks);
}

/**
 * Order-flow imbalance: what was added to the best bid and taken from the best ask, less the
 * opposite, summed over a trailing span of event time. Units: of the sizes.
 * Source: Cont, Kukanov and Stoikov, "The price impact of order book events", J. Financial
 * Econometrics 12 (2014), equation 2.
 */
export class OrderFlow {
  readonly #sums: Float64Array;
  readonly #sliceUs: number;
  #slice = Number.NaN;
  #sum = 0;
  #bid = Number.NaN;
  #bidSize = 0;
  #ask = Number.NaN;
  #askSize = 0;

  /** A span in so many slices; the oldest slice leaves as a whole. Units: microseconds. */
  constructor(spanUs: number, slices: number) {
    this.#sums = new Float64Array(slices);
    this.#sliceUs = spanUs / slices;
  }

  /** The sum over the span; NaN before two quotes were seen. */
  value = Number.NaN;

  /** A quote, whether it changed or not. */
  // hot
  push(timeUs: number, quote: Quote): void {
    this.#advance(Math.floor(timeUs / this.#sliceUs));
    if (this.#bid === this.#bid) {
      const { bid, bidSize, ask, askSize } = quote;
      const flow =
        (bid >= this.#bid ? bidSize : 0) -
        (bid <= this.#bid ? this.#bidSize : 0) -
        (ask <= this.#ask ? askSize : 0) +
        (ask >= this.#ask ? this.#askSize : 0);
      this.#sums[this.#slice % this.#sums.length]! += flow;
      this.#sum += flow;
      this.value = this.#sum;
    }
    this.#bid = quote.bid;
    this.#bidSize = quote.bidSize;
    this.#ask = quote.ask;
    this.#askSize = quote.askSize;
  }

  /** Forgets the last quote, as when the book was lost: what comes next is no change of it. */
  interrupt(): void {
    this.#bid = Number.NaN;
  }

  /** Lets the slices go that are too old; a time that goes back stays in the newest. */
  // hot
  #advance(slice: number): void {
    if (this.#slice !== this.#slice) this.#slice = slice;
    if (slice <= this.#slice) return;
    const passed = Math.min(this.#sums.length, slice - this.#slice);
    for (let gone = 1; gone <= passed; gone++) {
      this.#sums[(this.#slice + gone) % this.#sums.length] = 0;
    }
    this.#slice = slice;
    this.#sum = 0;
    for (let at = 0; at < this.#sums.length; at++) this.#sum += this.#sums[at]!;
    if (this.value === this.value) this.value = this.#sum;
  }
}
