// How long names and values in the journal may be.

import { Fault } from '../core/fault.js';

/** Longest snapshot, view or input: a shard's whole state is a few million bytes. */
const VALUE_BYTES_MAX = 256 * 1024 ** 2;

/** Longest name or address: LMDB's keys end at 1978 bytes. */
const NAME_BYTES_MAX = 500;

/** Refuses a name or address that is no key. Errors: `journal.bad_name`. */
export function checkName(name: string): void {
  const bytes = Buffer.byteLength(name);
  if (bytes > 0 && bytes <= NAME_BYTES_MAX) return;
  throw new Fault('journal.bad_name', `expected 1 to ${NAME_BYTES_MAX} bytes, was ${bytes}`);
}

/** Refuses bytes that are too many for one value. Errors: `journal.value_too_large`. */
export function checkSize(bytes: Uint8Array, what: string): void {
  if (bytes.length <= VALUE_BYTES_MAX) return;
  const text = `expected at most ${VALUE_BYTES_MAX} bytes of ${what}, was ${bytes.length}`;
  throw new Fault('journal.value_too_large', text);
}
