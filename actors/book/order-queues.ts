// The queues in which the orders of a book wait: one a level, first come first.

/** Neighbours of each order in its queue, -1 for none: one pair of columns for both sides. */
export interface OrderLinks {
  readonly next: Int32Array;
  readonly previous: Int32Array;
}

/** The links of so many orders. */
export function createLinks(ordersMax: number): OrderLinks {
  return { next: new Int32Array(ordersMax), previous: new Int32Array(ordersMax) };
}

/** The queues of one side, by slot of its ladder. */
export class OrderQueues {
  /** Size of orders nobody named: it was there before the messages began. Units: lots. */
  readonly unnamed: Float64Array;
  /** Orders that wait, the unnamed not counted. */
  readonly orders: Int32Array;
  /** The first order of each queue, -1 for none. */
  readonly first: Int32Array;
  readonly #last: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  constructor(levelsMax: number, { next, previous }: OrderLinks) {
    this.unnamed = new Float64Array(levelsMax);
    this.orders = new Int32Array(levelsMax);
    this.first = new Int32Array(levelsMax);
    this.#last = new Int32Array(levelsMax);
    this.#next = next;
    this.#previous = previous;
  }

  /** A level has come: nobody waits there. */
  // hot
  open(slot: number): void {
    this.unnamed[slot] = 0;
    this.orders[slot] = 0;
    this.first[slot] = -1;
    this.#last[slot] = -1;
  }

  /** An order comes to the end of a queue. */
  // hot
  enter(slot: number, order: number): void {
    const last = this.#last[slot]!;
    this.#previous[order] = last;
    this.#next[order] = -1;
    if (last < 0) this.first[slot] = order;
    else this.#next[last] = order;
    this.#last[slot] = order;
    this.orders[slot]!++;
  }

  /** An order leaves its queue, wherever it stands there. */
  // hot
  leave(slot: number, order: number): void {
    const next = this.#next[order]!;
    const previous = this.#previous[order]!;
    if (previous < 0) this.first[slot] = next;
    else this.#next[previous] = next;
    if (next < 0) this.#last[slot] = previous;
    else this.#previous[next] = previous;
    this.orders[slot]!--;
  }
}
