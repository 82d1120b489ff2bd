// The timers that actors set for themselves: they outlast an absence from memory, not the actor.

import type { Address } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import type { Timers } from './timers.js';

/** Timers by actor and key. */
export class ActorTimers {
  readonly #timers: Timers;
  readonly #keys = new Map<Address, Set<string>>();
  #count = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** How many timers an actor may still add. */
  roomOf(address: Address): number {
    return LIMITS.timersOfOne - (this.#keys.get(address)?.size ?? 0);
  }

  /** Whether an actor has a timer under a key, which a new one would replace. */
  has(address: Address, key: string): boolean {
    return this.#keys.get(address)?.has(key) === true;
  }

  /** Sets a timer, in the place of an older one of its key; false when there are too many. */
  set(address: Address, key: string, dueUs: number, run: () => void): boolean {
    if (!this.has(address, key)) {
      if (this.roomOf(address) <= 0 || this.#count >= LIMITS.timersPending) return false;
      const keys = this.#keys.get(address);
      if (keys === undefined) this.#keys.set(address, new Set([key]));
      else keys.add(key);
      this.#count++;
    }
    this.#timers.set(nameOf(address, key), dueUs, () => {
      this.#forget(address, key);
      run();
    });
    return true;
  }

  /** Drops a timer. */
  cancel(address: Address, key: string): void {
    this.#timers.cancel(nameOf(address, key));
    this.#forget(address, key);
  }

  /** Drops all timers of an actor that has ended. */
  end(address: Address): void {
    for (const key of [...(this.#keys.get(address) ?? [])]) this.cancel(address, key);
  }

  #forget(address: Address, key: string): void {
    const keys = this.#keys.get(address);
    if (keys?.delete(key) !== true) return;
    this.#count--;
    if (keys.size === 0) this.#keys.delete(address);
  }
}

function nameOf(address: Address, key: string): string {
  return `${address} ${key}`;
}
