// States on disk: numbered, checksummed, the last two of each name.

import { createHash } from 'node:crypto';
import type { Store } from '../io/lmdb/store.js';
import type { Put } from './puts.js';

/** Snapshots kept of one name: the last, and one to fall back on when that is damaged. */
const KEPT = 2;

const CHECKSUM_BYTES = 32;

/** A state as it was stored. */
export interface StoredSnapshot {
  /** 1 for the first of its name, rising by 1. */
  readonly version: number;
  readonly bytes: Buffer;
}

/** The puts that store a snapshot as the newest of its name and drop what is too old. */
export function snapshotPuts(store: Store, name: string, version: number, bytes: Buffer): Put[] {
  const value = Buffer.concat([checksumOf(name, version, bytes), bytes]);
  const puts: Put[] = [{ store, key: [name, version], value }];
  for (const old of versionsOf(store, name)) {
    if (old <= version - KEPT) puts.push({ store, key: [name, old] });
  }
  return puts;
}

/** Versions stored of a name, oldest first. */
export function versionsOf(store: Store, name: string): number[] {
  const range = { start: [name, 1], end: [name, Number.MAX_SAFE_INTEGER] };
  return store.keys(range).map((key) => Number(key[1]));
}

/** The newest whole snapshot of a name; `onDamage` is called for each damaged one before it. */
export function newestSnapshot(
  store: Store,
  name: string,
  onDamage: () => void,
): StoredSnapshot | undefined {
  for (const version of versionsOf(store, name).reverse()) {
    const stored = store.get([name, version]);
    if (stored === undefined) continue;
    const bytes = Buffer.from(stored.subarray(CHECKSUM_BYTES));
    if (checksumOf(name, version, bytes).equals(stored.subarray(0, CHECKSUM_BYTES))) {
      return { version, bytes };
    }
    onDamage();
  }
  return undefined;
}

/** Versions whose bytes are not what was stored, of all names; and how many there are. */
export function damagedSnapshots(store: Store): {
  readonly count: number;
  readonly damaged: readonly string[];
} {
  const damaged: string[] = [];
  let count = 0;
  for (const { key, value } of store.range({})) {
    count++;
    const [name = '', version = 0] = key;
    const bytes = value.subarray(CHECKSUM_BYTES);
    const sum = checksumOf(String(name), Number(version), bytes);
    const isWhole = sum.equals(value.subarray(0, CHECKSUM_BYTES));
    if (!isWhole || store.get(key) === undefined) damaged.push(`${name} ${version}`);
  }
  return { count, damaged };
}

/** Covers the name and version too: a snapshot in another's place is damage. */
function checksumOf(name: string, version: number, bytes: Buffer): Buffer {
  return createHash('sha256').update(`${name}\0${version}\0`).update(bytes).digest();
}
