// Who runs which rows' history: a shard, and its owner beside it while the shard rehearses.

import { assert } from '../../engine/index.js';

/** Longest wait for the part that another thread is at. Units: milliseconds. */
const PART_MS_MAX = 60_000;

/** Lanes of the memory. */
const TAKEN = 0;
const DONE = 1;
const COUNT = 2;
const LANES = 3;

/** Allocates the memory of so many parts. */
export function createHistoryParts(count: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(LANES * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(memory)[COUNT] = count;
  return memory;
}

/**
 * Parts of a shard's history, each run once, by whoever takes it first. What a thread has written
 * in a part is seen by those that have waited for all.
 */
export class HistoryParts {
  readonly #lanes: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#lanes = new Int32Array(memory);
  }

  /** Parts that nobody else has taken, ascending; one is done when the next is asked for. */
  *taken(): Generator<number, void> {
    for (let part = this.#take(); part < this.#count; part = this.#take()) {
      yield part;
      Atomics.add(this.#lanes, DONE, 1);
      Atomics.notify(this.#lanes, DONE);
    }
  }

  /** Lets nobody take another one. */
  end(): void {
    Atomics.store(this.#lanes, TAKEN, this.#count);
  }

  /** Has every part done: what they would come to is there. Before anybody takes one. */
  fill(): void {
    this.end();
    Atomics.store(this.#lanes, DONE, this.#count);
  }

  /** Waits until every part is done. It blocks the thread, for as long as one takes at most. */
  wait(): void {
    for (let done = this.#done; done < this.#count; done = this.#done) {
      const end = Atomics.wait(this.#lanes, DONE, done, PART_MS_MAX);
      assert(end !== 'timed-out', 'warm_up.a_part_ends_in_time');
    }
  }

  get #count(): number {
    return this.#lanes[COUNT]!;
  }

  get #done(): number {
    return Atomics.load(this.#lanes, DONE);
  }

  #take(): number {
    return Atomics.add(this.#lanes, TAKEN, 1);
  }
}
