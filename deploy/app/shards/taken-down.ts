// What operators have stopped or hold: the owner's memory of it, for threads that start anew.

import type { Address } from '../../../engine/index.js';
import type { ActorLever } from '../../roles/shard-messages.js';

/** The actors that are down, by the lever that took them there. */
export class TakenDown {
  readonly #down = new Map<Address, 'stop' | 'suspend'>();

  /** Takes note of a lever that has done its work. */
  pulled(lever: ActorLever, address: Address): void {
    if (lever === 'passivate') return;
    if (lever === 'stop' || lever === 'suspend') this.#down.set(address, lever);
    else this.#down.delete(address);
  }

  /** Those of one shard. */
  on(
    shard: number,
    shardOf: (address: Address) => number,
  ): ReadonlyMap<Address, 'stop' | 'suspend'> {
    return new Map(Array.from(this.#down).filter(([address]) => shardOf(address) === shard));
  }

  /** Whether an actor is down. */
  has(address: Address): boolean {
    return this.#down.has(address);
  }
}
