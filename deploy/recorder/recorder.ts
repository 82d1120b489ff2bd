// Records everything that enters, with the time it came: on disk before it is acknowledged.

import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IngestBatch } from '../app/port.js';
import type { Admission } from '../app/recorded-batches.js';
import {
  openFolder,
  type RecordedKind,
  type RecordedRun,
  readRun,
  runFile,
  tablesOf,
} from './recording.js';
import { type BatchHead, type EventHead, type Sealed, sealSegment } from './seal.js';
import { SegmentWriter } from './segment.js';

/** A segment becomes a table at this size: a third of a million prints. Units: bytes. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/** More batches than a segment holds, so that numbers go on rising over processes. */
const NUMBERS_PER_SEGMENT = 1_000_000;

/** Segments that may wait to become tables; beyond it the sources wait. */
const SEALING_MAX = 8;

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
export interface RecorderCounters {
  batches: number;
  events: number;
  bytes: number;
  sealed: number;
  /** Times that sources waited for tables. */
  waits: number;
}

/** Records one run. */
export class Recorder {
  readonly #dir: string;
  readonly #writers = new Map<
    RecordedKind,
    { readonly date: string; readonly writer: SegmentWriter }
  >();
  readonly #rolling = new Map<RecordedKind, Promise<SegmentWriter>>();
  readonly #sealing = new Set<Promise<unknown>>();
  #number: number;
  #batch: number;
  #event: number;
  #failure: unknown;
  /** What an earlier process left open. */
  readonly recovered: readonly Sealed[];
  readonly counters: RecorderCounters = { batches: 0, events: 0, bytes: 0, sealed: 0, waits: 0 };

  private constructor(dir: string, recovered: readonly Sealed[], number: number) {
    this.#dir = dir;
    this.recovered = recovered;
    this.#number = number;
    // Above those of earlier processes in this folder.
    this.#batch = number * NUMBERS_PER_SEGMENT;
    this.#event = number * NUMBERS_PER_SEGMENT;
  }

  /** Opens a folder and makes tables of what a crash left. Errors: `duckdb.failed`. */
  static async open(dir: string): Promise<Recorder> {
    mkdirSync(openFolder(dir), { recursive: true });
    const recovered = await recoverSegments(dir);
    const used = [...tablesOf(dir, 'prints'), ...tablesOf(dir, 'events')];
    const numbers = used.map((path) => Number(/(\d+)\.parquet$/.exec(path)?.[1] ?? 0));
    return new Recorder(dir, recovered, Math.max(0, ...numbers) + 1);
  }

  /** Notes which run is recorded, and at its end the state it came to. */
  note(run: RecordedRun): void {
    const path = runFile(this.#dir);
    // Days that were dropped are missing in whatever is recorded behind them, too.
    const keptFrom = existsSync(path) ? readRun(this.#dir).keptFrom : undefined;
    const noted = keptFrom === undefined ? run : { ...run, keptFrom };
    writeFileSync(`${path}.tmp`, `${JSON.stringify(noted, null, 2)}\n`, { flush: true });
    renameSync(`${path}.tmp`, path);
  }

  /** Records a batch, its place and arrival; resolves once on disk. Errors: the file system's. */
  async batch(
    { source, sequence, symbols, prints }: IngestBatch,
    { step, prints: place, arrivalUs }: Admission,
  ): Promise<void> {
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
    await this.#append('prints', JSON.stringify(head), prints);
  }

  /** Records an event; resolves once it is on disk. Errors: of the file system. */
  async event({ place, ...event }: RecordedEvent): Promise<void> {
    const head: EventHead = { kind: 'events', number: this.#event++, step: place ?? 0, ...event };
    this.counters.events++;
    await this.#append('events', JSON.stringify(head), new Uint8Array(0));
  }

  async #append(kind: RecordedKind, head: string, body: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const writer = await this.#writer(kind);
    this.counters.bytes += head.length + body.byteLength;
    await writer.append({ head, body });
  }

  /** The segment to write to: a new one where the day has changed or the last takes no more. */
  async #writer(kind: RecordedKind): Promise<SegmentWriter> {
    const rolling = this.#rolling.get(kind);
    if (rolling !== undefined) return rolling;
    const date = new Date().toISOString().slice(0, 10);
    const open = this.#writers.get(kind);
    const isGood =
      open?.date === date && !open.writer.isBroken && open.writer.bytes < SEGMENT_BYTES;
    if (isGood) return open.writer;
    const next = this.#roll(kind, date, open?.writer).finally(() => this.#rolling.delete(kind));
    this.#rolling.set(kind, next);
    return next;
  }

  async #roll(
    kind: RecordedKind,
    date: string,
    full: SegmentWriter | undefined,
  ): Promise<SegmentWriter> {
    while (this.#sealing.size >= SEALING_MAX) {
      this.counters.waits++;
      await Promise.race(this.#sealing);
    }
    const number = String(this.#number++).padStart(8, '0');
    const writer = await SegmentWriter.open(
      join(openFolder(this.#dir), `${date}.${kind}.${number}.open`),
    );
    this.#writers.set(kind, { date, writer });
    if (full !== undefined) this.#seal(full);
    return writer;
  }

  #seal(full: SegmentWriter): void {
    const sealing = full
      .close()
      .then(() => sealSegment(this.#dir, full.path))
      .then(
        () => {
          this.counters.sealed++;
        },
        (error: unknown) => {
          // The segment stays, whole, for the next process; this one takes no more.
          this.#failure ??= error;
        },
      )
      .finally(() => this.#sealing.delete(sealing));
    this.#sealing.add(sealing);
  }

  /** Makes tables of all that was recorded. Errors: what kept one from being made. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#rolling.values());
    for (const { writer } of this.#writers.values()) this.#seal(writer);
    this.#writers.clear();
    await Promise.all(this.#sealing);
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** Makes tables of the segments that a process left open. Errors: `duckdb.failed`. */
export async function recoverSegments(dir: string): Promise<readonly Sealed[]> {
  const folder = openFolder(dir);
  if (!existsSync(folder)) return [];
  const sealed: Sealed[] = [];
  for (const name of readdirSync(folder).sort()) {
    const one = name.endsWith('.open') ? await sealSegment(dir, join(folder, name)) : undefined;
    if (one !== undefined) sealed.push(one);
  }
  return sealed;
}
