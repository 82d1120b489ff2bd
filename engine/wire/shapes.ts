// Which keys an object has, found in one walk over them: a tree with one step a key.

import { SHAPE_KEYS_MAX, SHAPES_MAX } from './tags.js';

/** Steps of the tree: a bound on what objects of ever new keys can take. */
const STEPS_MAX = 8 * SHAPES_MAX;

/** Number of an end at which no shape is known yet. */
export const NO_SHAPE = -1;

/** A place in the tree: the keys so far. */
export class Step {
  readonly depth: number;
  shape = NO_SHAPE;
  /** The key that came next the last time: mostly it is the same again. */
  key = '';
  next: Step | undefined = undefined;
  others: Map<string, Step> | undefined = undefined;

  constructor(depth: number) {
    this.depth = depth;
  }
}

/** The shapes of one sender. */
export class Shapes {
  readonly #root = new Step(0);
  readonly #ends: Step[] = [];
  #steps = 0;

  /** How many shapes are known. */
  get count(): number {
    return this.#ends.length;
  }

  /** The end of an object's keys, or undefined where there are too many or too many new ones. */
  // hot
  find(value: object): Step | undefined {
    let step = this.#root;
    for (const key in value) {
      if (step.key === key && step.next !== undefined) step = step.next;
      else {
        const other = this.#other(step, key);
        if (other === undefined) return undefined;
        step = other;
      }
    }
    return step;
  }

  /** Makes an end the next shape; false when there are as many as may be. */
  add(end: Step): boolean {
    if (this.#ends.length === SHAPES_MAX) return false;
    end.shape = this.#ends.length;
    this.#ends.push(end);
    return true;
  }

  /** Forgets the shapes beyond the first `count`: they were never sent. */
  truncate(count: number): void {
    while (this.#ends.length > count) this.#ends.pop()!.shape = NO_SHAPE;
  }

  #other(step: Step, key: string): Step | undefined {
    let found = step.others?.get(key);
    if (found === undefined) {
      if (this.#steps === STEPS_MAX || step.depth === SHAPE_KEYS_MAX) return undefined;
      this.#steps++;
      found = new Step(step.depth + 1);
      step.others ??= new Map();
      step.others.set(key, found);
    }
    step.key = key;
    step.next = found;
    return found;
  }
}
