// Large maps that cross to a shard's thread as bytes in shared memory: written once, handed for
// nothing to every thread that replaces one, and read part by part where they are needed.

import { deserialize, serialize } from 'node:v8';

/** Entries of one part: few enough that neither side ever holds the whole map twice. */
const ENTRIES_A_PART = 256;

/** Some entries of a map: their keys, and their values as bytes. */
export interface PackedPart<K> {
  readonly keys: readonly K[];
  readonly bytes: SharedArrayBuffer;
}

/** A map as bytes that threads share. */
export interface PackedMap<K, V> {
  readonly parts: readonly PackedPart<K>[];
  /** Never there: it carries the type. */
  readonly value?: V;
}

/** Packs entries whose values can be cloned, so many a part. */
export function pack<K, V>(
  entries: Iterable<readonly [K, V]>,
  entriesAPart = ENTRIES_A_PART,
  memoryOf: (part: number, length: number) => SharedArrayBuffer = newMemory,
): PackedMap<K, V> {
  const parts: PackedPart<K>[] = [];
  let keys: K[] = [];
  let values: V[] = [];
  const end = (): void => {
    const written = serialize(values);
    parts.push(partOf(keys, written, memoryOf(parts.length, written.length)));
    keys = [];
    values = [];
  };
  for (const [key, value] of entries) {
    keys.push(key);
    values.push(value);
    if (keys.length === entriesAPart) end();
  }
  if (keys.length > 0) end();
  return { parts };
}

/** A part out of bytes that `pack` has made of values. */
export function packedPart<K>(keys: readonly K[], written: Uint8Array): PackedPart<K> {
  return partOf(keys, written, newMemory(0, written.length));
}

function newMemory(_part: number, length: number): SharedArrayBuffer {
  return new SharedArrayBuffer(length);
}

/** What is behind the bytes written is never read: they say themselves where they end. */
function partOf<K>(
  keys: readonly K[],
  written: Uint8Array,
  bytes: SharedArrayBuffer,
): PackedPart<K> {
  new Uint8Array(bytes).set(written);
  return { keys, bytes };
}

/** The keys, in their order; no value is read. */
export function keysOf<K, V>({ parts }: PackedMap<K, V>): K[] {
  return parts.flatMap(({ keys }) => keys);
}

/** Makes the entries anew, in their order. */
export function* unpack<K, V>({ parts }: PackedMap<K, V>): Generator<readonly [K, V]> {
  for (const { keys, bytes } of parts) {
    const values = valuesOf<V>(bytes);
    for (let index = 0; index < keys.length; index++) yield [keys[index]!, values[index]!];
  }
}

/** Looks single values up; those asked for in the order they were packed cost one read a part. */
export class PackedReader<K, V> {
  readonly #places = new Map<K, readonly [part: number, index: number]>();
  readonly #packed: PackedMap<K, V>;
  #part = -1;
  #values: readonly V[] = [];

  constructor(packed: PackedMap<K, V>) {
    this.#packed = packed;
    for (const [part, { keys }] of packed.parts.entries()) {
      for (const [index, key] of keys.entries()) this.#places.set(key, [part, index]);
    }
  }

  /** The value of a key. */
  get(key: K): V | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    const [part, index] = place;
    if (part !== this.#part) {
      this.#part = part;
      this.#values = valuesOf(this.#packed.parts[part]!.bytes);
    }
    return this.#values[index];
  }

  /** Lets the part go that was read last. */
  rest(): void {
    this.#part = -1;
    this.#values = [];
  }
}

function valuesOf<V>(bytes: SharedArrayBuffer): readonly V[] {
  // The reader wants memory of its own; what was written there is of the type it was packed as.
  return deserialize(Buffer.from(new Uint8Array(bytes))) as readonly V[];
}
