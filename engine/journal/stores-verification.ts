// Checks inputs, snapshots and views against their checksums.

import { crc32 } from 'node:zlib';
import type { Store } from '../io/lmdb/store.js';
import { damagedSnapshots } from './snapshots.js';
import { damagedViews } from './views.js';

/** Damages told; one is enough to restore from a backup. */
const DAMAGES_MAX = 20;

/** What was found beside the events. */
export interface StoresVerification {
  readonly inputs: number;
  readonly snapshots: number;
  readonly views: number;
  /** What can't be trusted, such as `input 7`. */
  readonly damaged: readonly string[];
}

/** Reads all of it, by order and by key. */
export function verifyStores(inputs: Store, snapshots: Store, views: Store): StoresVerification {
  const damaged: string[] = [];
  let number = 0;
  for (const { key, value } of inputs.range({})) {
    number++;
    const isWhole = key[0] === number && key[1] === crc32(value) && inputs.get(key) !== undefined;
    if (!isWhole && damaged.length < DAMAGES_MAX) damaged.push(`input ${number}`);
  }
  const states = damagedSnapshots(snapshots);
  const models = damagedViews(views);
  damaged.push(...states.damaged.map((name) => `snapshot ${name}`));
  damaged.push(...models.damaged.map((name) => `view ${name}`));
  return {
    inputs: number,
    snapshots: states.count,
    views: models.count,
    damaged: damaged.slice(0, DAMAGES_MAX),
  };
}
