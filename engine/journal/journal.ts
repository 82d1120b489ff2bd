// The event journal: append in groups, read back by actor, verify from end to end.

import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../core/address.js';
import { Fault } from '../core/fault.js';
import { Lmdb, type Store } from '../io/lmdb/store.js';
import type { Record as NewRecord } from '../runtime/system.js';
import { chain, GENESIS, type StoredRecord, unchain } from './record.js';

/** Longest event: a command's, with room; larger things are snapshots or inputs. */
const EVENT_BYTES_MAX = 1_000_000;

/** What `verify` found. */
export interface Verification {
  readonly records: number;
  readonly firstBad?: { readonly position: number; readonly reason: string };
}

/** What `inspect` found. */
export interface Inspection {
  readonly records: number;
  readonly bytes: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly byAddress: Readonly<Record<string, number>>;
  readonly inputs: number;
  readonly lastHash: string;
}

/** The journal of one data directory. One process writes; others may read. */
export class Journal {
  readonly #lmdb: Lmdb;
  readonly #events: Store;
  readonly #index: Store;
  readonly #snapshots: Store;
  readonly #views: Store;
  readonly #inputs: Store;
  readonly #lockFile: string | undefined;
  #position = 0;
  #hash = GENESIS;
  #input = 0;
  /** Last sequence of each actor, so that a record is appended once. */
  readonly #sequences = new Map<string, number>();

  private constructor(lmdb: Lmdb, lockFile: string | undefined) {
    this.#lmdb = lmdb;
    this.#lockFile = lockFile;
    this.#events = lmdb.store('events');
    this.#index = lmdb.store('index');
    this.#snapshots = lmdb.store('snapshots');
    this.#views = lmdb.store('views');
    this.#inputs = lmdb.store('inputs');
    for (const { key, value } of this.#events.range({ reverse: true, limit: 1 })) {
      this.#position = Number(key[0]);
      this.#hash = value.toString('utf8', 0, 64);
    }
    for (const { key } of this.#inputs.range({ reverse: true, limit: 1 })) {
      this.#input = Number(key[0]);
    }
    for (const { key } of this.#index.range({})) {
      this.#sequences.set(String(key[0]), Number(key[1]));
    }
  }

  /**
   * Opens the journal of a directory.
   * Errors: `journal.locked` while another process writes, `store.unwritable`, `store.cannot_open`.
   */
  static open(directory: string, options: { readonly readOnly?: boolean } = {}): Journal {
    if (options.readOnly === true) {
      if (!existsSync(join(directory, 'journal.mdb'))) {
        throw new Fault('journal.missing', `expected a journal in ${directory}, there is none`);
      }
      return new Journal(Lmdb.open(directory, true), undefined);
    }
    const lockFile = lock(directory);
    try {
      return new Journal(Lmdb.open(directory), lockFile);
    } catch (error) {
      rmSync(lockFile, { force: true });
      throw error;
    }
  }

