// Upkeep of recordings: many small tables become few, old days go; each step whole or not at all.

import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DuckDb, Fault } from '../../engine/index.js';
import { claimRecording } from './claim.js';
import { sealLeftOpen } from './left-open.js';
import { groupsOf, type MergeStep, mergeTables, type Table } from './merge.js';
import {
  checkRecording,
  datesOf,
  goingFolder,
  isGoing,
  isRaw,
  kindsOf,
  numbersOf,
  partition,
  type RecordedKind,
  readRun,
  runFile,
  TABLE_ROWS_MAX,
  tablesIn,
} from './recording.js';

/** Bytes of a merged table of messages: unpacked they are many times as many. */
const RAW_TABLE_BYTES_MAX = 16 * 1024 * 1024;

/** Codes of a disk without room, a quota that is used up, a limit that is met. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What is there of one day and kind. */
export interface PartitionSummary {
  readonly date: string;
  readonly kind: RecordedKind;
  readonly tables: number;
  readonly bytes: number;
}

/** Every day and kind of a recording, oldest first. */
export function summarise(dir: string): readonly PartitionSummary[] {
  return datesOf(dir).flatMap((date) =>
    kindsOf(dir, date).flatMap((kind) => {
      const tables = tablesIn(dir, date, kind);
      const bytes = tables.reduce((sum, path) => sum + statSync(path).size, 0);
      return tables.length === 0 ? [] : [{ date, kind, tables: tables.length, bytes }];
    }),
  );
}

/** Tables before and after they were merged, and the rows that were. */
export interface Merged {
  readonly before: number;
  readonly after: number;
  readonly rows: number;
}

/** What compaction did. */
export interface Compacted extends Merged {
  /** Segments that a process had left open, and are tables now. */
  readonly sealed: number;
}

/** How a recording is compacted. */
export interface CompactOptions {
  /** Rows of a merged table at most. */
  readonly rowsMax?: number;
  /** As of `MergeOptions`. */
  readonly onStep?: (step: MergeStep) => void;
}

/**
 * Makes tables of what a process has left open, and merges the tables of each day and kind, up to
 * so many rows each, keeping every row and the order of all. A merged table's name tells the
 * numbers that it holds, so that from the moment it is there those it was made of no longer count,
 * whether they are gone yet or not.
 * Errors: `recording.missing`, `recording.locked`, `recording.unwritable`, `duckdb.failed`.
 */
export async function compact(dir: string, options: CompactOptions = {}): Promise<Compacted> {
  readRun(dir);
  return alone(dir, () => compactAlone(dir, options));
}

async function compactAlone(
  dir: string,
  { rowsMax = TABLE_ROWS_MAX, onStep }: CompactOptions,
): Promise<Compacted> {
  const sealed = await sealLeftOpen(dir);
  const before = countTables(dir);
  const db = await DuckDb.open();
  let rows = 0;
  try {
    for (const date of datesOf(dir)) {
      for (const kind of kindsOf(dir, date)) {
        const bytesMax = isRaw(kind) ? RAW_TABLE_BYTES_MAX : Number.POSITIVE_INFINITY;
        const bounds = { rowsMax, bytesMax };
        for (const group of await groupsOf(db, tablesIn(dir, date, kind), bounds)) {
          rows += await mergeTables(db, group, mergedPath(group), onStep && { onStep });
        }
        clearMerged(dir, date, kind);
      }
    }
  } finally {
    db.close();
  }
  return { sealed, before, after: countTables(dir), rows };
}

/** What retention did. */
export interface Retained {
  /** As of `Compacted`. */
  readonly sealed: number;
  /** Days that are gone now, yyyy-mm-dd. */
  readonly dropped: readonly string[];
  readonly bytes: number;
}

/**
 * Drops all but the last `days` days that something was recorded on. The run's note says so first:
 * what is left can be queried, and no longer be replayed. A day goes whole: what a crash left of
 * one counts nowhere, and is cleared the next time. What a process has left open becomes tables
 * first. Errors: `recording.missing`, `recording.locked`, `recording.unwritable`, `duckdb.failed`.
 */
