// Rebuilds a book from LOBSTER's messages and holds it against LOBSTER's snapshot after each.

import { ASK, BID, OrderBook, type Side } from '../../../actors/book/index.js';
import { type BookCheck, Reasons, SAMPLES_MAX } from './check-result.js';
import { EMPTY_PRICE, lobsterDepth, lobsterLines, MESSAGE, TYPE, WIDTH } from './lobster-files.js';
import { numberRow } from './number-row.js';

/**
 * Checks one file of messages against the `orderbook` file beside it: after each message all
 * levels, prices and sizes, must equal the snapshot. The first row seeds the book with size of
 * orders nobody named. The files tell nothing below their depth: a level pushed out is forgotten,
 * and one that comes up from below is taken from the snapshot (`revealed`), at most one a message,
 * at the last place, on the side that lost a level.
 * Errors: those of `lobsterDepth` and `lobsterLines`.
 */
export async function checkLobster(path: string): Promise<BookCheck> {
  const replay = new LobsterReplay(lobsterDepth(path));
  for await (const lines of lobsterLines(path)) {
    for (const { message, snapshot } of lines) replay.step(message, snapshot);
  }
  return replay.result(path);
}

/** One file under way. */
class LobsterReplay {
  readonly #depth: number;
  readonly #orders: OrderBook;
  readonly #reasons = new Reasons();
  readonly #message = new Float64Array(MESSAGE.columns);
  readonly #snapshot: Float64Array;
  readonly #samples: string[] = [];
  #row = 0;
  #isSeeded = false;
  #updates = 0;
  #comparisons = 0;
  #mismatches = 0;
  #revealed = 0;

  constructor(depth: number) {
    this.#depth = depth;
    // One more than is told: a level comes in before the last one is pushed out.
    this.#orders = new OrderBook(undefined, depth + 1);
    this.#snapshot = new Float64Array(depth * WIDTH);
  }

  step(messageLine: string, snapshotLine: string): void {
    this.#row++;
    if (numberRow(snapshotLine, this.#snapshot) !== this.#depth * WIDTH) {
      this.#reasons.count('bad_snapshot');
      this.#isSeeded = false;
      return;
    }
    if (!this.#isSeeded) {
      this.#seed();
      return;
    }
    if (numberRow(messageLine, this.#message) !== MESSAGE.columns) {
      this.#reasons.count('bad_message');
      this.#isSeeded = false;
      return;
    }
    this.#apply();
    this.#compare();
  }

  result(file: string): BookCheck {
    return {
      file,
      format: 'lobster',
      updates: this.#updates,
      comparisons: this.#comparisons,
      mismatches: this.#mismatches,
      resyncs: this.#reasons.total,
      details: {
        depth: this.#depth,
        rows: this.#row,
        revealed: this.#revealed,
        ordersOpen: this.#orders.count,
        ...this.#orders.faults,
      },
      rejectedByReason: this.#reasons.counts,
      samples: this.#samples,
    };
  }

  /** Takes the whole snapshot: the orders behind it are unknown. */
  #seed(): void {
    this.#orders.clear();
    for (let level = 0; level < this.#depth; level++) {
      this.#reveal(ASK, level);
      this.#reveal(BID, level);
    }
    this.#isSeeded = true;
  }

  #apply(): void {
    const message = this.#message;
    const id = message[MESSAGE.id]!;
    const size = message[MESSAGE.size]!;
    const price = message[MESSAGE.price]!;
    const side: Side = message[MESSAGE.direction] === 1 ? BID : ASK;
    switch (message[MESSAGE.type]) {
      case TYPE.add:
        this.#orders.add(id, side, price, size);
        break;
      case TYPE.reduce:
      case TYPE.remove:
      case TYPE.execute:
        this.#orders.reduce(id, size, side, price);
        break;
      case TYPE.executeHidden:
      case TYPE.cross:
      case TYPE.halt:
        // What was hidden, or traded in an auction, never stood in the book.
        return;
      default:
        this.#reasons.count('unknown_type');
        return;
    }
    this.#updates++;
  }

  #compare(): void {
    this.#comparisons++;
    const isEqual = this.#isSideEqual(ASK) && this.#isSideEqual(BID);
    if (isEqual) return;
    this.#mismatches++;
    if (this.#samples.length < SAMPLES_MAX) this.#samples.push(this.#difference());
    this.#seed();
  }

  /** Compares a side, after taking the one level that may have come up from below. */
  #isSideEqual(side: Side): boolean {
    const ladder = this.#orders.book.side(side);
    if (ladder.count > this.#depth) this.#orders.dropWorst(side);
    if (ladder.count === this.#depth - 1) {
      if (this.#reveal(side, this.#depth - 1)) this.#revealed++;
    }
    for (let level = 0; level < this.#depth; level++) {
      const price = this.#priceOf(side, level);
      const isEmpty = Math.abs(price) >= EMPTY_PRICE;
      if (isEmpty ? level < ladder.count : ladder.priceAt(level) !== price) return false;
      if (!isEmpty && ladder.sizeAt(level) !== this.#sizeOf(side, level)) return false;
    }
    return true;
  }

  /** Takes a level from the snapshot; false where it is empty there. */
  #reveal(side: Side, level: number): boolean {
    const price = this.#priceOf(side, level);
    if (Math.abs(price) >= EMPTY_PRICE) return false;
    this.#orders.addUnnamed(side, price, this.#sizeOf(side, level));
    return true;
  }

  #priceOf(side: Side, level: number): number {
    return this.#snapshot[level * WIDTH + (side === ASK ? 0 : 2)]!;
  }

  #sizeOf(side: Side, level: number): number {
    return this.#snapshot[level * WIDTH + (side === ASK ? 1 : 3)]!;
  }

  #difference(): string {
    const { asks, bids } = this.#orders.book;
    const levels: string[] = [];
    for (let level = 0; level < this.#depth; level++) {
      const told = [ASK, BID].flatMap((side) => [
        // Both are of the type `Side`; the array's own is wider.
        this.#priceOf(side as Side, level),
        this.#sizeOf(side as Side, level),
      ]);
      const own = [asks, bids].flatMap((ladder) => [ladder.priceAt(level), ladder.sizeAt(level)]);
      if (told.join() !== own.join())
        levels.push(`level ${level + 1} expected ${told}, was ${own}`);
    }
    return `row ${this.#row}: ${levels.join('; ').slice(0, 400)}`;
  }
}
