// The latest figures of each portfolio on their way to the owner: a view, so older ones may go.

import type { Address } from '../../engine/index.js';
import type { FromShard } from './shard-messages.js';

/**
 * Least time between two posts, for each so many portfolios. A post costs the shard and the owner
 * some 10 us a portfolio, which with a thousand of them must not become all that they do.
 * Units: microseconds.
 */
const POST_US = 25_000;
const PORTFOLIOS_A_POST = 100;

/** Keeps what the owner has not had yet. */
export class LatestFigures {
  readonly #kept = new Map<Address, FromShard>();
  #postedUs = 0;

  /** Whether anything waits to be posted. */
  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  /** Keeps a portfolio's figures in the place of its older ones. */
  keep(portfolio: Address, figures: FromShard): void {
    this.#kept.set(portfolio, figures);
  }

  /** Posts all that is kept, unless it is too soon after the last time. */
  post(nowUs: number, post: (message: FromShard) => void): void {
    const pauseUs = POST_US * Math.ceil(this.#kept.size / PORTFOLIOS_A_POST);
    if (this.#kept.size === 0 || nowUs - this.#postedUs < pauseUs) return;
    this.#postedUs = nowUs;
    for (const message of this.#kept.values()) post(message);
    this.#kept.clear();
  }
}
