// One record of a journal by its position, checked.

import { Fault } from '../core/fault.js';
import type { Store } from '../io/lmdb/store.js';
import { GENESIS, type StoredRecord, storedHash, unchain } from './record.js';

/** The record at a position. Errors: `journal.corrupt`. */
export function recordAt(events: Store, position: number): StoredRecord {
  const previous = hashAt(events, position - 1);
  return wholeRecord(position, bytesAt(events, position), previous).record;
}

/** The hash of the record at a position; 0 for the place before the first. Errors: as above. */
export function hashAt(events: Store, position: number): string {
  return position === 0 ? GENESIS : storedHash(bytesAt(events, position));
}

/** A record's bytes as a record with its hash, which follows `previous`. Errors: as above. */
export function wholeRecord(
  position: number,
  bytes: Buffer,
  previous: string,
): { readonly record: StoredRecord; readonly hash: string } {
  const found = unchain(bytes, previous);
  if (!found.ok) throw corrupt(`a whole record at ${position}, ${found.reason}`);
  return found;
}

/** A journal that is not what was written. */
export function corrupt(expected: string): Fault {
  const text = `expected ${expected}; run the journal's verification, restore from a backup`;
  return new Fault('journal.corrupt', text);
}

function bytesAt(events: Store, position: number): Buffer {
  const bytes = events.get([position]);
  if (bytes === undefined) throw corrupt(`a record at ${position}, there is none`);
  return bytes;
}
