// A vendor's own order book, which changes the same way every time: what a copy of it must come to.

/** Levels of a side, by price. */
type Side = Map<number, number>;

/** Some changes that happened at once. Prices in cents, sizes in thousandths. */
export interface BookChange {
  readonly firstId: number;
  readonly lastId: number;
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
}

/** Between the sides, so that they never cross. Units: cents. */
const MIDDLE = 13_000;

/** Prices of a side, and ids of a change, at most. */
const WIDTH = 40;
const IDS = 3;

/** A book and its numbers. */
export class LoopbackBook {
  lastId = 1_000;
  readonly bids: Side = new Map();
  readonly asks: Side = new Map();
  #seed = 7;

  constructor() {
    for (let steps = 1; steps <= WIDTH; steps += 2) {
      this.bids.set(MIDDLE - steps, 100 * steps);
      this.asks.set(MIDDLE + steps, 100 * steps);
    }
  }

  /** Something happens. */
  change(): BookChange {
    const firstId = this.lastId + 1;
    const bids: [number, number][] = [];
    const asks: [number, number][] = [];
    this.lastId += 1 + this.#next(IDS);
    for (let id = firstId; id <= this.lastId; id++) {
      const isBid = this.#next(2) === 0;
      const steps = 1 + this.#next(WIDTH);
      const price = isBid ? MIDDLE - steps : MIDDLE + steps;
      // One in three takes the level away, whether or not there is one.
      const size = this.#next(3) === 0 ? 0 : 1 + this.#next(9_000);
      const side = isBid ? this.bids : this.asks;
      if (size === 0) side.delete(price);
      else side.set(price, size);
      (isBid ? bids : asks).push([price, size]);
    }
    return { firstId, lastId: this.lastId, bids, asks };
  }

  /** Levels of a side, the best first. */
  levels(side: 'bids' | 'asks'): [number, number][] {
    const sign = side === 'bids' ? -1 : 1;
    return [...this[side]].sort(([a], [b]) => sign * (a - b));
  }

  /** From 0 up to before a number. Source: Park and Miller, 1988. */
  #next(below: number): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed % below;
  }
}
