// Where a recording lies: partitions by date and kind, open segments, the runs that it is of.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Fault } from '../../engine/index.js';
import type { RunFlags } from '../app/run-flags.js';

/** Kinds of records that a run is replayed from. */
export const RUN_KINDS = ['events', 'points', 'prints'] as const;

/** What a vendor sent, as it came: a kind for each source. */
export type RawKind = `raw@${string}`;

/** Kinds of records. */
export type RecordedKind = (typeof RUN_KINDS)[number] | RawKind;

/** Whether a kind is of messages as they came; a run is replayed from the others. */
export function isRaw(kind: RecordedKind): kind is RawKind {
  return kind.startsWith('raw@');
}

/** Rows of a table at most: a replay reads one at a time. */
export const TABLE_ROWS_MAX = 4_000_000;

/** What is known of the run that a recording is of. */
export interface RecordedRun {
  readonly flags: RunFlags;
  /** Name of the feed that places refer to. */
  readonly feed: string;
  /** Kinds that its recorder knew; absent of one that knew no points of order books. */
  readonly kinds?: readonly string[];
  /** State at its end; absent where it did not come to one. */
  readonly hash?: string;
  readonly ticks?: number;
  /** First day that is kept, where older ones were dropped: the run can't be replayed any more. */
  readonly keptFrom?: string;
}

/** Name of the folder of open segments. */
export const OPEN = 'open';

/** Folder of open segments. */
export const openFolder = (dir: string): string => join(dir, OPEN);

/** Folder of a partition. */
export function partition(dir: string, date: string, kind: RecordedKind): string {
  const [name, source] = kind.split('@');
  const folder = join(dir, `date=${date}`, `kind=${name}`);
  return source === undefined ? folder : join(folder, `source=${source}`);
}

/** Folder of a day that is going: whoever reads has it no more. */
export const goingFolder = (dir: string, date: string): string => join(dir, `going=${date}`);

/** Whether a folder is of, or within, a day that is going. */
export const isGoing = (path: string): boolean => /(^|\/)going=\d{4}-\d\d-\d\d(\/|$)/.test(path);

/** Days that something was recorded on, yyyy-mm-dd, oldest first. */
export function datesOf(dir: string): readonly string[] {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(dir)
    .flatMap((name) => /^date=(\d{4}-\d\d-\d\d)$/.exec(name)?.[1] ?? [])
    .sort();
}

/** Every kind of a day. */
export function kindsOf(dir: string, date: string): readonly RecordedKind[] {
  const raw = join(dir, `date=${date}`, 'kind=raw');
  const sources = existsSync(raw) ? readdirSync(raw).sort() : [];
  const kinds = sources.flatMap((name): readonly RawKind[] =>
    name.startsWith('source=') ? [`raw@${name.slice('source='.length)}`] : [],
  );
  return [...RUN_KINDS, ...kinds];
}

/** Every table of a kind, oldest first. */
export function tablesOf(dir: string, kind: RecordedKind): readonly string[] {
  return datesOf(dir).flatMap((date) => tablesIn(dir, date, kind));
}

/** Every table of a day and kind, oldest first. */
export function tablesIn(dir: string, date: string, kind: RecordedKind): readonly string[] {
  const folder = partition(dir, date, kind);
  return existsSync(folder) ? counted(readdirSync(folder)).map((name) => join(folder, name)) : [];
}

/** Numbers of the segments that a table is of: one, or those that were merged. */
export function numbersOf(path: string): { readonly first: string; readonly last: string } {
  const [, first = '', last = first] = /^(\d+)(?:-(\d+))?\.parquet$/.exec(basename(path)) ?? [];
  return { first, last };
}

/** Tables among the names in a folder, in order; one that a merged table holds does not count. */
export function counted(names: readonly string[]): string[] {
  const tables = names.filter((name) => name.endsWith('.parquet'));
  const merged = tables.map(numbersOf).filter(({ first, last }) => first < last);
  return tables
    .filter((name) => {
      const { first, last } = numbersOf(name);
      const isHeld = ({ first: from, last: to }: (typeof merged)[number]): boolean =>
        from <= first && last <= to && !(from === first && last === to);
      return first === '' || !merged.some(isHeld);
    })
    .sort();
}

/** Where the run is told. */
export const runFile = (dir: string): string => join(dir, 'run.json');

/** Holds a folder to having something recorded in it. Errors: `recording.missing`. */
export function checkRecording(dir: string): void {
  // What a backfill keeps of a vendor's answers has no run, and no day until a segment is full.
  if (existsSync(runFile(dir)) || existsSync(openFolder(dir)) || datesOf(dir).length > 0) return;
  throw missing(dir);
}

function missing(dir: string): Fault {
  return new Fault(
    'recording.missing',
    `expected a recording in ${dir}; make one with run --record`,
  );
}

/** The run of a recording. Errors: `recording.missing`, `recording.unreadable`. */
export function readRun(dir: string): RecordedRun {
  const path = runFile(dir);
  if (!existsSync(path)) throw missing(dir);
  try {
    // Only the recorder writes this file, whole or not at all.
    return JSON.parse(readFileSync(path, 'utf8')) as RecordedRun;
  } catch (error) {
    throw new Fault('recording.unreadable', `expected ${path} to be JSON`, { cause: error });
  }
}
