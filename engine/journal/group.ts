// Writes of one moment share one commit: each waits in order, all are on disk at once.

import { Fault } from '../core/fault.js';
import type { CommitSize, Lmdb } from '../io/lmdb/store.js';
import type { EventIndex } from './event-index.js';
import { Draft, type Heads } from './heads.js';
import { type Put, writePuts } from './puts.js';

/** Writes that may wait; more means that the disk has stopped, and memory would fill next. */
export const WRITES_WAITING_MAX = 100_000;

/**
 * Puts after which a commit is full, so that the first of a crowd is not kept for the last; the
 * index puts as many beside those of events.
 */
const PUTS_PER_COMMIT = 512;

/** Bytes after which a commit is full. */
const BYTES_PER_COMMIT = 16 * 1024 ** 2;

/**
 * Turns a request into puts that follow the draft, and brings the draft up to date. What it
 * throws refuses this one write: it must not have touched the draft by then.
 */
export type Stage = (draft: Draft) => readonly Put[];

/** What happened to the writes of one journal. */
export interface JournalCounters {
  /** Commits on disk. */
  commits: number;
  /** Writes acknowledged; more than `commits` where they share one. */
  writes: number;
  /** Bytes of values written. */
  bytes: number;
  /** Writes refused before anything was written, such as a repeated event. */
  refused: number;
  /** Writes that failed because of the disk. */
  failed: number;
  /** Damaged snapshots met when reading. */
  damagedSnapshots: number;
}

interface Waiting {
  readonly stage: Stage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The one line that all writes of a journal stand in. */
export class GroupWriter {
  readonly counters: JournalCounters = {
    commits: 0,
    writes: 0,
    bytes: 0,
    refused: 0,
    failed: 0,
    damagedSnapshots: 0,
  };
  readonly #lmdb: Pick<Lmdb, 'commit'>;
  readonly #heads: Heads;
  readonly #index: EventIndex;
  #waiting: Waiting[] = [];
  /** Writes that were taken off the line and are neither on disk nor refused. */
  #taken = 0;
  #drained: Promise<void> | undefined;
  /** Why nothing is written any more. */
  #end: Fault | undefined;

  constructor(lmdb: Pick<Lmdb, 'commit'>, heads: Heads, index: EventIndex) {
    this.#lmdb = lmdb;
    this.#heads = heads;
    this.#index = index;
  }

  /** Resolves once the write is on disk. Errors: what `stage` throws, and those of a commit. */
  write(stage: Stage): Promise<void> {
    if (this.#end === undefined && this.#waiting.length + this.#taken < WRITES_WAITING_MAX) {
      return new Promise((resolve, reject) => {
        this.#waiting.push({ stage, resolve, reject });
        this.#drained ??= this.#drain();
      });
    }
    this.counters.refused++;
    const text = `expected fewer than ${WRITES_WAITING_MAX} writes waiting for the disk`;
    return Promise.reject(
      this.#end ?? new Fault('journal.busy', `${text}; slow down`, { retryable: true }),
    );
  }

  /** Writes what waits, then refuses everything. */
  async end(): Promise<void> {
    this.#end ??= new Fault('journal.closed', 'expected an open journal, it is closed');
    await this.#drained;
  }

  async #drain(): Promise<void> {
    // Those who ask in the same moment belong to the first group too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      let next = 0;
      while (next < waiting.length) {
        this.#taken = waiting.length - next;
        next = await this.#commitGroup(waiting, next);
      }
      this.#taken = 0;
    }
    this.#drained = undefined;
  }

  /** Commits as many as fit, from `first`, and returns the first that did not. */
  async #commitGroup(waiting: readonly Waiting[], first: number): Promise<number> {
    const draft = new Draft(this.#heads);
    const puts: Put[] = [];
    const staged: Waiting[] = [];
    let bytes = 0;
    let next = first;
    while (next < waiting.length && puts.length < PUTS_PER_COMMIT && bytes < BYTES_PER_COMMIT) {
      const one = waiting[next++]!;
      try {
        for (const put of one.stage(draft)) {
          puts.push(put);
          bytes += put.value?.length ?? 0;
        }
        staged.push(one);
      } catch (error) {
        this.counters.refused++;
        one.reject(error);
      }
    }
    if (staged.length === 0) return next;
    puts.push(...this.#index.stage(draft.added));
    await this.#commit(draft, staged, puts, { puts: puts.length, bytes });
    return next;
  }

  async #commit(
    draft: Draft,
    staged: readonly Waiting[],
    puts: readonly Put[],
    size: CommitSize,
  ): Promise<void> {
    try {
      if (this.hasFailed) throw this.#end;
      await this.#lmdb.commit(size, () => writePuts(puts));
    } catch (error) {
      // A full disk was met before the commit began; after any other failure nobody knows how
      // much is on disk, so nothing may follow until the journal is opened anew.
      if (!(error instanceof Fault && error.code === 'journal.disk_full')) this.#fail(error);
      this.counters.failed += staged.length;
      for (const { reject } of staged) reject(error);
      return;
    }
    draft.accept();
    this.#index.accept();
    this.counters.commits++;
    this.counters.writes += staged.length;
    this.counters.bytes += size.bytes;
    for (const { resolve } of staged) resolve();
  }

  /** Whether a commit has failed in a way that ends all writing. */
  get hasFailed(): boolean {
    return this.#end !== undefined && this.#end.code !== 'journal.closed';
  }

  #fail(error: unknown): void {
    this.#end =
      error instanceof Fault
        ? error
        : new Fault('journal.commit_failed', `expected a commit on disk: ${String(error)}`, {
            cause: error,
          });
  }
}
