// Brings actors forward that are held, stopped or out of memory, so that nothing they missed grows.

import type { ActorSystem, Address } from '../../engine/index.js';
import type { Checkpoints } from './checkpoints.js';
import type { PlacedEvent } from './recall.js';

/** Tries to bring an actor forward, as many as a message has in turns. */
const TRIES_MAX = 3;

/** What the absent need of their shard. */
export interface AbsentSide {
  readonly system: () => ActorSystem;
  readonly checkpoints: Checkpoints;
  readonly hearers: readonly Address[];
  /** Whether an actor's events have been asked for, and not come yet. */
  readonly isAsked: (address: Address) => boolean;
  /** Asks for an actor's events since its checkpoint, those that the market has come to. */
  readonly askEvents: (address: Address, done: (events: readonly PlacedEvent[]) => void) => void;
  /** Takes note of messages that an actor will never be told. */
  readonly missed: (count: number) => void;
}

/**
 * Those of a shard's actors that take no turns. Their checkpoints are given what they were told
 * meanwhile, in its order, as their own recovery would; they themselves stay as they are.
 */
export class Absent {
  readonly #shard: AbsentSide;
  /** Tries of actors that could not be brought forward, since the last that could. */
  readonly #tries = new Map<Address, number>();

  constructor(shard: AbsentSide) {
    this.#shard = shard;
  }

  /** Whether every absent actor's checkpoint is as of a step; what is missing is asked for. */
  isForward(step: number): boolean {
    const { hearers, checkpoints, system, isAsked } = this.#shard;
    let isForward = true;
    for (const address of hearers) {
      if (checkpoints.stepOf(address) >= step || system().isRunning(address)) continue;
      isForward = false;
      if (!isAsked(address)) this.#bring(address, step);
    }
    return isForward;
  }

  #bring(address: Address, step: number): void {
    const { askEvents, checkpoints, missed, system } = this.#shard;
    askEvents(address, (events) => {
      if (system().isRunning(address)) return;
      try {
        const snapshot = system().foldAside(address, checkpoints.recovered(address, events));
        checkpoints.put(address, snapshot, step);
        checkpoints.trim();
      } catch {
        const tries = (this.#tries.get(address) ?? 0) + 1;
        this.#tries.set(address, tries);
        if (tries < TRIES_MAX) return;
        // It would fail so when it is restarted, too: its own failure tells why it was stopped.
        missed(checkpoints.forfeit(address, step));
      }
      this.#tries.delete(address);
    });
  }
}
