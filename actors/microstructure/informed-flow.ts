// How one-sided the flow is, trade by trade: VPIN over the newest buckets.

import { Window } from './window.js';

/**
 * Volume-synchronised probability of informed trading, streaming: equal to `vpin` of the execution
 * module over the last `buckets` complete ones. The side of each trade is known or inferred, not
 * spread over both by the price change. NaN before so many are complete.
 * Source: Easley, Lopez de Prado and O'Hara, Rev. Financial Studies 25 (2012).
 */
export class InformedFlow {
  readonly #bucketSize: number;
  readonly #oneSided: Window;
  #bought = 0;
  #sold = 0;
  #sum = 0;

  constructor(bucketSize: number, buckets: number) {
    this.#bucketSize = bucketSize;
    this.#oneSided = new Window(buckets);
  }

  // hot
  get value(): number {
    const { count, length } = this.#oneSided;
    return count < length ? Number.NaN : this.#sum / (length * this.#bucketSize);
  }

  /** A trade; one without a side is left out. */
  // hot
  push(size: number, side: number): void {
    if (side === 0) return;
    let left = size;
    // Whole buckets that the rest of the trade would push out again are left out at once.
    const spare = size - (this.#oneSided.length + 1) * this.#bucketSize;
    if (spare > 0) left -= Math.floor(spare / this.#bucketSize) * this.#bucketSize;
    while (left > 0) {
      const room = this.#bucketSize - this.#bought - this.#sold;
      const taken = left < room ? left : room;
      if (side > 0) this.#bought += taken;
      else this.#sold += taken;
      left -= taken;
      if (taken < room) return;
      this.#complete();
    }
  }

  // hot
  #complete(): void {
    const oneSided = Math.abs(this.#bought - this.#sold);
    const gone = this.#oneSided.push(oneSided);
    this.#sum += oneSided - (gone === gone ? gone : 0);
    this.#bought = 0;
    this.#sold = 0;
  }
}
