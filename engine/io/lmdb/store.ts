// LMDB as a driver: named ordered stores of bytes in one environment, with grouped durable commits.

import { accessSync, constants, mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { Fault } from '../../core/fault.js';

/** Largest size an environment may grow to; address space, not disk. */
const MAP_BYTES = 64 * 1024 ** 3;

/** A key: parts compare in order. */
export type Key = (string | number)[];

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
    this.#database.put(key, value);
  }

  /** Removes inside the current transaction. */
  remove(key: Key): void {
    this.#database.remove(key);
  }

  /** Entries with start <= key < end, in order, or backwards. */
  *range(options: {
    readonly start?: Key;
    readonly end?: Key;
    readonly reverse?: boolean;
    readonly limit?: number;
  }): Generator<{ readonly key: Key; readonly value: Buffer }> {
    for (const { key, value } of this.#database.getRange(options)) {
      // A key of one part comes back as that part alone.
      yield { key: Array.isArray(key) ? key : [key], value };
    }
  }
}

/** One environment on disk. */
export class Lmdb {
  readonly #root: RootDatabase<Buffer, Key>;

  private constructor(root: RootDatabase<Buffer, Key>) {
    this.#root = root;
  }

  /** Opens or creates an environment. Errors: `store.unwritable`, `store.cannot_open`. */
  static open(directory: string, readOnly = false): Lmdb {
    try {
      if (!readOnly) {
        mkdirSync(directory, { recursive: true });
        accessSync(directory, constants.W_OK);
      }
    } catch (error) {
      throw fault('store.unwritable', `expected to write to ${directory}`, error);
    }
    try {
      const root = open<Buffer, Key>({
        path: `${directory}/journal.mdb`,
        encoding: 'binary',
        maxDbs: 16,
        mapSize: MAP_BYTES,
        readOnly,
      });
      return new Lmdb(root);
    } catch (error) {
      throw fault('store.cannot_open', `expected to open the store in ${directory}`, error);
    }
  }

  /** A named store of this environment. */
  store(name: string): Store {
    return new Store(this.#root.openDB<Buffer, Key>({ name, encoding: 'binary' }));
  }

  /**
   * Runs `write` in a transaction, together with others of the same moment, and resolves once it
   * is on disk. Errors: `store.commit_failed`, retryable, with nothing written.
   */
  async commit(write: () => void): Promise<void> {
    try {
      await this.#root.transaction(write);
      await this.#root.flushed;
    } catch (error) {
      throw error instanceof Fault
        ? error
        : fault('store.commit_failed', 'expected the commit to reach the disk', error);
    }
  }

  /** Closes the environment once what was committed is on disk. */
  async close(): Promise<void> {
    await this.#root.close();
  }
}

function fault(code: string, text: string, cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Fault(code, `${text}: ${reason}; check the path, its permissions and free space`, {
    cause,
    retryable: code === 'store.commit_failed',
  });
}
