// The event journal: append in groups, read back by actor, verify from end to end.

import { crc32 } from 'node:zlib';
import type { Message } from '../core/address.js';
import { Fault } from '../core/fault.js';
import { Lmdb, type Store } from '../io/lmdb/store.js';
import type { Record as NewRecord } from '../runtime/system.js';
import { checkName, checkSize } from './bounds.js';
import { chainEvents } from './chain-events.js';
import { EventIndex, storedEnds } from './event-index.js';
import { findJournal, unbegun } from './find.js';
import { GroupWriter, type JournalCounters } from './group.js';
import { type Draft, type Heads, readHeads } from './heads.js';
import {
  type Inspection,
  inspectEvents,
  type Until,
  type Verification,
  verifyEvents,
} from './inspection.js';
import { type Put, writePuts } from './puts.js';
import type { StoredRecord } from './record.js';
import { corrupt, hashAt, recordAt, wholeRecord } from './record-at.js';
import { newestSnapshot, type StoredSnapshot, snapshotPuts, versionsOf } from './snapshots.js';
import { type StoresVerification, verifyStores } from './stores-verification.js';
import { viewPuts } from './views.js';
import { claimJournal, withdrawClaim } from './writer-claim.js';

/** The stores of a journal. */
const STORES = ['meta', 'events', 'index', 'snapshots', 'views', 'inputs'] as const;

/** The journal of one data directory. One process writes; others may read. */
export class Journal {
  readonly #lmdb: Lmdb;
  readonly #events: Store;
  readonly #index: EventIndex;
  readonly #indexed: Store;
  readonly #snapshots: Store;
  readonly #views: Store;
  readonly #inputs: Store;
  readonly #meta: Store;
  readonly #heads: Heads;
  readonly #writer: GroupWriter;
  readonly #isReadOnly: boolean;

