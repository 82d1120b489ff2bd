// What the actors of a shard have come to, for snapshots and for comparing runs.

import type { ActorSystem, ActorView, Address, Snapshot } from '../../engine/index.js';
import type { Absent } from './absent.js';
import type { Checkpoints } from './checkpoints.js';
import { PackAreas } from './pack-areas.js';
import type { ShardClock, ShardSnapshot } from './shard-config.js';
import type { Unopened } from './unopened.js';

/** What states are read from. */
export interface StatesSide {
  readonly system: ActorSystem;
  readonly checkpoints: Checkpoints;
  readonly absent: Absent;
  readonly unopened: Unopened;
  /** Addresses of this shard. */
  readonly local: ReadonlySet<Address>;
  readonly funnel: Address;
  readonly clock: ShardClock;
}

/** The states of a shard's actors, whoever is in memory. */
export class ShardStates {
  readonly #shard: StatesSide;
  readonly #areas = new PackAreas();
  #isWaiting = false;

  constructor(shard: StatesSide) {
    this.#shard = shard;
  }

  /** Whether a snapshot waits for actors that are being rebuilt. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /**
   * All actors with the events that the state of each holds. Its memory is written over by the
   * second call after this one.
   */
  kept(): Pick<ShardSnapshot, 'actors' | 'sequences' | 'past'> {
    const sequences = new Map<Address, number>();
    const past = [...this.#shard.unopened.past];
    return { actors: this.#areas.pack(this.#states(sequences)), sequences, past };
  }

  /**
   * Encoded states of all actors, one at a time: of thousands together they are as large as all
   * that is kept of them. Of those that are away as they were brought forward, and of those whose
   * state can't be encoded as they were kept last. The events that each holds are noted in
   * `sequences` as it passes.
   */
  *#states(sequences: Map<Address, number>): Generator<readonly [Address, Snapshot]> {
    const { system, checkpoints, local, funnel } = this.#shard;
    for (const address of local) {
      const away = address === funnel ? undefined : checkpoints.get(address);
      const state = system.states.encode(address) ?? away;
      if (state === undefined) continue;
      sequences.set(address, state.sequence);
      yield [address, state];
    }
    system.states.encoded();
  }

  /**
   * Finds the states of actors as of now, or of all that are opened; false while some are on their
   * way. One that is not opened is, and what was found of it stays though it leaves again.
   */
  find(addresses: readonly Address[] | undefined, found: Map<Address, Snapshot>): boolean {
    if (!this.isEveryoneBack()) return false;
    if (addresses === undefined) {
      for (const [address, state] of this.#states(new Map())) found.set(address, state);
      return true;
    }
    const { system, checkpoints, local, unopened } = this.#shard;
    for (const address of addresses) {
      if (found.has(address) || !local.has(address)) continue;
      if (unopened.has(address)) system.start(address);
      const state = system.states.encode(address) ?? checkpoints.get(address);
      if (state !== undefined) found.set(address, state);
    }
    return !system.tree().some(isComing);
  }

  /**
   * Whether a snapshot would hold everybody: nobody is being rebuilt, and those that are stopped,
   * held or out of memory have been brought forward, or it would lack what they were told.
   */
  isEveryoneBack(): boolean {
    const { system, absent, local, funnel, clock } = this.#shard;
    // Nobody brings the funnel forward: out of memory, it is called back.
    if (local.has(funnel)) system.start(funnel);
    this.#isWaiting = system.tree().some(isComing) || !absent.isForward(clock.step);
    return !this.#isWaiting;
  }
}

/** Whether an actor is on its way into memory. */
function isComing({ state }: ActorView): boolean {
  return state === 'recovering' || state === 'restarting';
}
