// What a commit writes, as data: collected and counted before it begins.

import type { Store } from '../io/lmdb/store.js';

/** One entry to write or, without a value, to remove. */
export interface Put {
  readonly store: Store;
  readonly key: (string | number)[];
  readonly value?: Buffer;
}

/** Does inside a transaction what the puts say. */
export function writePuts(puts: readonly Put[]): void {
  for (const { store, key, value } of puts) {
    if (value === undefined) store.remove(key);
    else store.put(key, value);
  }
}
