// Finds orders by their id: an open-addressed table in typed arrays, without holes after removal.

import { assert } from '../../engine/index.js';

/** What no order is: an empty cell. Ids are whole numbers from 1. */
const EMPTY = 0;

/** Whole part of an id above its low 32 bits. */
const HIGH = 2 ** 32;

/** Order ids with the number each stands for. Bound: half as many as cells: searches are short. */
export class OrderIndex {
  readonly #ids: Float64Array;
  readonly #values: Int32Array;
  readonly #mask: number;

  /** A table for so many orders at once. */
  constructor(ordersMax: number) {
    assert(ordersMax >= 1 && ordersMax <= 2 ** 24, 'book.index_has_a_size');
    const cells = 2 ** Math.ceil(Math.log2(ordersMax * 2));
    this.#ids = new Float64Array(cells);
    this.#values = new Int32Array(cells);
    this.#mask = cells - 1;
  }

  /** The number of an order; -1 where it is unknown. */
  // hot
  get(id: number): number {
    const cell = this.#cell(id);
    return this.#ids[cell] === id ? this.#values[cell]! : -1;
  }

  /** Adds an order that is unknown; the owner keeps to the bound. */
  // hot
  add(id: number, value: number): void {
    const cell = this.#cell(id);
    this.#ids[cell] = id;
    this.#values[cell] = value;
  }

  /** Forgets an order. */
  // hot
  remove(id: number): void {
    let hole = this.#cell(id);
    if (this.#ids[hole] !== id) return;
    let next = hole;
    for (;;) {
      next = (next + 1) & this.#mask;
      const moved = this.#ids[next]!;
      if (moved === EMPTY) break;
      // One that may stand no earlier than where it is stays; the others close the hole.
      const distance = (next - this.#home(moved)) & this.#mask;
      if (distance < ((next - hole) & this.#mask)) continue;
      this.#ids[hole] = moved;
      this.#values[hole] = this.#values[next]!;
      hole = next;
    }
    this.#ids[hole] = EMPTY;
  }

  /** Forgets all. */
  clear(): void {
    this.#ids.fill(EMPTY);
  }

  // hot
  #cell(id: number): number {
    let cell = this.#home(id);
    while (this.#ids[cell] !== EMPTY && this.#ids[cell] !== id) cell = (cell + 1) & this.#mask;
    return cell;
  }

  // hot
  #home(id: number): number {
    const high = Math.floor(id / HIGH);
    const mixed = Math.imul((id >>> 0) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
    return ((mixed >>> 15) ^ mixed) & this.#mask;
  }
}
