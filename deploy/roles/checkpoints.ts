// What an actor is rebuilt from while its shard runs: a state at a close, what it was told since.

import type { Address, Message, Recovered, Snapshot } from '../../engine/index.js';
import type { PlacedEvent } from './recall.js';

/**
 * Messages kept for actors that missed closes because they were stopped: less than the points whose
 * records are kept, for a told point refers to its record.
 */
const MESSAGES_MAX = 400;

interface Checkpoint extends Snapshot {
  readonly step: number;
}

interface Told {
  readonly step: number;
  readonly message: Message;
}

/** Checkpoints of a shard's actors. */
export class Checkpoints {
  readonly #checkpoints = new Map<Address, Checkpoint>();
  #told: Told[] = [];

  /** Remembers actors as of a step; those that are not running keep what they had. */
  keep(actors: Iterable<readonly [Address, Snapshot]>, step: number): void {
    for (const [address, snapshot] of actors) {
      this.#checkpoints.set(address, { ...snapshot, step });
    }
    const oldest = Math.min(...Array.from(this.#checkpoints.values(), (one) => one.step));
    this.#told = this.#told.filter((told) => told.step > oldest).slice(-MESSAGES_MAX);
  }

  /** Notes a message that every portfolio was told as of a step. */
  told(step: number, message: Message): void {
    this.#told.push({ step, message });
  }

  /** Events that the checkpoint of an actor holds. */
  sequenceOf(address: Address): number {
    return this.#checkpoints.get(address)?.sequence ?? 0;
  }

  /** State, events and messages of an actor; `hears` is false for one that is not told them. */
  recovered(address: Address, events: readonly PlacedEvent[], hears: boolean): Recovered {
    const checkpoint = this.#checkpoints.get(address);
    const { step = -1 } = checkpoint ?? {};
    const messages = !hears
      ? []
      : this.#told
          .filter((told) => told.step > step)
          .map((told) => ({
            message: told.message,
            after: events.filter((event) => event.step < told.step).length,
          }));
    return {
      ...(checkpoint === undefined ? {} : { snapshot: checkpoint }),
      events: events.map(({ event }) => event),
      messages,
    };
  }
}
