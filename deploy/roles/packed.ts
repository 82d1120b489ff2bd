// Large values that cross to a shard's thread as bytes in shared memory: written once, handed to
// every thread that replaces one for nothing, and read only where they are needed.

import { deserialize, serialize } from 'node:v8';

/** A value as bytes that threads share. */
export interface Packed<T> {
  readonly bytes: SharedArrayBuffer;
  /** Never there: it carries the type. */
  readonly value?: T;
}

/** Packs a value that can be cloned. */
export function pack<T>(value: T): Packed<T> {
  const written = serialize(value);
  const bytes = new SharedArrayBuffer(written.length);
  new Uint8Array(bytes).set(written);
  return { bytes };
}

/** Makes the value anew. */
export function unpack<T>({ bytes }: Packed<T>): T {
  // The reader wants memory of its own; what was written there is of the type it was packed as.
  return deserialize(Buffer.from(new Uint8Array(bytes))) as T;
}