  /**
   * Appends events, all or none, and resolves once they are on disk.
   * Errors: `journal.out_of_sequence` for a record that is there already or skips one,
   * `journal.event_too_large`, `store.commit_failed`.
   */
  async append(records: readonly NewRecord[]): Promise<void> {
    await this.#lmdb.commit(() => {
      // All is checked before the first write, so that a refusal leaves nothing behind.
      const chained = this.#chainAll(records);
      for (const { stored, bytes, hash } of chained) {
        this.#events.put([stored.position], bytes);
        this.#index.put([stored.address, stored.sequence], Buffer.from(String(stored.position)));
        this.#sequences.set(stored.address, stored.sequence);
        this.#position = stored.position;
        this.#hash = hash;
      }
    });
  }

  #chainAll(
    records: readonly NewRecord[],
  ): { readonly stored: StoredRecord; readonly bytes: Buffer; readonly hash: string }[] {
    const next = new Map<string, number>();
    let hash = this.#hash;
    return records.map(({ address, sequence, event, cause, timeUs }, index) => {
      const expected = (next.get(address) ?? this.#sequences.get(address) ?? 0) + 1;
      if (sequence !== expected) {
        throw new Fault(
          'journal.out_of_sequence',
          `expected event ${expected} of ${address}, was ${sequence}`,
        );
      }
      next.set(address, sequence);
      const position = this.#position + 1 + index;
      const stored: StoredRecord = { position, address, sequence, timeUs, cause, event };
      const chained = chain(stored, hash);
      if (chained.bytes.length > EVENT_BYTES_MAX) {
        throw new Fault('journal.event_too_large', `expected at most ${EVENT_BYTES_MAX} bytes`);
      }
      hash = chained.hash;
      return { stored, bytes: chained.bytes, hash };
    });
  }

  /** Events of one actor after a sequence, in order. Errors: `journal.corrupt`. */
  events(address: string, after = 0): Message[] {
    const events: Message[] = [];
    for (const { value } of this.#index.range({
      start: [address, after + 1],
      end: [address, Number.MAX_SAFE_INTEGER],
    })) {
      const position = Number(value.toString());
      const bytes = this.#events.get([position]);
      const found = bytes === undefined ? undefined : unchain(bytes, undefined);
      if (found === undefined || !found.ok) {
        throw new Fault(
          'journal.corrupt',
          `expected a readable record at ${position} of ${address}`,
        );
      }
      events.push(found.record.event);
    }
    return events;
  }

  /** Addresses that have events. */
  addresses(): string[] {
    return [...this.#sequences.keys()];
  }

  /** Appends recorded input bytes and resolves once they are on disk. */
  async appendInput(bytes: Buffer): Promise<void> {
    const sequence = ++this.#input;
    await this.#lmdb.commit(() => this.#inputs.put([sequence], bytes));
  }

  /** Recorded inputs, in order. */
  *inputs(): Generator<Buffer> {
    for (const { value } of this.#inputs.range({})) yield value;
  }

  /** Stores a snapshot, with a checksum, in place of the last one of that name. */
  async putSnapshot(name: string, bytes: Buffer): Promise<void> {
    const checksum = createHash('sha256').update(bytes).digest();
    await this.#lmdb.commit(() => this.#snapshots.put([name], Buffer.concat([checksum, bytes])));
  }

  /** The last snapshot of a name; undefined when there is none or its checksum is wrong. */
  snapshot(name: string): Buffer | undefined {
    const stored = this.#snapshots.get([name]);
    if (stored === undefined) return undefined;
    const bytes = stored.subarray(32);
    const checksum = createHash('sha256').update(bytes).digest();
    return checksum.equals(stored.subarray(0, 32)) ? Buffer.from(bytes) : undefined;
  }

  /** Stores a small read model, such as the last run's results. */
  async putView(name: string, bytes: Uint8Array): Promise<void> {
    await this.#lmdb.commit(() => this.#views.put([name], Buffer.from(bytes)));
  }

  /** A read model by name. */
  view(name: string): Buffer | undefined {
    return this.#views.get([name]);
  }

  /** Walks the whole chain and tells the first record that can't be trusted. */
  verify(): Verification {
    let previous = GENESIS;
    let records = 0;
    for (const { key, value } of this.#events.range({})) {
      const position = Number(key[0]);
      if (position !== records + 1) {
        const reason = `record ${records + 1} is missing`;
        return { records, firstBad: { position: records + 1, reason } };
      }
      const found = unchain(value, previous);
      if (!found.ok) return { records, firstBad: { position, reason: found.reason } };
      const { address, sequence } = found.record;
      const indexed = this.#index.get([address, sequence])?.toString();
      if (indexed !== String(position)) {
        const reason = `the index of ${address} does not lead here`;
        return { records, firstBad: { position, reason } };
      }
      previous = found.hash;
      records++;
    }
    return { records };
  }

  /** Counts what the journal holds. */
  inspect(): Inspection {
    const byKind: Record<string, number> = {};
    const byAddress: Record<string, number> = {};
    let bytes = 0;
    let records = 0;
    for (const { value } of this.#events.range({})) {
      const found = unchain(value, undefined);
      bytes += value.length;
      records++;
      if (!found.ok) continue;
      const { kind } = found.record.event;
      byKind[kind] = (byKind[kind] ?? 0) + 1;
      byAddress[found.record.address] = (byAddress[found.record.address] ?? 0) + 1;
    }
    return { records, bytes, byKind, byAddress, inputs: this.#input, lastHash: this.#hash };
  }

  /** Closes the journal and gives the directory free. */
  async close(): Promise<void> {
    await this.#lmdb.close();
    if (this.#lockFile !== undefined) rmSync(this.#lockFile, { force: true });
  }
}

/** Takes the directory's writer lock, from a dead process if need be. */
function lock(directory: string): string {
  const file = join(directory, 'writer.lock');
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw unwritable(directory, error);
  }
  for (let tries = 0; tries < 3; tries++) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(directory, error);
      const owner = Number(readFileSync(file, 'utf8'));
      if (owner !== process.pid && isAlive(owner)) {
        throw new Fault(
          'journal.locked',
          `expected ${directory} to be free, process ${owner} writes to it; stop it or choose another --data-dir`,
        );
      }
      rmSync(file, { force: true });
    }
  }
  throw new Fault(
    'journal.locked',
    `expected to lock ${directory}, another process keeps taking it`,
  );
}

function unwritable(directory: string, cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Fault('store.unwritable', `expected to write to ${directory}: ${reason}`, { cause });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
