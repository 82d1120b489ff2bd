// Questions that wait until a shard has caught up with its journal.

import type { Reply } from '../../engine/index.js';
import type { ToShard } from './shard-messages.js';

/** Questions held back while journaled events are put back between the frames. */
const ASKS_HELD_MAX = 10_000;

/** A question from the owner. */
export type Ask = ToShard & { readonly kind: 'ask' };

/** What a question beyond the bound is told. */
export const CATCHING_UP: Reply = {
  kind: 'refused',
  code: 'shard.catching_up',
  text: 'expected the shard to have caught up with its journal; try again',
};

/** A bounded queue of questions. */
export class HeldAsks {
  #asks: Ask[] = [];

  /** Keeps a question; false when there is no room for it. */
  hold(ask: Ask): boolean {
    if (this.#asks.length >= ASKS_HELD_MAX) return false;
    this.#asks.push(ask);
    return true;
  }

  /** Gives all questions back, in order. */
  release(): readonly Ask[] {
    const asks = this.#asks;
    if (asks.length > 0) this.#asks = [];
    return asks;
  }
}
