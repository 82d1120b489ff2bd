// LMDB as a driver: named ordered stores of bytes in one environment, with durable commits.

import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Database, RootDatabase } from 'lmdb';
import { Fault } from '../../core/fault.js';
import { makeFolder } from '../folder.js';
import { proveRoom, Space } from './space.js';

/** Loaded when a store is first opened: a shard's thread has no use for it. */
const load = createRequire(import.meta.url);

/** Largest size an environment may grow to; address space, not disk. */
const MAP_BYTES = 64 * 1024 ** 3;

/**
 * Pages that one put may take: a copy of each page from root to leaf and as many splits, for a
 * tree of four levels, which holds more than a hundred million records.
 */
const PAGES_PER_PUT = 8;

/** Pages that a commit takes besides: roots of the stores and the list of free pages. */
const PAGES_PER_COMMIT = 64;

/** A key: parts compare in order. */
export type Key = (string | number)[];

/** What one commit is going to write, for the room it needs. */
export interface CommitSize {
  readonly puts: number;
  readonly bytes: number;
}

/** One named store. */
export class Store {
  readonly #database: Database<Buffer, Key>;

  constructor(database: Database<Buffer, Key>) {
    this.#database = database;
  }

  /** The bytes under a key. */
  get(key: Key): Buffer | undefined {
    return this.#database.get(key);
  }

  /** Writes inside the current transaction. */
  put(key: Key, value: Buffer): void {
    // Inside a transaction its promise is one that is kept already: the commit tells of failures.
    void this.#database.put(key, value);
  }

  /** Removes inside the current transaction. */
  remove(key: Key): void {
    void this.#database.remove(key);
  }

  /**
   * Entries with start <= key < end, in order, or backwards from `start` down. For loops alone: a
   * loop lets go of the read transaction however it ends, and a step by hand would keep it for
   * ever, with every page that is written after it.
   */
  *range(options: {
    readonly start?: Key;
    readonly end?: Key;
    readonly reverse?: boolean;
    readonly limit?: number;
  }): Iterable<{ readonly key: Key; readonly value: Buffer }> {
    for (const { key, value } of this.#database.getRange(options)) {
      // A key of one part comes back as that part alone.
      yield { key: Array.isArray(key) ? key : [key], value };
    }
  }

