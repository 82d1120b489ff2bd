// A book by single orders: who waits where, in which turn, kept from add, change and removal.

import { Book } from './book.js';
import { BID, type Ladder, type Side } from './ladder.js';
import { OrderIndex } from './order-index.js';
import { createLinks, type OrderLinks, OrderQueues } from './order-queues.js';

/** Orders kept at once unless said otherwise; the largest CME snapshot we met has 13,600. */
export const ORDERS_MAX = 65_536;

/** What became of a message about an order. */
export type OrderOutcome =
  | 'done'
  /** No order has the id, and the level has no size of unnamed orders to take it from. */
  | 'unknown'
  /** An order of that id is there already. */
  | 'repeated'
  /** There is no room for one more. */
  | 'full'
  /** The message takes more than the order has left: the rest is dropped. */
  | 'excess'
  /** Not a whole size above zero, price or id. */
  | 'bad';

/** Counts of outcomes that were not `done`. */
export type OrderFaults = Record<Exclude<OrderOutcome, 'done'>, number>;

/**
 * A book by order (L3). Orders of one price wait in a queue, first come first; the sums of the
 * levels are the book's (L2). A level may also hold size of orders nobody named: what was there
 * before the messages began.
 *
 * ```
 * order:  id, price, side, left, slot of its level, next and previous in its queue
 * level:  size (in the ladder), unnamed, orders, first and last of its queue
 * ```
 *
 * Units: whole ticks and lots. Bound: `ordersMax`; more are refused as `full` and counted.
 */
export class OrderBook {
  readonly book: Book;
  readonly faults: OrderFaults = { unknown: 0, repeated: 0, full: 0, excess: 0, bad: 0 };
  /** Orders there are. */
  count = 0;
  readonly #index: OrderIndex;
  readonly #ids: Float64Array;
  readonly #prices: Float64Array;
  readonly #left: Float64Array;
  readonly #sides: Int8Array;
  readonly #links: OrderLinks;
  readonly #free: Int32Array;
  readonly #bidQueues: OrderQueues;
  readonly #askQueues: OrderQueues;

  constructor(ordersMax = ORDERS_MAX, levelsMax?: number) {
    this.book = new Book(levelsMax);
    this.#index = new OrderIndex(ordersMax);
    this.#ids = new Float64Array(ordersMax);
    this.#prices = new Float64Array(ordersMax);
    this.#left = new Float64Array(ordersMax);
    this.#sides = new Int8Array(ordersMax);
    this.#links = createLinks(ordersMax);
    this.#free = Int32Array.from({ length: ordersMax }, (_, order) => order);
    this.#bidQueues = new OrderQueues(this.book.bids.levelsMax, this.#links);
    this.#askQueues = new OrderQueues(this.book.asks.levelsMax, this.#links);
  }

