// One side of a book: its price levels in typed arrays, the best one last.

import { assert } from '../../engine/index.js';

/** Which side of a book; the number is the factor by which a higher price is better. */
export type Side = 1 | -1;

/** The side of buyers. */
export const BID: Side = 1;
/** The side of sellers. */
export const ASK: Side = -1;

/** Levels looked at one by one from the best before the search halves: most changes are there. */
const NEAR = 8;

/** Levels moved one by one; beyond that a copy of the block is faster than its call is dear. */
const FEW = 48;

/**
 * Price levels of one side, sorted, the best at the end, so that a change near the best moves few
 * of them. A level's values stand in a slot that it keeps while it lives.
 *
 * ```
 * keys    Float64Array  [place]  price in ticks times the side, ascending: the best is last
 * slots   Int32Array    [place]  where the level's values stand
 * sizes   Float64Array  [slot]   size in lots
 * ```
 *
 * Units: whole ticks and lots. Bound: `levelsMax` levels; the worst gives way to a better one and
 * is counted in `dropped`, a new one worse than all is not taken and counted too.
 */
export class Ladder {
  readonly side: Side;
  readonly levelsMax: number;
  /** Sizes by slot. */
  readonly sizes: Float64Array;
  /** Levels there are. */
  count = 0;
  /** Levels that found no room. */
  dropped = 0;
  readonly #keys: Float64Array;
  readonly #slots: Int32Array;
  /** Slots that are free, as a stack: those from `count` on. */
  readonly #free: Int32Array;

  constructor(side: Side, levelsMax: number) {
    assert(Number.isInteger(levelsMax) && levelsMax >= 1, 'book.ladder_has_levels');
    this.side = side;
    this.levelsMax = levelsMax;
    this.sizes = new Float64Array(levelsMax);
    this.#keys = new Float64Array(levelsMax);
    this.#slots = new Int32Array(levelsMax);
    this.#free = Int32Array.from({ length: levelsMax }, (_, slot) => slot);
  }

  /** Price of the level at a depth, 0 being the best; NaN where there is none. Units: ticks. */
  // hot
  priceAt(depth: number): number {
    return depth < this.count ? this.#keys[this.count - 1 - depth]! * this.side : Number.NaN;
  }

  /** Size of the level at a depth; 0 where there is none. Units: lots. */
  // hot
  sizeAt(depth: number): number {
    return depth < this.count ? this.sizes[this.#slots[this.count - 1 - depth]!]! : 0;
  }

  /** Slot of the level at a depth; -1 where there is none. */
  // hot
  slotAt(depth: number): number {
    return depth < this.count ? this.#slots[this.count - 1 - depth]! : -1;
  }

  /** Slot of the level of a price; -1 where there is none. */
  // hot
  find(priceTicks: number): number {
    const key = priceTicks * this.side;
    const place = this.#place(key);
    return place < this.count && this.#keys[place] === key ? this.#slots[place]! : -1;
  }

  /** Slot of the level of a price, made with size 0 where there is none; -1 without room. */
  // hot
  ensure(priceTicks: number): number {
    const key = priceTicks * this.side;
    let place = this.#place(key);
    if (place < this.count && this.#keys[place] === key) return this.#slots[place]!;
    if (this.count === this.levelsMax) {
      this.dropped++;
      if (place === 0) return -1;
      this.removeWorst();
      place--;
    }
    const slot = this.#free[this.count]!;
    if (this.count - place > FEW) {
      this.#keys.copyWithin(place + 1, place, this.count);
      this.#slots.copyWithin(place + 1, place, this.count);
    } else {
      for (let at = this.count; at > place; at--) {
        this.#keys[at] = this.#keys[at - 1]!;
        this.#slots[at] = this.#slots[at - 1]!;
      }
    }
    this.#keys[place] = key;
    this.#slots[place] = slot;
    this.sizes[slot] = 0;
    this.count++;
    return slot;
  }

  /** Takes a level away; false where there is none. */
  // hot
  remove(priceTicks: number): boolean {
    const key = priceTicks * this.side;
    const place = this.#place(key);
    if (place === this.count || this.#keys[place] !== key) return false;
    this.#removePlace(place);
    return true;
  }

  /** Takes the worst level away. */
  // hot
  removeWorst(): void {
    if (this.count > 0) this.#removePlace(0);
  }

  /** States the size of a price; 0 takes the level away. */
  // hot
  set(priceTicks: number, sizeLots: number): void {
    if (sizeLots > 0) {
      const slot = this.ensure(priceTicks);
      if (slot >= 0) this.sizes[slot] = sizeLots;
    } else this.remove(priceTicks);
  }

  /** Takes every level away. */
  clear(): void {
    while (this.count > 0) {
      this.count--;
      this.#free[this.count] = this.#slots[this.count]!;
    }
  }

  /** Sum of the sizes of the best `depth` levels. Units: lots. */
  // hot
  sumTo(depth: number): number {
    let sum = 0;
    const last = this.count - (depth < this.count ? depth : this.count);
    for (let place = this.count - 1; place >= last; place--) {
      sum += this.sizes[this.#slots[place]!]!;
    }
    return sum;
  }

  /** First place whose key is not below; `count` where all are. */
  // hot
  #place(key: number): number {
    let high = this.count;
    const near = high > NEAR ? high - NEAR : 0;
    while (high > near) {
      if (this.#keys[high - 1]! < key) return high;
      high--;
    }
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // hot
  #removePlace(place: number): void {
    const slot = this.#slots[place]!;
    this.count--;
    if (this.count - place > FEW) {
      this.#keys.copyWithin(place, place + 1, this.count + 1);
      this.#slots.copyWithin(place, place + 1, this.count + 1);
    } else {
      for (let at = place; at < this.count; at++) {
        this.#keys[at] = this.#keys[at + 1]!;
        this.#slots[at] = this.#slots[at + 1]!;
      }
    }
    this.#free[this.count] = slot;
  }
}
