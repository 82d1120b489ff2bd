// How long the turns of one actor take, of those that are timed.

/** Buckets in each power of two: a time is told to a fifth. */
const STEPS = 4;

/** Powers of two covered: a second, beyond which a turn is a hang. Units: of microseconds. */
const POWERS = 20;
const BUCKETS = STEPS * POWERS;

/** A count that is full halves all: old turns count less then. */
const COUNT_MAX = 65_535;

/** Turns from a short one that was timed to the next, and from a long one: seldom and soon. */
const NEXT_AFTER_SHORT = 251;
const NEXT_AFTER_LONG = 7;

/** A turn this long is timed again soon: two looks at the clock are a hundredth. Units: us. */
const LONG_US = 2;

/**
 * Turns of an actor between its first and the first that is timed. Primes, as the others: turns
 * that come in sixes, such as the points of a session, are all met.
 */
export const FIRST_TIMED = NEXT_AFTER_LONG;

/** Times of an actor's turns. */
export class TurnTimes {
  readonly #counts = new Uint16Array(BUCKETS);
  #count = 0;

  /** Notes a time; gives after how many turns the next is due. Units: microseconds. */
  note(tookUs: number): number {
    const bucket = tookUs < 1 ? 0 : Math.min(BUCKETS - 1, Math.floor(STEPS * Math.log2(tookUs)));
    if (this.#counts[bucket] === COUNT_MAX) this.#halve();
    this.#counts[bucket]!++;
    this.#count++;
    return tookUs < LONG_US ? NEXT_AFTER_SHORT : NEXT_AFTER_LONG;
  }

  /** Time that a share of the turns stays below, as a bucket's upper edge. Units: microseconds. */
  percentile(share: number): number {
    let above = Math.floor(this.#count * (1 - share));
    for (let bucket = BUCKETS - 1; bucket >= 0; bucket--) {
      above -= this.#counts[bucket]!;
      if (above < 0) return Math.ceil(2 ** ((bucket + 1) / STEPS));
    }
    return 0;
  }

  #halve(): void {
    this.#count = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.#counts[bucket] = this.#counts[bucket]! >> 1;
      this.#count += this.#counts[bucket]!;
    }
  }
}
