// Where a journal ends: what the next record must follow.

import type { Key, Store } from '../io/lmdb/store.js';
import { GENESIS, storedHash } from './record.js';

/** The ends of everything that grows. */
export interface Heads {
  position: number;
  hash: string;
  input: number;
  /** Last sequence of each actor, so that a record is appended once. */
  readonly sequences: Map<string, number>;
}

/** Heads as they will be after a group of writes, until its commit is on disk. */
export class Draft {
  position: number;
  hash: string;
  input: number;
  readonly #base: Heads;
  readonly #sequences = new Map<string, number>();

  constructor(base: Heads) {
    this.#base = base;
    this.position = base.position;
    this.hash = base.hash;
    this.input = base.input;
  }

  /** Last sequence of an actor, 0 before its first event. */
  sequenceOf(address: string): number {
    return this.#sequences.get(address) ?? this.#base.sequences.get(address) ?? 0;
  }

  /** Notes an actor's new last sequence. */
  advance(address: string, sequence: number): void {
    this.#sequences.set(address, sequence);
  }

  /** Makes the heads what the draft says: its commit is on disk. */
  accept(): void {
    this.#base.position = this.position;
    this.#base.hash = this.hash;
    this.#base.input = this.input;
    for (const [address, sequence] of this.#sequences) this.#base.sequences.set(address, sequence);
  }
}

/** Reads the heads of a stored journal. */
export function readHeads(events: Store, index: Store, inputs: Store): Heads {
  const heads: Heads = { position: 0, hash: GENESIS, input: 0, sequences: lastSequences(index) };
  for (const { key, value } of events.range({ reverse: true, limit: 1 })) {
    heads.position = Number(key[0]);
    heads.hash = storedHash(value);
  }
  for (const { key } of inputs.range({ reverse: true, limit: 1 })) heads.input = Number(key[0]);
  return heads;
}

/** Last sequence of each actor: one step an actor, from the last one down, not one a record. */
export function lastSequences(index: Store): Map<string, number> {
  const found: [string, number][] = [];
  for (let last = lastKey(index); last !== undefined; ) {
    const address = String(last[0]);
    found.push([address, Number(last[1])]);
    // No event has sequence 0, so this leads to the last one of the actor before.
    last = lastKey(index, [address, 0]);
  }
  return new Map(found.reverse());
}

/** The last key of a store, or the last one from `start` down. */
function lastKey(store: Store, start?: Key): Key | undefined {
  const from = start === undefined ? {} : { start };
  let last: Key | undefined;
  for (const { key } of store.range({ ...from, reverse: true, limit: 1 })) last = key;
  return last;
}
