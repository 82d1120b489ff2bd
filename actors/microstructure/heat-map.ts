// Where size stood in the book, second by second, near the price.

import type { Book, Ladder } from '../book/index.js';

/** Samples kept. */
const SAMPLES = 240;

/** Rows of price in a sample, half of them below the middle. */
export const HEAT_ROWS = 64;

/** Time between samples of event time. Units: microseconds. */
const EVERY_US = 1_000_000;

/** The book of one second: size by row of price; bids below the middle, asks above. */
export interface HeatSample {
  readonly timeUs: number;
  /** Low edge of the lowest row. Units: ticks. */
  readonly lowTicks: number;
  /** Units: lots. */
  readonly sizes: Float64Array;
}

/** Size by price and second. Bound: 240 samples of 64 rows; the oldest gives way. */
export class HeatMap {
  readonly rowTicks: number;
  readonly #sizes = new Float64Array(SAMPLES * HEAT_ROWS);
  readonly #times = new Float64Array(SAMPLES);
  readonly #lows = new Float64Array(SAMPLES);
  #count = 0;
  #second = Number.NaN;

  constructor(rowTicks: number) {
    this.rowTicks = rowTicks;
  }

  /** Takes a sample where a new second has begun. */
  // hot
  onBook(timeUs: number, book: Book): void {
    const second = Math.floor(timeUs / EVERY_US);
    if (second <= this.#second) return;
    this.#second = second;
    const at = this.#count % SAMPLES;
    const mid = (book.bids.priceAt(0) + book.asks.priceAt(0)) / 2;
    const low = Math.floor(mid / this.rowTicks) - HEAT_ROWS / 2;
    this.#times[at] = timeUs;
    this.#lows[at] = low * this.rowTicks;
    this.#sizes.fill(0, at * HEAT_ROWS, (at + 1) * HEAT_ROWS);
    this.#addSide(book.bids, low, at * HEAT_ROWS);
    this.#addSide(book.asks, low, at * HEAT_ROWS);
    this.#count++;
  }

  /** The samples kept, the oldest first. */
  samples(): HeatSample[] {
    const kept = Math.min(this.#count, SAMPLES);
    return Array.from({ length: kept }, (_, index) => {
      const at = (this.#count - kept + index) % SAMPLES;
      return {
        timeUs: this.#times[at]!,
        lowTicks: this.#lows[at]!,
        sizes: this.#sizes.slice(at * HEAT_ROWS, (at + 1) * HEAT_ROWS),
      };
    });
  }

  #addSide(ladder: Ladder, low: number, base: number): void {
    for (let depth = 0; depth < ladder.count; depth++) {
      const row = Math.floor(ladder.priceAt(depth) / this.rowTicks) - low;
      if (row < 0 || row >= HEAT_ROWS) return;
      this.#sizes[base + row]! += ladder.sizeAt(depth);
    }
  }
}