export async function retain(dir: string, days: number): Promise<Retained> {
  readRun(dir);
  return alone(dir, () => retainAlone(dir, days));
}

async function retainAlone(dir: string, days: number): Promise<Retained> {
  const run = readRun(dir);
  const sealed = await sealLeftOpen(dir);
  clearGoing(dir);
  const dates = datesOf(dir);
  const dropped = dates.slice(0, Math.max(0, dates.length - days));
  if (dropped.length === 0) return { sealed, dropped, bytes: 0 };
  const bytes = bytesOf(dir, ({ date }) => dropped.includes(date));
  const path = runFile(dir);
  const noted = { ...run, keptFrom: dates[dropped.length] };
  writeFileSync(`${path}.tmp`, `${JSON.stringify(noted, null, 2)}\n`, { flush: true });
  renameSync(`${path}.tmp`, path);
  for (const date of dropped) renameSync(join(dir, `date=${date}`), goingFolder(dir, date));
  clearGoing(dir);
  return { sealed, dropped, bytes };
}

function clearGoing(dir: string): void {
  for (const name of readdirSync(dir)) {
    if (isGoing(name)) rmSync(join(dir, name), { recursive: true });
  }
}

/**
 * Drops messages as they came but of the last days that have some: a replay needs none of them.
 * Errors: `recording.missing`, `recording.locked`, `recording.unwritable`, `duckdb.failed`.
 */
export async function retainRaw(dir: string, days: number): Promise<Retained> {
  checkRecording(dir);
  return alone(dir, () => retainRawAlone(dir, days));
}

async function retainRawAlone(dir: string, days: number): Promise<Retained> {
  const sealed = await sealLeftOpen(dir);
  const isOld = new Set(
    [...new Set(summarise(dir).flatMap(({ date, kind }) => (isRaw(kind) ? [date] : [])))].slice(
      0,
      -days,
    ),
  );
  const bytes = bytesOf(dir, ({ date, kind }) => isRaw(kind) && isOld.has(date));
  for (const date of isOld) rmSync(join(dir, `date=${date}`, 'kind=raw'), { recursive: true });
  return { sealed, dropped: [...isOld], bytes };
}

/** Upkeep by two at a time would drop tables that the other one is still reading, or has made. */
async function alone<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const giveUp = claimWhereRoom(dir);
  try {
    return await work();
  } finally {
    giveUp();
  }
}

/** Claims upkeep; a full disk has no room for a claim, and to drop what is old makes some. */
function claimWhereRoom(dir: string): () => void {
  try {
    return claimRecording(dir, 'upkeep');
  } catch (error) {
    if (error instanceof Fault && isOfFullDisk(error.cause)) return () => {};
    throw error;
  }
}

function isOfFullDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && FULL.has(String(error.code));
}

function bytesOf(dir: string, isMeant: (partition: PartitionSummary) => boolean): number {
  return summarise(dir)
    .filter(isMeant)
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

function countTables(dir: string): number {
  return summarise(dir).reduce((sum, { tables }) => sum + tables, 0);
}

/** Path of a merged table, which tells the numbers that it holds. */
function mergedPath(tables: readonly Table[]): string {
  const { first } = numbersOf(tables[0]!.path);
  const { last } = numbersOf(tables[tables.length - 1]!.path);
  return join(dirname(tables[0]!.path), `${first}-${last}.parquet`);
}

/** Removes what a crash left: tables whose rows stand in a merged one, files half written. */
function clearMerged(dir: string, date: string, kind: RecordedKind): void {
  const folder = partition(dir, date, kind);
  if (!existsSync(folder)) return;
  const counted = new Set(tablesIn(dir, date, kind).map((path) => basename(path)));
  for (const name of readdirSync(folder)) {
    const isLeft = /^[\d-]+\.parquet(\.tmp)?$/.test(name) && !counted.has(name);
    if (isLeft) rmSync(join(folder, name));
  }
}
