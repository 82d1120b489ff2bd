// Segments that are written, one of each kind, and made tables of behind whoever writes.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openFolder, type RecordedKind, tablesOf } from './recording.js';
import { kindOfSegment, type Sealed, sealSegment } from './seal.js';
import { Sealer } from './sealer.js';
import { type Block, SegmentWriter } from './segment.js';

/** A segment becomes a table at this size: a third of a million prints. Units: bytes. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/** More blocks than a segment holds, so that their numbers go on rising over processes. */
const NUMBERS_PER_SEGMENT = 1_000_000;

/** Segments that may wait to become tables; beyond it whoever writes waits. */
const SEALING_MAX = 8;

/** What has been done. */
export interface RollingCounters {
  bytes: number;
  sealed: number;
  /** Times that a new segment waited for tables. */
  waits: number;
}

/** The open segments of some kinds in a folder. */
export class RollingSegments {
  readonly #dir: string;
  readonly #counters: RollingCounters;
  readonly #onSealed: () => void;
  readonly #writers = new Map<
    RecordedKind,
    { readonly date: string; readonly writer: SegmentWriter }
  >();
  readonly #rolling = new Map<RecordedKind, Promise<SegmentWriter>>();
  readonly #sealer = new Sealer();
  readonly #sealing = new Set<Promise<unknown>>();
  #number: number;
  #failure: unknown;
  /** A number for the first block, above those of earlier processes in this folder. */
  readonly firstNumber: number;

  /**
   * Goes on in a folder that this process has claimed, where `kinds` have tables already; counts
   * into `counters`.
   */
  constructor(
    dir: string,
    kinds: readonly RecordedKind[],
    counters: RollingCounters,
    onSealed: () => void = () => {},
  ) {
    this.#dir = dir;
    this.#counters = counters;
    this.#onSealed = onSealed;
    const used = kinds.flatMap((kind) => tablesOf(dir, kind));
    const numbers = used.map((path) => Number(/(\d+)\.parquet$/.exec(path)?.[1] ?? 0));
    this.#number = Math.max(0, ...numbers) + 1;
    this.firstNumber = this.#number * NUMBERS_PER_SEGMENT;
  }

  /**
   * Appends a block; resolves once it is on disk.
   * Errors: `recording.torn`, of the file system, and what kept an earlier segment from its table.
   */
  async append(kind: RecordedKind, block: Block): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const writer = await this.#writer(kind);
    this.#counters.bytes += block.head.length + block.body.byteLength;
    await writer.append(block);
  }

  /** The segment to write to: a new one where the day has changed or the last takes no more. */
  async #writer(kind: RecordedKind): Promise<SegmentWriter> {
    const rolling = this.#rolling.get(kind);
    if (rolling !== undefined) return rolling;
    const date = today();
    const open = this.#writers.get(kind);
    const isGood =
      open?.date === date && !open.writer.isBroken && open.writer.bytes < SEGMENT_BYTES;
    return isGood ? open.writer : this.#next(kind, date, open?.writer);
  }

  #next(kind: RecordedKind, date: string, full: SegmentWriter | undefined) {
    const next = this.#roll(kind, date, full).finally(() => this.#rolling.delete(kind));
    this.#rolling.set(kind, next);
    return next;
  }

  /** Resolves once what was written of a kind before is in tables. Errors: the file system's. */
  async seal(kind: RecordedKind): Promise<void> {
    const open = this.#writers.get(kind);
    const isEmpty = open === undefined || open.writer.bytes === 0;
    await (this.#rolling.get(kind) ??
      (isEmpty ? undefined : this.#next(kind, today(), open.writer)));
    await Promise.all(this.#sealing);
  }

  async #roll(
    kind: RecordedKind,
    date: string,
    full: SegmentWriter | undefined,
  ): Promise<SegmentWriter> {
    while (this.#sealing.size >= SEALING_MAX) {
      this.#counters.waits++;
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
      .then(() => this.#sealer.seal({ dir: this.#dir, path: full.path }, full.bytes))
      .then(() => {
        this.#counters.sealed++;
        this.#onSealed();
      })
      .catch((error: unknown) => {
        // The segment stays, whole, for the next process; this one takes no more.
        this.#failure ??= error;
      })
      .finally(() => this.#sealing.delete(sealing));
    this.#sealing.add(sealing);
  }

  /** Makes tables of all that was written. Errors: what kept one from being made. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#rolling.values());
    for (const { writer } of this.#writers.values()) this.#seal(writer);
    this.#writers.clear();
    await Promise.all(this.#sealing);
    await this.#sealer.close();
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** The day that is recorded on, yyyy-mm-dd in UTC. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/**
 * Makes tables of the segments that a process left open, of the kinds that are wanted: those of
 * others may be in use. Errors: `duckdb.failed`.
 */
export async function recoverSegments(
  dir: string,
  isWanted: (kind: RecordedKind) => boolean,
): Promise<readonly Sealed[]> {
  const folder = openFolder(dir);
  if (!existsSync(folder)) return [];
  const sealed: Sealed[] = [];
  for (const name of readdirSync(folder).sort()) {
    const kind = kindOfSegment(name);
    const isOne = kind !== undefined && isWanted(kind);
    const one = isOne ? await sealSegment(dir, join(folder, name)) : undefined;
    if (one !== undefined) sealed.push(one);
  }
  return sealed;
}
