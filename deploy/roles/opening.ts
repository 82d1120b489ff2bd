// Opens portfolios: a few at a time as a shard begins, others when they are addressed.

import type { ActorSystem, Address, Recovered, Snapshot } from '../../engine/index.js';
import type { Checkpoints } from './checkpoints.js';
import type { PlacedEvent } from './recall.js';
import type { Unopened } from './unopened.js';

/**
 * Portfolios started before a shard answers, and in each pass from then on until all are: at a
 * millisecond each, neither its start nor a pass is ever long.
 */
const STARTS_AT_ONCE = 1_000;
const STARTS_A_PASS = 16;

/** Portfolios between two words of how far the start has come. */
const TOLD_EVERY = 1_000;

/** What opening needs of its shard. */
export interface OpeningSide {
  readonly system: () => ActorSystem;
  readonly checkpoints: Checkpoints;
  readonly unopened: Unopened;
  /** Those that are opened, in the order they are told. */
  readonly hearers: Address[];
  /** Most of them that stay so when they leave memory. */
  readonly openedMax: number;
  /** Step that the market stands at. */
  readonly step: () => number;
  /** Notes how many events one has of whom no state is kept any more. */
  readonly noteEvents: (address: Address, sequence: number) => void;
  readonly askEvents: (address: Address, done: (events: readonly PlacedEvent[]) => void) => void;
  /** Hears what an actor has come to, which it can't tell itself. */
  readonly brought: (address: Address, snapshot: Snapshot) => void;
  /** Hears how many have been started, of how many. */
  readonly started: (count: number, of: number) => void;
}

/** The way into a shard's memory. */
export class Opening {
  readonly #shard: OpeningSide;
  #starting: readonly Address[] = [];
  #next = 0;

  constructor(shard: OpeningSide) {
    this.#shard = shard;
  }

  /** Whether some are still to be started. */
  get isStarting(): boolean {
    return this.#next < this.#starting.length;
  }

  /** Starts actors, some of them at once and the others in passes. */
  begin(addresses: readonly Address[]): void {
    this.#starting = addresses;
    this.#start(STARTS_AT_ONCE);
  }

  /** Starts some more. */
  pass(): void {
    if (this.isStarting) this.#start(STARTS_A_PASS);
  }

  #start(count: number): void {
    const { started, system } = this.#shard;
    const { length } = this.#starting;
    for (let left = count; left > 0 && this.isStarting; left--) {
      system().start(this.#starting[this.#next++]!);
      system().trim();
      const isWord = this.#next % TOLD_EVERY === 0 || this.#next === length;
      if (isWord && length > STARTS_AT_ONCE) started(this.#next, length);
    }
  }

  /**
   * Makes one that is not opened of its opening, its events and what all were told, and has it told
   * everything from now on.
   */
  open(address: Address, done: (recovered: Recovered) => void): void {
    const { askEvents, brought, checkpoints, system, unopened } = this.#shard;
    askEvents(address, (events) => {
      // What its first events came to may have been kept, of an earlier run.
      const recovered = checkpoints.recovered(address, events, unopened.past);
      let snapshot: Snapshot;
      try {
        snapshot = system().states.foldAside(address, recovered);
      } catch {
        // As a rule it fails so again as it recovers, and is stopped with the reason.
        done(recovered);
        const state = system().states.encode(address);
        if (state !== undefined) this.#opened(address, state);
        return;
      }
      this.#opened(address, snapshot);
      brought(address, snapshot);
      done({ snapshot, events: [] });
    });
  }

  /** One hears the market from now on. */
  #opened(address: Address, snapshot: Snapshot): void {
    const { checkpoints, hearers, step, unopened } = this.#shard;
    unopened.delete(address);
    hearers.push(address);
    checkpoints.put(address, snapshot, step());
  }

  /** One leaves memory: its state is kept, unless those of enough others are. */
  left(address: Address, snapshot: Snapshot): void {
    const { checkpoints, hearers, openedMax, noteEvents, step, unopened } = this.#shard;
    checkpoints.put(address, snapshot, step());
    if (hearers.length <= openedMax) return;
    hearers.splice(hearers.indexOf(address), 1);
    checkpoints.remove(address);
    noteEvents(address, snapshot.sequence);
    unopened.add(address);
  }
}
