// Records everything that enters, with the time it came: on disk before it is acknowledged.

import { existsSync, renameSync, writeFileSync } from 'node:fs';
import type { BookPoint } from '../app/feed/kept-book-points.js';
import type { Admission } from '../app/feed/recorded-batches.js';
import type { IngestBatch } from '../app/port.js';
import { claimRecording } from './claim.js';
import type { EventHead, PointHead } from './line-tables.js';
import { isRaw, type RecordedRun, RUN_KINDS, readRun, runFile } from './recording.js';
import { type RollingCounters, RollingSegments, recoverSegments } from './rolling.js';
import type { BatchHead, Sealed } from './seal.js';
import { BATCHES, TAKEN_BACK } from './standing.js';

/** An event as it is recorded. */
export interface RecordedEvent {
  readonly address: string;
  readonly sequence: number;
  readonly timeUs: number;
  readonly cause: string;
  readonly place?: number | undefined;
  /** The event in JSON. */
  readonly event: string;
}

/** What a recorder has done. */
export interface RecorderCounters extends RollingCounters {
  batches: number;
  events: number;
  points: number;
  /** Records that the journal did not take, and that the disk did not let be taken back. */
  notTakenBack: number;
}

/** Records one run. */
export class Recorder {
  readonly #dir: string;
  readonly #segments: RollingSegments;
  readonly #giveUp: () => void;
  /** The note whose state nothing was recorded behind yet. */
  #stateNoted: RecordedRun | undefined;
  #batch: number;
  #event: number;
  #point: number;
  /** What an earlier process left open. */
  readonly recovered: readonly Sealed[];
  readonly counters: RecorderCounters = {
    batches: 0,
    events: 0,
    points: 0,
    notTakenBack: 0,
    bytes: 0,
    sealed: 0,
    waits: 0,
  };

  private constructor(dir: string, recovered: readonly Sealed[], giveUp: () => void) {
    this.#dir = dir;
    this.#giveUp = giveUp;
    const before = existsSync(runFile(dir)) ? readRun(dir) : undefined;
    this.#stateNoted = before?.hash === undefined ? undefined : before;
    this.recovered = recovered;
    this.#segments = new RollingSegments(dir, RUN_KINDS, this.counters);
    this.#batch = this.#segments.firstNumber;
    this.#event = this.#segments.firstNumber;
    this.#point = this.#segments.firstNumber;
  }

  /**
   * Opens a folder and makes tables of what a crash left. Errors: `recording.locked` while another
   * process records there, `recording.unwritable`, `recording.unreadable`, `duckdb.failed`.
   */
  static async open(dir: string): Promise<Recorder> {
    const giveUp = claimRecording(dir, 'records');
    try {
      return new Recorder(dir, await recoverSegments(dir, (kind) => !isRaw(kind)), giveUp);
    } catch (error) {
      giveUp();
      throw error;
    }
  }

  /**
   * Notes which run is recorded, and at its end the state it came to: none where something stands
   * in the recording that is no part of it.
   */
  note({ hash, ...rest }: RecordedRun): void {
    const isKnown = hash !== undefined && this.counters.notTakenBack === 0;
    const run: RecordedRun = isKnown ? { ...rest, hash } : rest;
    this.#stateNoted = run.hash === undefined ? undefined : run;
    const path = runFile(this.#dir);
    // Days that were dropped are missing in whatever is recorded behind them, too.
    const keptFrom = existsSync(path) ? readRun(this.#dir).keptFrom : undefined;
    const noted = { ...run, kinds: RUN_KINDS, ...(keptFrom === undefined ? {} : { keptFrom }) };
    writeFileSync(`${path}.tmp`, `${JSON.stringify(noted, null, 2)}\n`, { flush: true });
    renameSync(`${path}.tmp`, path);
  }

  /**
   * Records a batch, its place and arrival; resolves once on disk, to its number. Errors: the file
   * system's.
   */
  async batch(
    { source, sequence, symbols, prints }: IngestBatch,
    { step, prints: place, arrivalUs }: Admission,
  ): Promise<number> {
    const head: BatchHead = {
      kind: 'prints',
      batch: this.#batch++,
      source,
      sequence: String(sequence),
      symbols,
      step,
      place,
      // A batch of an earlier version has no arrival to be recorded.
      arrivalUs: arrivalUs ?? 0,
    };
    this.counters.batches++;
    this.#withdrawState();
    await this.#segments.append('prints', { head: JSON.stringify(head), body: prints });
    return head.batch;
  }

  /** Records an event; resolves once it is on disk. Errors: of the file system. */
  async event({ place, ...event }: RecordedEvent): Promise<void> {
    const head: EventHead = { kind: 'events', number: this.#event++, step: place ?? 0, ...event };
    this.counters.events++;
    this.#withdrawState();
    await this.#segments.append('events', { head: JSON.stringify(head), body: new Uint8Array(0) });
  }

  /** Takes events of an actor back, from a sequence on: the journal did not take them. */
  withdrawEvents(address: string, sequence: number): Promise<void> {
    return this.#takeBack(address, sequence);
  }

  /** Takes a batch back by its number: the journal did not take it. */
  withdrawBatch(number: number): Promise<void> {
    return this.#takeBack(BATCHES, number);
  }

  /** Where the disk does not let it be, that is counted, and the run has no state to be held to. */
  async #takeBack(address: string, sequence: number): Promise<void> {
    try {
      await this.event({ address, sequence, timeUs: 0, cause: 'recorder', event: TAKEN_BACK });
    } catch {
      this.counters.notTakenBack++;
    }
  }

  /** Records what books said at a point; resolves once on disk. Errors: of the file system. */
  async point({ step, said }: Omit<BookPoint, 'feed'>): Promise<void> {
    const text = JSON.stringify(said);
    const head: PointHead = { kind: 'points', number: this.#point++, step, said: text };
    this.counters.points++;
    this.#withdrawState();
    await this.#segments.append('points', { head: JSON.stringify(head), body: new Uint8Array(0) });
  }

  /** Resolves once every print recorded before stands in a table. Errors: of the file system. */
  sealPrints(): Promise<void> {
    return this.#segments.seal('prints');
  }

  /** Makes tables of all that was recorded. Errors: what kept one from being made. */
  close(): Promise<void> {
    return this.#segments.close().finally(this.#giveUp);
  }

  /** The state noted last is no more that of the run's end: something comes behind it. */
  #withdrawState(): void {
    if (this.#stateNoted === undefined) return;
    const { hash: _hash, ticks: _ticks, ...run } = this.#stateNoted;
    this.note(run);
  }
}
