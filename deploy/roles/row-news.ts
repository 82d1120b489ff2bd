// Tells the owner that rows have changed: once it asked, and no sooner than the shard has a moment.

/**
 * Passes of the loop without a frame before the shard is taken to rest, some microseconds: prints
 * come in bursts, of which the owner should be told the whole.
 */
const EMPTY_PASSES = 20;

/** Longest time that a shard which never rests keeps news of rows. Units: microseconds. */
const HELD_US_MAX = 500;

/** What news of rows leave by. */
export interface RowNewsDoor {
  readonly monotonicUs: () => number;
  readonly post: (message: { readonly kind: 'rows' }) => void;
  /** Wakes the owner at once. */
  readonly wake: () => void;
}

/** Allocates the word in which the owner asks for the next news, of whichever shard. */
export function createRowsWish(): SharedArrayBuffer {
  return new SharedArrayBuffer(4);
}

/** The owner's side: asks to be told once. Whoever looks asks first, so that nothing is missed. */
export class RowsWish {
  readonly #wish: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#wish = new Int32Array(memory);
  }

  ask(): void {
    Atomics.store(this.#wish, 0, 1);
  }
}

/** The shard's side. */
export class RowNews {
  readonly #wish: Int32Array;
  readonly #door: RowNewsDoor;
  #hasNews = false;
  #emptyPasses = 0;
  #sinceUs = 0;

  constructor(memory: SharedArrayBuffer, door: RowNewsDoor) {
    this.#wish = new Int32Array(memory);
    this.#door = door;
  }

  /** Frames were taken, which may have changed rows. */
  // hot
  note(): void {
    this.#hasNews = true;
    this.#emptyPasses = 0;
  }

  /** Called once a pass: tells once the shard rests, or has kept the news for long enough. */
  // hot
  step(): void {
    if (!this.#hasNews) return;
    if (Atomics.load(this.#wish, 0) === 0) {
      this.#forget();
      return;
    }
    const nowUs = this.#door.monotonicUs();
    if (this.#sinceUs === 0) this.#sinceUs = nowUs;
    this.#emptyPasses++;
    if (this.#emptyPasses >= EMPTY_PASSES || nowUs - this.#sinceUs >= HELD_US_MAX) this.tell();
  }

  /** Tells of what has changed, before work that takes a while. */
  tell(): void {
    const isAsked = this.#hasNews && Atomics.exchange(this.#wish, 0, 0) === 1;
    this.#forget();
    if (!isAsked) return;
    this.#door.post({ kind: 'rows' });
    this.#door.wake();
  }

  /** An owner that has not asked is about to look, or nobody wants to know. */
  #forget(): void {
    this.#hasNews = false;
    this.#sinceUs = 0;
  }
}
