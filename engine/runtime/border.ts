// Where a system meets other threads: what their actors send, ask and watch, and what became of
// what was sent there.

import type { Address } from '../core/address.js';
import { assert } from '../core/assert.js';
import type { Refusal } from '../core/fault.js';
import type { Envelope, Reply } from './envelope.js';
import type { Hub } from './hub.js';
import { TERMINATED } from './kinds.js';

/** The side of a system that its owner hands to what comes from other threads. */
export class ThreadBorder {
  readonly #hub: Hub;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /**
   * Puts a message of another thread into its actor's mailbox, starting the actor if it is not
   * there; sends it on where the actor has moved. Errors: bug for an ask, see `takeAsk`.
   */
  deliver(envelope: Envelope): void {
    assert(envelope.ask === 0, 'system.delivers_what_was_told');
    this.#hub.deliver(envelope);
  }

  /**
   * Takes in what an actor of another thread asks, and calls `answer` once: reply, refusal or
   * time-out. An ask's number is its own system's, so here it has another. Word of an end is told
   * until it was handled.
   */
  takeAsk(envelope: Envelope, deadlineUs: number, answer: (reply: Reply) => void): void {
    if (envelope.message.kind === TERMINATED) {
      this.#hub.ends.take(envelope, deadlineUs, answer);
      return;
    }
    const ask = this.#hub.asks.open(deadlineUs, answer);
    if (ask !== 0) this.#hub.deliver({ ...envelope, ask });
  }

  /** Gives an ask that left through `outbound` its answer; after its end it is a dead letter. */
  answered(envelope: Envelope, reply: Reply): void {
    this.#hub.answer(envelope, reply);
  }

  /** Takes in who watches an actor of this thread: it is told of the end, also one long ago. */
  watched(other: Address, watcher: Address): void {
    this.#hub.watched(other, watcher);
  }

  /** Takes that back. */
  unwatched(other: Address, watcher: Address): void {
    this.#hub.watches.remove(other, watcher);
  }

  /** Forgets who watches an actor that another thread has from now on. */
  forgetWatchers(address: Address): void {
    this.#hub.watches.forget(address);
  }

  /** Counts a message that left through `outbound` and reached nobody, and tells its asker. */
  undelivered(envelope: Envelope, { code, text }: Pick<Refusal, 'code' | 'text'>): void {
    this.#hub.dead(envelope, code, text);
  }
}