  /** Keys with start <= key < end, in order; the values stay unread on disk. */
  keys(options: { readonly start: Key; readonly end: Key }): Key[] {
    return Array.from(this.#database.getKeys(options), (key) => (Array.isArray(key) ? key : [key]));
  }

  /** Entries in the store. */
  count(): number {
    // The package types its statistics as `{}`; the field is in its manual.
    return (this.#database.getStats() as { readonly entryCount: number }).entryCount;
  }
}

/** One environment on disk. */
export class Lmdb {
  readonly #root: RootDatabase<Buffer, Key>;
  readonly #space: Space | undefined;
  /** Pages that the commit before may still be about to take. */
  #bytesBefore = 0;
  #hasFailed = false;

  private constructor(root: RootDatabase<Buffer, Key>, space: Space | undefined) {
    this.#root = root;
    this.#space = space;
  }

  /**
   * Opens or creates an environment.
   * Errors: `journal.unwritable`, `journal.disk_full`, `journal.cannot_open`.
   */
  static open(directory: string, readOnly = false): Lmdb {
    const file = join(directory, 'journal.mdb');
    try {
      if (!readOnly) {
        makeFolder(directory);
        accessSync(directory, constants.W_OK);
        if (existsSync(file)) accessSync(file, constants.W_OK);
        else proveRoom(directory);
      }
    } catch (error) {
      throw faultOf(error, 'journal.unwritable', `expected to write to ${directory}`);
    }
    try {
      // What `require` gives has no type: it is the package's own.
      const { open } = load('lmdb') as typeof import('lmdb');
      const root = open<Buffer, Key>({
        path: file,
        encoding: 'binary',
        maxDbs: 16,
        mapSize: MAP_BYTES,
        readOnly,
      });
      return new Lmdb(root, readOnly ? undefined : new Space(file));
    } catch (error) {
      throw faultOf(error, 'journal.cannot_open', `expected to open the journal in ${directory}`);
    }
  }

  /**
   * Whether it was left before all stores of these names were made, and nothing is in any: whoever
   * made it ended at once. A store whose name is none of these was damaged, and is no such sign.
   */
  isUnbegun(names: readonly string[]): boolean {
    const made = Array.from(this.#root.getKeys(), String);
    if (made.length >= names.length || !made.every((name) => names.includes(name))) return false;
    return made.every((name) => this.store(name).count() === 0);
  }

  /** A named store of this environment. */
  store(name: string): Store {
    return new Store(this.#root.openDB<Buffer, Key>({ name, encoding: 'binary' }));
  }

  /**
   * Takes what `write` puts and removes as one transaction; resolves once it is on disk. One commit
   * at a time.
   * Errors: `journal.disk_full`, retryable, with nothing written; `journal.commit_failed`, after
   * which the environment must not be written any more: what is on disk is whole, but the commit
   * itself may or may not be.
   */
  async commit(size: CommitSize, write: () => void): Promise<void> {
    await this.#space?.settled();
    this.#makeRoom(size);
    try {
      // Queued whole and written by a thread of the pool: one that had to ask this thread for each
      // put would wait for it, and this one for the puts.
      await this.#root.batch(write);
      await this.#root.flushed;
    } catch (error) {
      this.#hasFailed = true;
      throw faultOf(await causeOf(error), 'journal.commit_failed', 'expected a commit on disk');
    }
    // The next one looks for room behind all that this one may have taken.
    this.#space?.growAhead(this.bytes() + 2 * this.#bytesBefore);
  }

  /** Runs `write` while no other process can; what it throws leaves nothing written. */
  exclusively(write: () => void): void {
    this.#makeRoom({ puts: 1, bytes: 0 });
    this.#root.transactionSync(write);
  }

  /** Bytes of the file in use, free pages within it included. */
  bytes(): number {
    // The package types its statistics as `{}`; the fields are in its manual.
    const stats = this.#root.getStats() as {
      readonly lastPageNumber: number;
      readonly pageSize: number;
    };
    return (stats.lastPageNumber + 1) * stats.pageSize;
  }

  /**
   * Writes a compact copy as of the last commit, while others write. Errors: the package's own,
   * those of the file.
   */
  copyTo(file: string): Promise<void> {
    return this.#root.backup(file, true);
  }

  /** Closes the environment once what was committed is on disk. */
  async close(): Promise<void> {
    // After a failed commit the package waits for ever for its end; the process's end will do.
    if (this.#hasFailed) return;
    await this.#root.close();
    await this.#space?.settled();
    this.#space?.close();
  }

  #makeRoom({ puts, bytes }: CommitSize): void {
    const needed = bytes + (puts * (PAGES_PER_PUT + 1) + PAGES_PER_COMMIT) * 4096;
    const end = this.bytes() + this.#bytesBefore + needed;
    if (end > MAP_BYTES) {
      const text = `expected the journal to stay under ${MAP_BYTES} bytes; archive it and begin anew`;
      throw new Fault('journal.disk_full', text, { retryable: false });
    }
    try {
      this.#space?.reserve(end);
    } catch (error) {
      throw faultOf(error, 'journal.unwritable', `expected room for ${needed} more bytes`);
    }
    this.#bytesBefore = needed;
  }
}

/** The package hands out the reason of a failed commit as a promise that rejects. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  return Promise.resolve(error.commitError).catch((cause: unknown) => cause);
}

/** Error numbers of a full disk, a full quota and a file at its size limit, as LMDB gives them. */
const FULL = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG', 28, 122, 27]);

/** Each folder by itself: Node's recursive way never ends in a folder that can't hold others. */
function faultOf(error: unknown, code: string, text: string): Fault {
  const reason = error instanceof Error ? error.message : String(error);
  const isFull = error instanceof Error && 'code' in error && FULL.has(error.code);
  if (isFull && code !== 'journal.commit_failed') {
    const full = `${text}, the disk is full: ${reason}; free some space`;
    return new Fault('journal.disk_full', full, { cause: error, retryable: true });
  }
  return new Fault(code, `${text}: ${reason}; check the path, its permissions and free space`, {
    cause: error,
  });
}
