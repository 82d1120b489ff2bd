// A journal on a disk that lies in memory: group commits take time, a crash may tear the last one.

import type { Address } from '../core/address.js';
import { assert } from '../core/assert.js';
import { Fault } from '../core/fault.js';
import { chain, GENESIS, type StoredRecord, storedHash, unchain } from '../journal/record.js';
import type { Record as NewRecord } from '../runtime/ports.js';
import { hashText } from '../shard/placement.js';
import type { Agenda } from './agenda.js';
import type { Chance } from './chance.js';

/** Bytes in front of each record: its length. A length of zero marks the end of a commit. */
const LENGTH_BYTES = 4;

/** Appends that may wait for their commit: the senders' own bounds are far below. */
const APPENDS_MAX = 100_000;

/** Time of one commit. Units: microseconds. */
const COMMIT_US = { least: 40, most: 160 };

/** Share of commits under way at a crash that are on disk all the same, though nobody was told. */
const WHOLE_SHARE = 0.25;

/** Share of torn commits whose last byte is not what was written. */
const DIRTY_SHARE = 0.3;

interface Append {
  readonly records: readonly NewRecord[];
  readonly done: (fault?: Fault) => void;
}

/** A commit under way. */
interface Flight {
  readonly bytes: Buffer;
  readonly stored: readonly StoredRecord[];
  readonly chained: readonly Buffer[];
  readonly landed: readonly Append[];
}

interface SnapshotFile {
  /** What reached the disk; shorter than what was written where a crash tore it. */
  readonly text: string;
  readonly checksum: number;
}

/** The disk of one process. What is not committed when the process is lost is lost with it. */
export class SimDisk {
  readonly #agenda: Agenda;
  readonly #chance: Chance;
  readonly #onCommitted: (records: readonly StoredRecord[]) => void;
  /** Chained records on disk, by position less one. */
  readonly #records: Buffer[] = [];
  readonly #places = new Map<string, number[]>();
  readonly #snapshots = new Map<string, SnapshotFile[]>();
  #hash = GENESIS;
  #waiting: Append[] = [];
  #flight: Flight | undefined;
  #savings = new Map<string, string>();
  /** Bytes of a commit that a crash has cut. */
  #torn = Buffer.alloc(0);
  /** Rises when the process is lost, so that commits of before end nowhere. */
  #life = 0;
  /** How many times longer commits take. */
  slowness = 1;
  isFull = false;
  readonly counters = { commits: 0, appends: 0, full: 0, tornCommits: 0, damagedSnapshots: 0 };

  /** `onCommitted` is told of records the moment they are durable, before anybody else. */
  constructor(
    agenda: Agenda,
    chance: Chance,
    onCommitted: (records: readonly StoredRecord[]) => void = () => {},
  ) {
    this.#agenda = agenda;
    this.#chance = chance;
    this.#onCommitted = onCommitted;
  }

  /** Position of the last durable record, 0 before the first. */
  get position(): number {
    return this.#records.length;
  }

  /** Hash of the last durable record: it stands for the whole journal. */
  get head(): string {
    return this.#hash;
  }

