// Which turn is under way, where it outlives the thread; and which ones have ended threads before.

/** The link between turns and the deaths of their thread. */
export class Suspicion {
  readonly #mark: Int32Array;
  readonly #guilty: Set<number>;

  /**
   * `mark` lies in shared memory: its first word is the turn under way, or 0. `guilty` are the marks
   * of turns in which the thread has ended too often.
   */
  constructor(mark: Int32Array, guilty: readonly number[]) {
    this.#mark = mark;
    this.#guilty = new Set(guilty);
  }

  /** Marks a turn as under way; true, once, if it is guilty and must not be run. */
  // hot
  blame(mark: number): boolean {
    if (this.#guilty.size > 0 && this.#guilty.delete(mark)) return true;
    this.#mark[0] = mark;
    return false;
  }

  /** No turn is under way. */
  // hot
  clear(): void {
    this.#mark[0] = 0;
  }
}
