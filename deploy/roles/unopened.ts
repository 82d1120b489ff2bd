// Portfolios that no state is kept of: what all would have been told is kept once, and whoever is
// addressed is made of it.

import type { Address, Message } from '../../engine/index.js';
import type { Told } from './checkpoints.js';

/**
 * Marks kept: those of 500 sessions, no more than there are returns to judge them by. A portfolio
 * that is opened later begins with the oldest that is kept.
 */
const MARKS_MAX = 3_000;

/** The kind of message of which the oldest may be left out. */
const MARK = 'marked';

/** Those of a shard that are not opened, and what a newcomer has to be told. */
export class Unopened {
  readonly #addresses: Set<Address>;
  readonly #keepsPast: boolean;
  readonly #past: Told[];
  #marks = 0;

  /** `past` is that of a snapshot; `keepsPast` says that some may have to be opened. */
  constructor(addresses: Iterable<Address>, past: readonly Told[], keepsPast: boolean) {
    this.#addresses = new Set(addresses);
    this.#past = [...past];
    this.#keepsPast = keepsPast;
    for (const { message } of past) if (message.kind === MARK) this.#marks++;
  }

  /** How many there are. */
  get count(): number {
    return this.#addresses.size;
  }

  /** What all have been told since the start, oldest first. */
  get past(): readonly Told[] {
    return this.#past;
  }

  /** Whether an actor is not opened. */
  has(address: Address): boolean {
    return this.#addresses.has(address);
  }

  /** An actor is not opened any more, or was never here. */
  delete(address: Address): boolean {
    return this.#addresses.delete(address);
  }

  /** Nothing but the journal and what all were told is kept of an actor from now on. */
  add(address: Address): void {
    this.#addresses.add(address);
  }

  /**
   * Notes what all are told as of a step; returns how many messages nobody will hear, as the oldest
   * mark is left out for this one.
   */
  note(step: number, message: Message): number {
    if (!this.#keepsPast) return 0;
    this.#past.push({ step, message: lasting(message) });
    if (message.kind !== MARK || ++this.#marks <= MARKS_MAX) return 0;
    this.#marks--;
    const oldest = this.#past.findIndex((told) => told.message.kind === MARK);
    this.#past.splice(oldest, 1);
    return this.#addresses.size;
  }
}

/** A message whose prices stay as they are: those of a point lie where a later one will. */
function lasting(message: Message): Message {
  const { prices } = message as Message & { readonly prices?: Float64Array };
  if (prices === undefined) return message;
  // Shared, so that snapshots hand it on for nothing.
  const kept = new Float64Array(new SharedArrayBuffer(prices.byteLength));
  kept.set(prices);
  return { ...message, prices: kept } as Message;
}
