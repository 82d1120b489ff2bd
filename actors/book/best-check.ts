// Compares a rebuilt book with the best prices that the exchange itself tells, at the same ids.

import type { Book } from './book.js';

/** Best prices kept to look back at. The spot capture tells up to 800 between two depth events. */
const TOLD_MAX = 16_384;

/** Books that wait for a best price of a later id. */
const BOOKED_MAX = 1_024;

/** Numbers of one best: bid, its size, ask, its size. */
const WIDTH = 4;

/** Differences kept whole, for the report. */
const SAMPLES_MAX = 5;

/** A book and what the exchange said of it. Units: ticks, lots. */
export interface BestDifference {
  readonly id: number;
  readonly booked: readonly number[];
  readonly told: readonly number[];
}

/**
 * The best in force at an id is the last one told at or before it, so a book is compared as soon
 * as a best of its own id or a later one was told, whichever of the two streams comes first.
 */
export class BestCheck {
  comparisons = 0;
  mismatches = 0;
  /** Comparisons where a best of the very same id was told. */
  exact = 0;
  /** Books for which no best was told in time. */
  unchecked = 0;
  /** Bests of an id before the newest: they were not taken. */
  stale = 0;
  readonly samples: BestDifference[] = [];
  readonly #told = new Float64Array(TOLD_MAX * WIDTH);
  readonly #toldIds = new Float64Array(TOLD_MAX);
  #toldCount = 0;
  readonly #booked = new Float64Array(BOOKED_MAX * WIDTH);
  readonly #bookedIds = new Float64Array(BOOKED_MAX);
  #bookedFirst = 0;
  #bookedCount = 0;

  /** The exchange tells its best. Ids that go back are counted and not taken. */
  // hot
  told(id: number, bid: number, bidSize: number, ask: number, askSize: number): void {
    const newest = this.#newestId();
    if (id < newest) {
      this.stale++;
      return;
    }
    if (id > newest) this.#settleBefore(id);
    const at = this.#toldCount % TOLD_MAX;
    this.#toldIds[at] = id;
    this.#told[at * WIDTH] = bid;
    this.#told[at * WIDTH + 1] = bidSize;
    this.#told[at * WIDTH + 2] = ask;
    this.#told[at * WIDTH + 3] = askSize;
    this.#toldCount++;
    if (this.#bookedCount > 0) this.#settleAt(id);
  }

  /** The book is known as of an id. */
  // hot
  booked(id: number, { bids, asks }: Book): void {
    if (this.#bookedCount === BOOKED_MAX) {
      this.#bookedFirst = (this.#bookedFirst + 1) % BOOKED_MAX;
      this.#bookedCount--;
      this.unchecked++;
    }
    const at = (this.#bookedFirst + this.#bookedCount) % BOOKED_MAX;
    this.#bookedIds[at] = id;
    this.#booked[at * WIDTH] = bids.priceAt(0);
    this.#booked[at * WIDTH + 1] = bids.sizeAt(0);
    this.#booked[at * WIDTH + 2] = asks.priceAt(0);
    this.#booked[at * WIDTH + 3] = asks.sizeAt(0);
    this.#bookedCount++;
    if (this.#newestId() >= id) this.#settleBefore(id + 1);
  }

  /** Counts the books that nothing was told of after all. */
  finish(): void {
    this.unchecked += this.#bookedCount;
    this.#bookedCount = 0;
  }

  // hot
  #newestId(): number {
    return this.#toldCount === 0 ? -1 : this.#toldIds[(this.#toldCount - 1) % TOLD_MAX]!;
  }

  /** Compares all waiting books of ids before one, for the best at them is final. */
  // hot
  #settleBefore(id: number): void {
    while (this.#bookedCount > 0 && this.#bookedIds[this.#bookedFirst]! < id) this.#settleFirst();
  }

  // hot
  #settleAt(id: number): void {
    while (this.#bookedCount > 0 && this.#bookedIds[this.#bookedFirst] === id) this.#settleFirst();
  }

  // hot
  #settleFirst(): void {
    const at = this.#bookedFirst;
    const id = this.#bookedIds[at]!;
    this.#bookedFirst = (at + 1) % BOOKED_MAX;
    this.#bookedCount--;
    const told = this.#toldAt(id);
    if (told < 0) {
      this.unchecked++;
      return;
    }
    this.comparisons++;
    if (this.#toldIds[told] === id) this.exact++;
    for (let field = 0; field < WIDTH; field++) {
      if (this.#booked[at * WIDTH + field] === this.#told[told * WIDTH + field]) continue;
      this.#differ(id, at, told);
      return;
    }
  }

  #differ(id: number, booked: number, told: number): void {
    this.mismatches++;
    if (this.samples.length === SAMPLES_MAX) return;
    this.samples.push({
      id,
      booked: [...this.#booked.subarray(booked * WIDTH, (booked + 1) * WIDTH)],
      told: [...this.#told.subarray(told * WIDTH, (told + 1) * WIDTH)],
    });
  }

  /** Place of the last best told at an id or before; -1 where none is kept. */
  // hot
  #toldAt(id: number): number {
    let low = this.#toldCount > TOLD_MAX ? this.#toldCount - TOLD_MAX : 0;
    let high = this.#toldCount;
    const oldest = low;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#toldIds[middle % TOLD_MAX]! <= id) low = middle + 1;
      else high = middle;
    }
    return low === oldest ? -1 : (low - 1) % TOLD_MAX;
  }
}
