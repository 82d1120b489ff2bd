// Which actors are in memory, by last use: beyond the budget the idlest leave.

import type { Cell } from './cell.js';

/** Actors looked at in one trim for one that may leave: a bound on its cost. */
const LOOKS_MAX = 1_000;

/** How many actors stay in memory, and of which kinds; of all where that is left out. */
export interface Budget {
  readonly actors: number;
  readonly kinds?: ReadonlySet<string> | undefined;
}

/** A list of actors from the longest unused to the latest used. */
export class Residents {
  readonly #budget: number;
  readonly #kinds: ReadonlySet<string> | undefined;
  #oldest: Cell | undefined;
  #newest: Cell | undefined;
  #count = 0;

  constructor({ actors, kinds }: Budget) {
    this.#budget = actors;
    this.#kinds = kinds;
  }

  /** Actors in the list. */
  get count(): number {
    return this.#count;
  }

  /** Whether so many are over the budget that no further actor may come in. */
  get isFull(): boolean {
    return this.#count >= this.#budget * 2;
  }

  /** Puts an actor last in line to leave. */
  // hot
  touch(cell: Cell): void {
    // Without a budget nobody leaves, and keeping a list would cost every visit.
    if (this.#newest === cell || this.#budget === Number.POSITIVE_INFINITY) return;
    if (this.#kinds?.has(cell.kind.behaviour.kind) === false) return;
    if (cell.older !== undefined || cell.newer !== undefined || this.#oldest === cell) {
      this.#unlink(cell);
    } else this.#count++;
    cell.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = cell;
    else this.#oldest = cell;
    this.#newest = cell;
  }

  /** Forgets an actor that has left. */
  remove(cell: Cell): void {
    if (cell.older === undefined && cell.newer === undefined && this.#oldest !== cell) return;
    this.#unlink(cell);
    this.#count--;
  }

  /** Calls `leave` for idle actors, the longest unused first, until the budget is kept. */
  trim(leave: (cell: Cell) => void): void {
    let over = this.#count - this.#budget;
    let cell = this.#oldest;
    for (let looks = 0; over > 0 && cell !== undefined && looks < LOOKS_MAX; looks++) {
      const next: Cell | undefined = cell.newer;
      if (cell.isIdle) {
        leave(cell);
        over--;
      } else if (cell !== this.#newest) {
        // One that can't leave is looked at last next time.
        this.touch(cell);
      }
      cell = next;
    }
  }

  #unlink(cell: Cell): void {
    if (cell.older === undefined) this.#oldest = cell.newer;
    else cell.older.newer = cell.newer;
    if (cell.newer === undefined) this.#newest = cell.older;
    else cell.newer.older = cell.older;
    cell.older = undefined;
    cell.newer = undefined;
  }
}
