// Death watch: who is told when an actor ends.

import type { Address } from '../core/address.js';
import { assert } from '../core/assert.js';
import { LIMITS } from '../core/limits.js';

/** Who watches whom, both ways, so that either end can leave. */
export class Watches {
  readonly #watchers = new Map<Address, Set<Address>>();
  readonly #watched = new Map<Address, Set<Address>>();

  /** Notes that `watcher` wants to know of the end of `other`. */
  add(other: Address, watcher: Address): void {
    const watchers = put(this.#watchers, other, watcher);
    assert(watchers.size <= LIMITS.watchersOfOne, 'watch.watchers_within_bound');
    put(this.#watched, watcher, other);
  }

  /** Takes that back. */
  remove(other: Address, watcher: Address): void {
    drop(this.#watchers, other, watcher);
    drop(this.#watched, watcher, other);
  }

  /** Forgets an actor that has ended; gives who must be told, in the order they asked. */
  end(address: Address): readonly Address[] {
    const watchers = [...(this.#watchers.get(address) ?? [])];
    for (const watcher of watchers) this.remove(address, watcher);
    for (const other of [...(this.#watched.get(address) ?? [])]) this.remove(other, address);
    return watchers;
  }
}

function put(map: Map<Address, Set<Address>>, key: Address, value: Address): Set<Address> {
  let set = map.get(key);
  if (set === undefined) {
    set = new Set();
    map.set(key, set);
  }
  set.add(value);
  return set;
}

function drop(map: Map<Address, Set<Address>>, key: Address, value: Address): void {
  const set = map.get(key);
  set?.delete(value);
  if (set?.size === 0) map.delete(key);
}
