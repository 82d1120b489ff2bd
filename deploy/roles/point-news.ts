// What a point says of limits and alerts: gathered, so that one commit of the owner takes it all.

import type { FromShard } from './shard-messages.js';

/** What an actor or a judge publishes. */
type Published = FromShard & { readonly kind: 'published' };

/**
 * Longest time that what was said first waits for what is said last: of thousands of portfolios a
 * point takes many times as long. Units: microseconds.
 */
const HELD_US = 1_000;

/** What the news of a point leave by. */
export interface PointNewsDoor {
  readonly monotonicUs: () => number;
  readonly post: (message: FromShard) => void;
  /** Wakes the owner at once. */
  readonly wake: () => void;
}

/** Holds what must be on disk before anybody hears of it. */
export class PointNews {
  readonly #door: PointNewsDoor;
  #held: Published[] = [];
  #sinceUs = 0;

  constructor(door: PointNewsDoor) {
    this.#door = door;
  }

  /** Takes what was said, in its order. */
  add(said: Published): void {
    const nowUs = this.#door.monotonicUs();
    if (this.#held.length === 0) this.#sinceUs = nowUs;
    this.#held.push(said);
    if (nowUs - this.#sinceUs > HELD_US) this.post();
  }

  /** Posts what is held, if anything, ahead of whatever else the shard is about to do. */
  post(): void {
    if (this.#held.length === 0) return;
    this.#door.post({ kind: 'news', said: this.#held });
    this.#held = [];
    this.#door.wake();
  }
}
