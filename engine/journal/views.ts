// Small read models on disk, each beside its checksum.

import { createHash } from 'node:crypto';
import type { Store } from '../io/lmdb/store.js';
import type { Put } from './puts.js';

/** Second part of the key of a view's checksum; the view itself lies under its name alone. */
const SUM = 'sum';

/** The puts that store a view. */
export function viewPuts(store: Store, name: string, bytes: Uint8Array): Put[] {
  return [
    { store, key: [name], value: Buffer.from(bytes) },
    { store, key: [name, SUM], value: sumOf(name, bytes) },
  ];
}

/** Names of views that are not what was stored, and how many views there are. */
export function damagedViews(store: Store): {
  readonly count: number;
  readonly damaged: readonly string[];
} {
  const damaged: string[] = [];
  let count = 0;
  for (const { key, value } of store.range({})) {
    const name = String(key[0]);
    if (key.length === 1) {
      count++;
      const sum = store.get([name, SUM]);
      // One without a checksum was stored before there were any.
      if (sum !== undefined && !sumOf(name, value).equals(sum)) damaged.push(name);
    } else if (key[1] !== SUM || store.get([name]) === undefined) damaged.push(name);
    if (store.get(key) === undefined) damaged.push(name);
  }
  return { count, damaged: [...new Set(damaged)] };
}

/** Covers the name too: a view in another's place is damage. */
function sumOf(name: string, bytes: Uint8Array): Buffer {
  return createHash('sha256').update(`${name}\0`).update(bytes).digest();
}
