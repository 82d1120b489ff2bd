// Death watch: who is told when an actor ends.

import type { Address } from '../core/address.js';
import { LIMITS } from '../core/limits.js';

/** Who watches whom, both ways, so that either end can leave. */
export class Watches {
  readonly #watchers = new Map<Address, Set<Address>>();
  readonly #watched = new Map<Address, Set<Address>>();

  /** Notes that `watcher` wants to know of the end of `other`; false when too many do. */
  add(other: Address, watcher: Address): boolean {
    const watchers = this.#watchers.get(other);
    const isFull = watchers !== undefined && watchers.size >= LIMITS.watchersOfOne;
    if (isFull && !watchers.has(watcher)) return false;
    put(this.#watchers, other, watcher);
    put(this.#watched, watcher, other);
    return true;
  }

  /** Takes that back. */
  remove(other: Address, watcher: Address): void {
    drop(this.#watchers, other, watcher);
    drop(this.#watched, watcher, other);
  }

  /** Forgets who watches an actor that another thread has from now on. */
  forget(other: Address): void {
    for (const watcher of [...(this.#watchers.get(other) ?? [])]) this.remove(other, watcher);
  }

  /** Forgets an actor that has ended; gives who must be told, in the order they asked. */
  end(address: Address): readonly Address[] {
    const watchers = [...(this.#watchers.get(address) ?? [])];
    for (const watcher of watchers) this.remove(address, watcher);
    for (const other of [...(this.#watched.get(address) ?? [])]) this.remove(other, address);
    return watchers;
  }
}

function put(map: Map<Address, Set<Address>>, key: Address, value: Address): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}

function drop(map: Map<Address, Set<Address>>, key: Address, value: Address): void {
  const set = map.get(key);
  set?.delete(value);
  if (set?.size === 0) map.delete(key);
}