  private constructor(lmdb: Lmdb, directory: string, isReadOnly: boolean) {
    this.#lmdb = lmdb;
    this.#isReadOnly = isReadOnly;
    // A reader can't make stores, so the writer's claim, the first thing written, makes them all.
    this.#meta = lmdb.store('meta');
    this.#events = lmdb.store('events');
    this.#indexed = lmdb.store('index');
    this.#snapshots = lmdb.store('snapshots');
    this.#views = lmdb.store('views');
    this.#inputs = lmdb.store('inputs');
    if (!isReadOnly) claimJournal(lmdb, this.#meta, directory);
    this.#index = new EventIndex(this.#events, this.#indexed, this.#meta);
    if (!isReadOnly) this.#index.refresh();
    const sequences = isReadOnly ? new Map<string, number>() : this.#index.lastSequences();
    this.#heads = readHeads(this.#events, this.#inputs, sequences);
    this.#writer = new GroupWriter(lmdb, this.#heads, this.#index);
  }

  /**
   * Opens the journal of a directory.
   * Errors: `journal.locked` while another process writes, `journal.missing` when there is none
   * to read, `journal.unwritable`, `journal.disk_full`, `journal.cannot_open`; for a writer
   * `journal.corrupt` in the events that the process before had not indexed.
   */
  static open(directory: string, options: { readonly readOnly?: boolean } = {}): Journal {
    const isReadOnly = options.readOnly === true;
    if (isReadOnly) findJournal(directory);
    const lmdb = Lmdb.open(directory, isReadOnly);
    try {
      if (isReadOnly && lmdb.isUnbegun(STORES)) {
        throw unbegun(directory);
      }
      return new Journal(lmdb, directory, isReadOnly);
    } catch (error) {
      // Nothing was written, so there is nothing to wait for.
      void lmdb.close();
      throw error;
    }
  }

  /** What happened to this journal's writes since it was opened. */
  get counters(): Readonly<JournalCounters> {
    return this.#writer.counters;
  }

  /**
   * Appends events, all or none, and resolves once they are on disk.
   * Errors: `journal.out_of_sequence` for a record that is there already or skips one,
   * `journal.event_too_large`, `journal.bad_name`, `journal.busy` and `journal.disk_full`, both
   * retryable, `journal.commit_failed`, `journal.closed`.
   */
  append(records: readonly NewRecord[]): Promise<void> {
    return this.#write((draft) => chainEvents(this.#events, records, draft));
  }

  /** Events of one actor after a sequence, in order. Errors: `journal.corrupt`. */
  events(address: string, after = 0): Message[] {
    return this.recordsOf(address, after).map(({ event }) => event);
  }

  /** Records of one actor after a sequence, in order. Errors: `journal.corrupt`. */
  recordsOf(address: string, after = 0): StoredRecord[] {
    const found: StoredRecord[] = [];
    // A writer may be at work beside a reader; and it knows who has nothing on disk.
    if (this.#isReadOnly) this.#index.refresh();
    else if (!this.#heads.sequences.has(address)) return found;
    for (const [sequence, position] of this.#index.after(address, after)) {
      const record = recordAt(this.#events, position);
      if (record.address !== address || record.sequence !== sequence) {
        throw corrupt(`record ${position} to be event ${sequence} of ${address}`);
      }
      found.push(record);
    }
    return found;
  }

  /** All records after a position, in order, each checked. Errors: `journal.corrupt`. */
  *records(after = 0): Iterable<StoredRecord> {
    let previous = hashAt(this.#events, after);
    let position = after + 1;
    for (const { key, value } of this.#events.range({ start: [after + 1] })) {
      if (key[0] !== position) throw corrupt(`a record at ${position}, the next is ${key[0]}`);
      const { record, hash } = wholeRecord(position, value, previous);
      yield record;
      previous = hash;
      position++;
    }
  }

  /**
   * Records of every actor, in order, each checked: one walk through the journal, at a third of
   * what the actors cost one by one. Errors: `journal.corrupt`.
   */
  recordsOfAll(): Map<string, StoredRecord[]> {
    const found = new Map<string, StoredRecord[]>();
    for (const record of this.records()) {
      const before = found.get(record.address);
      if (before === undefined) found.set(record.address, [record]);
      else before.push(record);
    }
    return found;
  }

  /** Position of the last record on disk, 0 before the first. */
  get position(): number {
    return this.#heads.position;
  }

  /** Sequence of an actor's last event on disk, 0 before its first. Errors: as `events`. */
  sequenceOf(address: string): number {
    return this.#sequences().get(address) ?? 0;
  }

  /** Addresses that have events. Errors: as `events`. */
  addresses(): string[] {
    return [...this.#sequences().keys()];
  }

  #sequences(): ReadonlyMap<string, number> {
    if (!this.#isReadOnly) return this.#heads.sequences;
    this.#index.refresh();
    return this.#index.lastSequences();
  }

  /**
   * Appends recorded inputs, all or none, which the caller leaves as they are until this resolves:
   * then they are on disk. Errors: as `append`.
   */
  appendInput(...inputs: readonly Buffer[]): Promise<void> {
    return this.#write((draft) => {
      for (const bytes of inputs) checkSize(bytes, 'an input');
      return inputs.map((bytes) => {
        draft.input++;
        return { store: this.#inputs, key: [draft.input, crc32(bytes)], value: bytes };
      });
    });
  }

  /** One recorded input by its number, from 1. Errors: `journal.corrupt`. */
  input(number: number): Buffer {
    for (const bytes of this.inputs(number - 1)) return bytes;
    throw corrupt(`an input ${number}, there is none`);
  }

  /** Recorded inputs after a number of them, in order. Errors: `journal.corrupt`. */
  *inputs(after = 0): Iterable<Buffer> {
    let number = after + 1;
    for (const { key, value } of this.#inputs.range({ start: [number] })) {
      if (key[0] !== number) throw corrupt(`input ${number}, the next is ${key[0]}`);
      if (key[1] !== crc32(value)) throw corrupt(`input ${number} with its checksum`);
      yield value;
      number++;
    }
  }

  /**
   * Stores a snapshot, checksummed, as the newest of its name; the one before is kept too.
   * Errors: as `append`.
   */
  putSnapshot(name: string, bytes: Buffer): Promise<void> {
    return this.#write(() => {
      checkName(name);
      checkSize(bytes, `snapshot ${name}`);
      const version = (versionsOf(this.#snapshots, name).at(-1) ?? 0) + 1;
      return snapshotPuts(this.#snapshots, name, version, bytes);
    });
  }

  /** The newest whole snapshot of a name; a damaged one is counted and passed over. */
  snapshot(name: string): StoredSnapshot | undefined {
    return newestSnapshot(this.#snapshots, name, () => {
      this.#writer.counters.damagedSnapshots++;
    });
  }

  /** Stores a small read model, such as the last run's results. Errors: as `append`. */
  putView(name: string, bytes: Uint8Array): Promise<void> {
    return this.#write(() => {
      checkName(name);
      checkSize(bytes, `view ${name}`);
      return viewPuts(this.#views, name, bytes);
    });
  }

  /** A read model by name. */
  view(name: string): Buffer | undefined {
    return this.#views.get([name]);
  }

  /** Walks the whole chain and tells the first record that can't be trusted. */
  verify(): Verification {
    return verifyEvents(this.#events, this.#indexed, storedEnds(this.#meta));
  }

  /** Checks everything beside the events against its checksum. */
  verifyStores(): StoresVerification {
    return verifyStores(this.#inputs, this.#snapshots, this.#views);
  }

  /** Counts what the journal holds, up to the first record beyond `until`. */
  inspect(until?: Until): Inspection {
    return inspectEvents(this.#events, this.#inputs, until);
  }

  /** Writes what waits, closes the journal and gives the directory free. */
  async close(): Promise<void> {
    await this.#writer.end();
    if (!this.#isReadOnly) await this.#release();
    await this.#lmdb.close();
  }

  #write(stage: (draft: Draft) => readonly Put[]): Promise<void> {
    if (!this.#isReadOnly) return this.#writer.write(stage);
    const text = 'expected a journal opened for writing, this one is read-only';
    return Promise.reject(new Fault('journal.read_only', text));
  }

  /** Gives the directory free, with an index that lacks nothing. */
  async #release(): Promise<void> {
    if (this.#writer.hasFailed) return;
    try {
      const puts = this.#index.remaining(this.#heads.position);
      await this.#lmdb.commit({ puts: puts.length + 1, bytes: 0 }, () => {
        writePuts(puts);
        withdrawClaim(this.#meta);
      });
    } catch (error) {
      // With no room even for this the claim stays, and ends with the process.
      if (!(error instanceof Fault && error.code === 'journal.disk_full')) throw error;
    }
  }
}
