// How often threads may die within a period before they are given up.

/** Counts deaths; what lived longer than the period between two of them has begun anew. */
export class Deaths {
  readonly #most: number;
  readonly #periodMs: number;
  #timesMs: number[] = [];

  /** So many may die within a period. */
  constructor(most: number, periodMs: number) {
    this.#most = most;
    this.#periodMs = periodMs;
  }

  /** Notes a death; whether there were too many now. Units: milliseconds of any clock. */
  isTooMany(nowMs: number): boolean {
    this.#timesMs = this.#timesMs.filter((time) => nowMs - time < this.#periodMs);
    this.#timesMs.push(nowMs);
    return this.#timesMs.length > this.#most;
  }
}
