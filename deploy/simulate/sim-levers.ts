// Levers of the simulated host: pulled on actors, remembered, and taken back in the end.

import type { Address, Simulation } from '../../engine/index.js';
import { TakenDown } from '../app/shards/taken-down.js';
import type { ActorLever, FromShard, ToShard } from '../roles/shard-messages.js';

/** Pause before a lever is pulled again whose shard was lost or away. Units: microseconds. */
const AGAIN_US = 300;

/** What takes an actor down, and brings it back. */
const BACK = { stop: 'restart', suspend: 'resume' } as const;

/** A lever whose shard has not said what became of it. */
interface Pulled {
  readonly shard: number;
  readonly lever: ActorLever;
  readonly address: Address;
  readonly then: (isKnown: boolean, isDone: boolean) => void;
}

/** What levers need of the host. */
export interface LeversOptions {
  readonly simulation: Simulation;
  readonly shardOf: (address: Address) => number;
  /** Whether a shard is there and none of the actor's moves is under way. */
  readonly isThere: (address: Address) => boolean;
  readonly nextId: () => number;
  readonly tell: (shard: number, message: ToShard) => void;
}

/** The levers. */
export class SimLevers {
  readonly #options: LeversOptions;
  readonly #pulled = new Map<number, Pulled>();
  readonly #down = new TakenDown();
  /** Actors that were asked for something after they went down. */
  readonly #stirred = new Set<Address>();

  constructor(options: LeversOptions) {
    this.#options = options;
  }

  /** Pulls a lever once. */
  pull(lever: ActorLever, address: Address, then: Pulled['then'] = () => {}): void {
    const { isThere, nextId, shardOf, tell } = this.#options;
    if (!isThere(address)) {
      then(false, false);
      return;
    }
    const id = nextId();
    const shard = shardOf(address);
    this.#stirred.add(address);
    this.#pulled.set(id, { shard, lever, address, then });
    tell(shard, { kind: 'lever', id, lever, address });
  }

  /** Takes an actor down, and brings it back after so long. Units: microseconds. */
  takeDown(lever: 'stop' | 'suspend', address: Address, durationUs: number): void {
    this.pull(lever, address, (_isKnown, isDone) => {
      if (isDone) this.#bringBack(BACK[lever], address, durationUs);
    });
  }

  /** A shard has said what became of a lever; false where it was none of these. */
  onDone({ id, ok }: FromShard & { readonly kind: 'done' }): boolean {
    const pulled = this.#pulled.get(id);
    if (pulled === undefined) return false;
    const { lever, address, then } = pulled;
    this.#pulled.delete(id);
    if (ok) this.#down.pulled(lever, address);
    const isPending = [...this.#pulled.values()].some((other) => other.address === address);
    if (!isPending) this.#stirred.delete(address);
    then(true, ok);
    return true;
  }

  /** A shard's thread is gone: what it did not tell of was done or not. */
  lost(shard: number): void {
    for (const [id, pulled] of this.#pulled) {
      if (pulled.shard !== shard) continue;
      this.#pulled.delete(id);
      this.#stirred.delete(pulled.address);
      pulled.then(false, false);
    }
  }

  /** Those of a shard that its next thread leaves down. */
  downOn(shard: number): ReadonlyMap<Address, 'stop' | 'suspend'> {
    return this.#down.on(shard, this.#options.shardOf);
  }

  /** Whether an actor is down for certain: nobody has asked for anything else since. */
  isDown(address: Address): boolean {
    return this.#down.has(address) && !this.#stirred.has(address);
  }

  #bringBack(lever: ActorLever, address: Address, delayUs: number): void {
    this.#options.simulation.later(delayUs, `lever: ${lever}`, () => {
      this.pull(lever, address, (isKnown) => {
        if (!isKnown) this.#bringBack(lever, address, AGAIN_US);
      });
    });
  }
}
