// Quotes of a moment ago: the one in force before a trade, not the one that the trade made.

import type { Quote } from './book-measures.js';

/** Quotes kept; the busiest second of the captures has 1,500. */
const QUOTES_MAX = 8_192;

/** Numbers of a quote. */
const WIDTH = 4;

/**
 * A ring of quotes by time, with a place that only moves forward, for trades come in order of time
 * too. Where more quotes pass than are kept, the place moves on to the oldest.
 */
export class QuoteHistory {
  readonly #times = new Float64Array(QUOTES_MAX);
  readonly #values = new Float64Array(QUOTES_MAX * WIDTH);
  /** Quotes pushed, and how many of them lie before the place. */
  #pushed = 0;
  #passed = 0;
  #newestUs = Number.NEGATIVE_INFINITY;

  /** Keeps a quote; one whose time goes back counts as of the newest time. */
  // hot
  push(timeUs: number, quote: Quote): void {
    if (timeUs > this.#newestUs) this.#newestUs = timeUs;
    const at = this.#pushed % QUOTES_MAX;
    this.#times[at] = this.#newestUs;
    this.#values[at * WIDTH] = quote.bid;
    this.#values[at * WIDTH + 1] = quote.bidSize;
    this.#values[at * WIDTH + 2] = quote.ask;
    this.#values[at * WIDTH + 3] = quote.askSize;
    this.#pushed++;
    if (this.#pushed - this.#passed > QUOTES_MAX) this.#passed = this.#pushed - QUOTES_MAX;
  }

  /** Reads the last quote of a time or before into `out`; false where none is kept. */
  // hot
  read(timeUs: number, out: Quote): boolean {
    while (this.#passed < this.#pushed && this.#times[this.#passed % QUOTES_MAX]! <= timeUs) {
      this.#passed++;
    }
    const last = this.#passed - 1;
    if (last < 0 || last < this.#pushed - QUOTES_MAX) return false;
    const at = (last % QUOTES_MAX) * WIDTH;
    out.bid = this.#values[at]!;
    out.bidSize = this.#values[at + 1]!;
    out.ask = this.#values[at + 2]!;
    out.askSize = this.#values[at + 3]!;
    return true;
  }
}
