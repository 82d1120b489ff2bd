// Where a journal ends: what the next record must follow.

import type { Store } from '../io/lmdb/store.js';
import type { Indexed } from './event-index.js';
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
  /** Events of the group, for the index. */
  readonly added: Indexed[] = [];
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

/** Reads the heads of a stored journal, whose actors have these last sequences. */
export function readHeads(events: Store, inputs: Store, sequences: Map<string, number>): Heads {
  const heads: Heads = { position: 0, hash: GENESIS, input: 0, sequences };
  for (const { key, value } of events.range({ reverse: true, limit: 1 })) {
    heads.position = Number(key[0]);
    heads.hash = storedHash(value);
  }
  for (const { key } of inputs.range({ reverse: true, limit: 1 })) heads.input = Number(key[0]);
  return heads;
}
