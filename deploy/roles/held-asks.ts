// Questions that wait until a shard has caught up with its journal.

import type { Reply } from '../../engine/index.js';
import type { ToShard } from './shard-messages.js';

/** Questions held back while journaled events are put back between the frames. */
const ASKS_HELD_MAX = 10_000;

/** A question from the owner, or what an actor of another shard asks or tells. */
export type Ask = ToShard & { readonly kind: 'ask' | 'deliver' };

/** What a question beyond the bound, or beyond its deadline, is told: it has not been asked. */
export const CATCHING_UP: Extract<Reply, { readonly kind: 'refused' }> = {
  kind: 'refused',
  code: 'shard.catching_up',
  text: 'expected the shard to have caught up with its journal in time; nothing was done, try again',
};

/** A question, and when its asker has given up waiting. */
interface Held {
  readonly ask: Ask;
  readonly untilUs: number;
}

/** A bounded queue of questions; waiting counts against their deadlines. */
export class HeldAsks {
  #held: Held[] = [];

  /** Keeps a question; false when there is no room for it. Units: monotonic microseconds. */
  hold(ask: Ask, nowUs: number): boolean {
    if (this.#held.length >= ASKS_HELD_MAX) return false;
    // What nobody waits for an answer to waits as long as it takes.
    const isTold = ask.kind === 'deliver' && ask.id === 0;
    const untilUs = isTold ? Number.POSITIVE_INFINITY : nowUs + ask.deadlineUs;
    this.#held.push({ ask, untilUs });
    return true;
  }

  /** Time until a question has waited too long, or Infinity. Units: microseconds. */
  dueUs(nowUs: number): number {
    let dueUs = Number.POSITIVE_INFINITY;
    for (const { untilUs } of this.#held) dueUs = Math.min(dueUs, untilUs - nowUs);
    return Math.max(0, dueUs);
  }

  /** Gives back those whose asker has given up: done now, they would be a surprise. */
  expire(nowUs: number): readonly Ask[] {
    if (this.dueUs(nowUs) > 0) return [];
    const late = this.#held.filter(({ untilUs }) => untilUs <= nowUs);
    this.#held = this.#held.filter(({ untilUs }) => untilUs > nowUs);
    return late.map(({ ask }) => ask);
  }

  /** Gives all questions back, in order, with what is left of their deadlines. */
  release(nowUs: number): readonly Ask[] {
    if (this.#held.length === 0) return [];
    const asks = this.#held.map(({ ask, untilUs }) => ({ ...ask, deadlineUs: untilUs - nowUs }));
    this.#held = [];
    return asks;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#held.length === 0;
  }
}
