// Messages that fail every time: put aside with the state they met and why, bounded, replayable.

import type { Address } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import type { Envelope } from './envelope.js';

/** A message put aside. */
export interface Quarantined {
  readonly id: number;
  readonly address: Address;
  readonly envelope: Envelope;
  /** Encoded state that the message met, once its actor has been rebuilt. */
  state: unknown;
  /** What each try failed with, oldest first. */
  readonly failures: readonly string[];
  /** Event time. Units: microseconds. */
  readonly timeUs: number;
}

/** The messages put aside by one system. */
export class Quarantine {
  readonly #items: Quarantined[] = [];
  #nextId = 1;
  /** Messages that had to make room for newer ones. */
  dropped = 0;

  /** Puts a message aside. */
  add(envelope: Envelope, failures: readonly string[], timeUs: number): Quarantined {
    const id = this.#nextId++;
    const item = { id, address: envelope.to, envelope, state: undefined, failures, timeUs };
    this.#items.push(item);
    if (this.#items.length > LIMITS.quarantineKept) {
      this.#items.shift();
      this.dropped++;
    }
    return item;
  }

  /** What is put aside, oldest first; of one actor or of all. */
  list(address?: Address): readonly Quarantined[] {
    return this.#items.filter((item) => address === undefined || item.address === address);
  }

  /** Whether this very message of an actor is put aside. */
  holds(address: Address, message: Envelope['message']): boolean {
    return this.#items.some(
      (item) => item.address === address && item.envelope.message === message,
    );
  }

  /** Takes a message out, to be tried again or thrown away. */
  take(id: number): Quarantined | undefined {
    const index = this.#items.findIndex((item) => item.id === id);
    return index < 0 ? undefined : this.#items.splice(index, 1)[0];
  }
}