  /** Makes events durable, all or none, then calls `done`; what meets shares a commit. */
  append(records: readonly NewRecord[], done: (fault?: Fault) => void): void {
    assert(this.#waiting.length < APPENDS_MAX, 'sim.appends_within_bound');
    this.counters.appends++;
    this.#waiting.push({ records, done });
    if (this.#flight === undefined) this.#begin();
  }

  /** Keeps a snapshot as the newest of its name; `done` once it is durable. */
  save(name: string, text: string, done: () => void): void {
    const life = this.#life;
    this.#savings.set(name, text);
    this.#agenda.after(this.#commitUs(), 'disk: snapshot', () => {
      if (this.#life !== life || this.#savings.get(name) !== text) return;
      this.#savings.delete(name);
      this.#keep(name, text, text);
      done();
    });
  }

  /** The newest whole snapshot of a name; a damaged one is counted and passed over. */
  snapshot(name: string): string | undefined {
    for (const { text, checksum } of this.#snapshots.get(name) ?? []) {
      if (hashText(text) === checksum) return text;
      this.counters.damagedSnapshots++;
    }
    return undefined;
  }

  /** Records of one actor after a sequence, read from their bytes and checked. */
  recordsOf(address: Address, after: number): StoredRecord[] {
    const places = this.#places.get(address) ?? [];
    return places.slice(after).map((position) => this.recordAt(position));
  }

  /** One record by its position, read from its bytes. Errors: bug `sim.journal_is_whole`. */
  recordAt(position: number): StoredRecord {
    const before = this.#records[position - 2];
    const bytes = this.#records[position - 1];
    assert(bytes !== undefined, 'sim.journal_has_the_record');
    const found = unchain(bytes, before === undefined ? GENESIS : storedHash(before));
    assert(found.ok, 'sim.journal_is_whole');
    return found.record;
  }

  /** The process is lost: the commit and the snapshots under way are torn anywhere. */
  crash(): void {
    this.#life++;
    this.#waiting = [];
    if (this.#flight !== undefined) {
      const { bytes } = this.#flight;
      const isWhole = this.#chance.happens(WHOLE_SHARE);
      const cut = isWhole ? bytes.length : this.#chance.below(bytes.length);
      this.#torn = Buffer.from(bytes.subarray(0, cut));
      // The end of what was written may also hold what lay there before.
      const isDirty = !isWhole && cut > 0 && this.#chance.happens(DIRTY_SHARE);
      if (isDirty) this.#torn[cut - 1]! ^= this.#chance.between(1, 255);
      this.#flight = undefined;
    }
    for (const [name, text] of this.#savings) {
      this.#keep(name, text.slice(0, this.#chance.below(text.length)), text);
    }
    this.#savings.clear();
  }

  /** Opens the journal after a crash: a torn commit is dropped whole, a whole one is kept. */
  recover(): void {
    const commit = readCommit(this.#torn, this.#hash, this.position);
    if (this.#torn.length > 0 && commit === undefined) this.counters.tornCommits++;
    this.#torn = Buffer.alloc(0);
    if (commit !== undefined) this.#land(commit.stored, commit.chained);
  }

  #commitUs(): number {
    return this.#chance.between(COMMIT_US.least, COMMIT_US.most) * this.slowness;
  }

  /** Writes all that waits as one commit. */
  #begin(): void {
    const group = this.#waiting;
    this.#waiting = [];
    const stored: StoredRecord[] = [];
    const chained: Buffer[] = [];
    const landed: Append[] = [];
    const refused: (() => void)[] = [];
    const next = new Map<string, number>();
    let hash = this.#hash;
    for (const append of group) {
      const fault = this.#isRefused(append, next);
      if (fault !== undefined) {
        refused.push(() => append.done(fault));
        continue;
      }
      landed.push(append);
      for (const record of append.records) {
        const one: StoredRecord = { position: this.position + stored.length + 1, ...record };
        const { bytes, hash: after } = chain(one, hash);
        hash = after;
        stored.push(one);
        chained.push(bytes);
      }
    }
    const flight: Flight = { bytes: frame(chained), stored, chained, landed };
    this.#flight = flight;
    const life = this.#life;
    this.#agenda.after(this.#commitUs(), 'disk: commit', () => {
      if (this.#life !== life) return;
      this.#flight = undefined;
      this.#land(stored, chained);
      this.counters.commits++;
      for (const { done } of landed) done();
      for (const refuse of refused) refuse();
      if (this.#waiting.length > 0 && this.#flight === undefined) this.#begin();
    });
  }

  #isRefused({ records }: Append, next: Map<string, number>): Fault | undefined {
    if (this.isFull) {
      this.counters.full++;
      return new Fault('journal.disk_full', 'expected room on the disk', { retryable: true });
    }
    const reached = new Map<string, number>();
    for (const { address, sequence } of records) {
      const known = next.get(address) ?? this.#places.get(address)?.length ?? 0;
      const expected = (reached.get(address) ?? known) + 1;
      if (sequence !== expected) {
        const text = `expected event ${expected} of ${address}, was ${sequence}`;
        return new Fault('journal.out_of_sequence', text, { retryable: true });
      }
      reached.set(address, sequence);
    }
    for (const [address, sequence] of reached) next.set(address, sequence);
    return undefined;
  }

  #land(stored: readonly StoredRecord[], chained: readonly Buffer[]): void {
    for (const [index, { address, position }] of stored.entries()) {
      this.#records.push(chained[index]!);
      const places = this.#places.get(address);
      if (places === undefined) this.#places.set(address, [position]);
      else places.push(position);
    }
    if (chained.length > 0) this.#hash = storedHash(chained.at(-1)!);
    this.#onCommitted(stored);
  }

  #keep(name: string, text: string, whole: string): void {
    const before = this.#snapshots.get(name) ?? [];
    this.#snapshots.set(name, [{ text, checksum: hashText(whole) }, ...before].slice(0, 2));
  }
}

/** Bytes of a commit: each record behind its length, then the mark of the end. */
function frame(chained: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [];
  for (const bytes of chained) {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(bytes.length);
    parts.push(length, bytes);
  }
  parts.push(Buffer.alloc(LENGTH_BYTES));
  return Buffer.concat(parts);
}

/** The records of a commit that is whole; undefined for one that is cut or damaged. */
function readCommit(
  bytes: Buffer,
  head: string,
  position: number,
): { readonly stored: StoredRecord[]; readonly chained: Buffer[] } | undefined {
  const stored: StoredRecord[] = [];
  const chained: Buffer[] = [];
  let hash = head;
  for (let at = 0; at + LENGTH_BYTES <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    at += LENGTH_BYTES;
    if (length === 0) return { stored, chained };
    const one = bytes.subarray(at, at + length);
    const found = one.length === length ? unchain(one, hash) : undefined;
    if (found?.ok !== true || found.record.position !== position + stored.length + 1) {
      return undefined;
    }
    stored.push(found.record);
    chained.push(one);
    hash = found.hash;
    at += length;
  }
  return undefined;
}
