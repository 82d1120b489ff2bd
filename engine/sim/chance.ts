// Seeded chance of a simulated world: every stream has a name, so that one does not move another.

import { nextRandom } from '../core/random.js';
import { hashText } from '../shard/placement.js';

/** One stream of chance. */
export class Chance {
  readonly #state: Uint32Array;

  /** `name` tells the streams of one seed apart. */
  constructor(seed: number, name: string) {
    this.#state = Uint32Array.of(hashText(`${seed} ${name}`));
  }

  /** Next number in [0, 1). */
  next(): number {
    return nextRandom(this.#state);
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True in so large a share of calls. */
  happens(share: number): boolean {
    return this.next() < share;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