  /** An order comes to the end of its queue. */
  // hot
  add(id: number, side: Side, priceTicks: number, sizeLots: number): OrderOutcome {
    if (!(isWhole(id) && Number.isSafeInteger(priceTicks) && isWhole(sizeLots)))
      return this.#fault('bad');
    if (this.#index.get(id) >= 0) return this.#fault('repeated');
    if (this.count === this.#ids.length) return this.#fault('full');
    const slot = this.#ensureLevel(side, priceTicks);
    if (slot < 0) return this.#fault('full');
    const order = this.#free[this.count++]!;
    this.#index.add(id, order);
    this.#ids[order] = id;
    this.#prices[order] = priceTicks;
    this.#left[order] = sizeLots;
    this.#sides[order] = side;
    this.#queues(side).enter(slot, order);
    this.book.side(side).sizes[slot]! += sizeLots;
    return 'done';
  }

  /**
   * Takes size from an order (a partial cancel or an execution); the last takes the order away.
   * Size of an unnamed order is taken from its level, whose side and price must be given.
   */
  // hot
  reduce(id: number, sizeLots: number, side: Side, priceTicks: number): OrderOutcome {
    const order = this.#index.get(id);
    if (order < 0) return this.#reduceUnnamed(side, priceTicks, sizeLots);
    const left = this.#left[order]!;
    if (sizeLots >= left) {
      this.#take(order);
      return sizeLots > left ? this.#fault('excess') : 'done';
    }
    if (!isWhole(sizeLots)) return this.#fault('bad');
    const ladder = this.book.side(this.#sideOf(order));
    this.#left[order] = left - sizeLots;
    ladder.sizes[ladder.find(this.#prices[order]!)]! -= sizeLots;
    return 'done';
  }

  /** Takes an order away, whatever it has left. */
  // hot
  remove(id: number): OrderOutcome {
    const order = this.#index.get(id);
    if (order < 0) return this.#fault('unknown');
    this.#take(order);
    return 'done';
  }

  /**
   * States an order's price and size anew. It keeps its turn only where the price stays and the
   * size does not grow. Source: CME Globex, "MBO functionality": order priority.
   */
  // hot
  modify(id: number, side: Side, priceTicks: number, sizeLots: number): OrderOutcome {
    if (!(Number.isSafeInteger(priceTicks) && isWhole(sizeLots))) return this.#fault('bad');
    const order = this.#index.get(id);
    if (order < 0) return this.#fault('unknown');
    const left = this.#left[order]!;
    const stays = this.#prices[order] === priceTicks && this.#sides[order] === side;
    if (!stays || sizeLots > left) {
      this.#take(order);
      return this.add(id, side, priceTicks, sizeLots);
    }
    this.#left[order] = sizeLots;
    const ladder = this.book.side(side);
    ladder.sizes[ladder.find(priceTicks)]! -= left - sizeLots;
    return 'done';
  }

  /** Adds size of orders that nobody names, as of a snapshot of levels. */
  // hot
  addUnnamed(side: Side, priceTicks: number, sizeLots: number): OrderOutcome {
    if (!(Number.isSafeInteger(priceTicks) && isWhole(sizeLots))) return this.#fault('bad');
    const slot = this.#ensureLevel(side, priceTicks);
    if (slot < 0) return this.#fault('full');
    this.#queues(side).unnamed[slot]! += sizeLots;
    this.book.side(side).sizes[slot]! += sizeLots;
    return 'done';
  }

  /** Forgets the worst level of a side with all its orders. */
  dropWorst(side: Side): void {
    const ladder = this.book.side(side);
    const slot = ladder.slotAt(ladder.count - 1);
    if (slot < 0) return;
    const queues = this.#queues(side);
    let order = queues.first[slot]!;
    while (order >= 0) {
      const next = this.#links.next[order]!;
      this.#release(order);
      order = next;
    }
    ladder.removeWorst();
  }

  /** Size that an order has left; NaN where it is unknown. Units: lots. */
  leftOf(id: number): number {
    const order = this.#index.get(id);
    return order < 0 ? Number.NaN : this.#left[order]!;
  }

  /** Size of the named and unnamed orders whose turn comes before an order's; NaN if unknown. */
  aheadOf(id: number): number {
    const order = this.#index.get(id);
    if (order < 0) return Number.NaN;
    const side = this.#sideOf(order);
    const slot = this.book.side(side).find(this.#prices[order]!);
    let ahead = this.#queues(side).unnamed[slot]!;
    const { previous } = this.#links;
    for (let at = previous[order]!; at >= 0; at = previous[at]!) {
      ahead += this.#left[at]!;
    }
    return ahead;
  }

  /** Orders that wait at a depth of a side, the unnamed not counted. */
  ordersAt(side: Side, depth: number): number {
    const slot = this.book.side(side).slotAt(depth);
    return slot < 0 ? 0 : this.#queues(side).orders[slot]!;
  }

  /** Takes everything away. */
  clear(): void {
    this.book.clear();
    this.#index.clear();
    for (let order = 0; order < this.#free.length; order++) this.#free[order] = order;
    this.count = 0;
  }

  #fault(outcome: keyof OrderFaults): OrderOutcome {
    this.faults[outcome]++;
    return outcome;
  }

  // hot
  #queues(side: Side): OrderQueues {
    return side === BID ? this.#bidQueues : this.#askQueues;
  }

  // hot
  #sideOf(order: number): Side {
    // Written from a `Side` in `add`.
    return this.#sides[order]! as Side;
  }

  /** Slot of a level; where there is no room the worst one gives way, with its orders. */
  // hot
  #ensureLevel(side: Side, priceTicks: number): number {
    const ladder = this.book.side(side);
    const known = ladder.find(priceTicks);
    if (known >= 0) return known;
    if (ladder.count === ladder.levelsMax) {
      const worst = ladder.priceAt(ladder.count - 1);
      if (priceTicks * side < worst * side) {
        ladder.dropped++;
        return -1;
      }
      ladder.dropped++;
      this.dropWorst(side);
    }
    const slot = ladder.ensure(priceTicks);
    this.#queues(side).open(slot);
    return slot;
  }

  // hot
  #reduceUnnamed(side: Side, priceTicks: number, sizeLots: number): OrderOutcome {
    const ladder = this.book.side(side);
    const slot = ladder.find(priceTicks);
    const queues = this.#queues(side);
    if (slot < 0 || !(queues.unnamed[slot]! >= sizeLots && isWhole(sizeLots))) {
      return this.#fault('unknown');
    }
    queues.unnamed[slot]! -= sizeLots;
    this.#lessen(ladder, slot, priceTicks, sizeLots);
    return 'done';
  }

  /** Takes an order out of its queue, its level and the index. */
  // hot
  #take(order: number): void {
    const side = this.#sideOf(order);
    const ladder = this.book.side(side);
    const slot = ladder.find(this.#prices[order]!);
    this.#queues(side).leave(slot, order);
    this.#lessen(ladder, slot, this.#prices[order]!, this.#left[order]!);
    this.#release(order);
  }

  // hot
  #lessen(ladder: Ladder, slot: number, priceTicks: number, sizeLots: number): void {
    const left = ladder.sizes[slot]! - sizeLots;
    ladder.sizes[slot] = left;
    if (left <= 0) ladder.remove(priceTicks);
  }

  // hot
  #release(order: number): void {
    this.#index.remove(this.#ids[order]!);
    this.#free[--this.count] = order;
  }
}

/** A whole number above zero that a float64 holds exactly. */
// hot
export function isWhole(value: number): boolean {
  return value > 0 && Number.isSafeInteger(value);
}
