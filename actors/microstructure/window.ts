// The newest numbers of a series, so many of them, in one typed array.

import { assert } from '../../engine/index.js';

/** A ring of the newest values; the oldest gives way. */
export class Window {
  /** Values there are. */
  count = 0;
  readonly length: number;
  readonly #values: Float64Array;
  #next = 0;

  constructor(length: number) {
    assert(Number.isInteger(length) && length >= 1, 'microstructure.window_has_a_length');
    this.length = length;
    this.#values = new Float64Array(length);
  }

  /** Adds a value and returns the one that gave way; NaN where there was room. */
  // hot
  push(value: number): number {
    const gone = this.count === this.length ? this.#values[this.#next]! : Number.NaN;
    this.#values[this.#next] = value;
    this.#next = this.#next + 1 === this.length ? 0 : this.#next + 1;
    if (this.count < this.length) this.count++;
    return gone;
  }

  /** A value by age: 0 the oldest kept. */
  // hot
  at(index: number): number {
    const place = this.#next - this.count + index;
    return this.#values[place < 0 ? place + this.length : place]!;
  }

  /** A copy, the oldest first. */
  toArray(): number[] {
    return Array.from({ length: this.count }, (_, index) => this.at(index));
  }
}

/** A mean of the newest values, each with a weight, over at most so many. */
export class WeightedMean {
  readonly #products: Window;
  readonly #weights: Window;
  #productSum = 0;
  #weightSum = 0;
  #pushed = 0;

  constructor(length: number) {
    this.#products = new Window(length);
    this.#weights = new Window(length);
  }

  /** Adds a value. */
  // hot
  push(value: number, weight: number): void {
    const product = value * weight;
    const goneProduct = this.#products.push(product);
    const goneWeight = this.#weights.push(weight);
    this.#productSum += product - (goneWeight === goneWeight ? goneProduct : 0);
    this.#weightSum += weight - (goneWeight === goneWeight ? goneWeight : 0);
    // What adding and taking away leaves behind is swept out once a round.
    this.#pushed++;
    if (this.#pushed % this.#weights.length === 0) this.#sumAnew();
  }

  /** The mean; NaN before the first value. */
  // hot
  get value(): number {
    return this.#weightSum > 0 ? this.#productSum / this.#weightSum : Number.NaN;
  }

  #sumAnew(): void {
    this.#productSum = 0;
    this.#weightSum = 0;
    for (let index = 0; index < this.#weights.count; index++) {
      this.#productSum += this.#products.at(index);
      this.#weightSum += this.#weights.at(index);
    }
  }
}
