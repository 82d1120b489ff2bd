// Brings actors forward that are held, stopped or out of memory, so that nothing they missed grows.

import type { ActorStates, ActorSystem, Address, Snapshot } from '../../engine/index.js';
import type { Checkpoints } from './checkpoints.js';
import type { PlacedEvent } from './recall.js';

/** Tries to bring an actor forward, as many as a message has in turns. */
const TRIES_MAX = 3;

/**
 * Actors looked at in one pass, and brought forward if they are absent, at a millisecond or less
 * each: a shard with many thousands of them goes on answering, and its watchdog sees it alive.
 */
const BRINGS_A_PASS = 32;

/** What the absent need of their shard. */
export interface AbsentSide {
  readonly system: () => Pick<ActorSystem, 'isRunning'> & {
    readonly states: Pick<ActorStates, 'foldAside'>;
  };
  readonly checkpoints: Checkpoints;
  readonly hearers: readonly Address[];
  /** Whether an actor's checkpoint holds every event that the market has come to. */
  readonly isWhole: (address: Address) => boolean;
  /** Whether an actor's events have been asked for, and not come yet. */
  readonly isAsked: (address: Address) => boolean;
  /** Asks for an actor's events since its checkpoint, those that the market has come to. */
  readonly askEvents: (address: Address, done: (events: readonly PlacedEvent[]) => void) => void;
  /** Hears what an actor has come to, which it can't tell itself. */
  readonly brought: (address: Address, snapshot: Snapshot) => void;
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
  /** All before this one are as of `#step`. */
  #next = 0;
  #step = -1;

  constructor(shard: AbsentSide) {
    this.#shard = shard;
  }

  /**
   * Whether every absent actor's checkpoint is as of a step; some of what is missing is asked for,
   * so that this is to be called again until it is.
   */
  isForward(step: number): boolean {
    const { checkpoints, hearers, isAsked } = this.#shard;
    if (step !== this.#step) this.#next = 0;
    this.#step = step;
    this.#pass(step);
    const until = Math.min(hearers.length, this.#next + BRINGS_A_PASS);
    for (let index = this.#next; index < until; index++) {
      const address = hearers[index]!;
      if (!this.isAsOf(address, step) && !isAsked(address)) this.#bring(address, step);
    }
    this.#pass(step);
    if (this.#next < hearers.length) return false;
    // Levers may have been pulled meanwhile on those before.
    this.#next = 0;
    this.#pass(step);
    if (this.#next < hearers.length) return false;
    checkpoints.trim();
    return true;
  }

  /** Goes on past those that are as of a step. */
  #pass(step: number): void {
    const { hearers } = this.#shard;
    while (this.#next < hearers.length && this.isAsOf(hearers[this.#next]!, step)) this.#next++;
  }

  /** Whether an actor runs, or its checkpoint holds all that it was due by a step. */
  isAsOf(address: Address, step: number): boolean {
    const { checkpoints, isWhole, system } = this.#shard;
    if (system().isRunning(address)) return true;
    return checkpoints.stepOf(address) >= step && isWhole(address);
  }

  #bring(address: Address, step: number): void {
    const { askEvents, brought, checkpoints, missed, system } = this.#shard;
    askEvents(address, (events) => {
      if (system().isRunning(address)) return;
      try {
        const snapshot = system().states.foldAside(address, checkpoints.recovered(address, events));
        checkpoints.put(address, snapshot, step);
        brought(address, snapshot);
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
