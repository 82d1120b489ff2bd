// The tables of a folder: what was recorded and what was fetched, by name.

import { readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { Fault, type ReadOnlyOptions } from '../../engine/index.js';
import { countedFiles } from '../backfill/history-names.js';
import { copyOpen } from './open-tables.js';
import { counted, isGoing, OPEN } from './recording.js';
import { kindOfSegment } from './seal.js';

/** Tables and the folders they are of. */
const TABLES = {
  prints: { pattern: /kind=prints$/, hive: true },
  events: { pattern: /kind=events$/, hive: true },
  book_points: { pattern: /kind=points$/, hive: true },
  raw: { pattern: /kind=raw\/source=[^/]+$/, hive: true },
  bars_1d: { pattern: /history\/bars_1d\//, hive: true },
  bars_1m: { pattern: /history\/bars_1m\//, hive: true },
  trades: { pattern: /history\/trades\//, hive: true },
  quotes: { pattern: /history\/quotes\//, hive: true },
} as const;

/** A folder of a recording's tables. */
const RECORDED = /kind=(prints|events|points|raw\/source=[^/]+)$/;

/** A folder of a symbol's fetched files. */
const FETCHED = /history\/\w+\/source=[^/]+\/symbol=[^/]+$/;

/** Files of one question: years of daily additions to some hundred symbols. */
const FILES_MAX = 1_000_000;

/** Tables of what lay open in a recording: the folder they were made in, and the recording's. */
export interface OpenCopy {
  readonly dir: string;
  readonly aside: string;
}

/**
 * Makes tables of what still lies open in the recordings of a folder, below `into`. Errors:
 * `duckdb.failed`, of the file system.
 */
export async function copyOpenOf(folder: string, into: string): Promise<readonly OpenCopy[]> {
  const open = readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    basename(entry.parentPath) === OPEN && kindOfSegment(entry.name) !== undefined
      ? [dirname(entry.parentPath)]
      : [],
  );
  const copies = [...new Set(open)].map((dir, index) => ({
    dir,
    aside: join(into, String(index)),
  }));
  for (const { dir, aside } of copies) await copyOpen(dir, aside);
  return copies;
}

/** A file of a table, and the folder that it is or will be in. */
interface TableFile {
  readonly home: string;
  readonly name: string;
  readonly path: string;
}

/**
 * Tables that a folder has files of, and `copies` of what lay open in it, made before. Errors:
 * `data.too_many_files`, for a part is no answer.
 */
export function sqlTables(
  folder: string,
  { copies = [], filesMax = FILES_MAX }: { copies?: readonly OpenCopy[]; filesMax?: number } = {},
): ReadOnlyOptions['tables'] {
  const own = filesBelow(folder, folder);
  const files = [...own, ...copies.flatMap(({ dir, aside }) => filesBelow(aside, dir))];
  if (files.length > filesMax) {
    const expected = `expected at most ${filesMax} files below ${folder}, was ${files.length}`;
    throw new Fault('data.too_many_files', `${expected}; name a folder inside of it`);
  }
  const homes = new Map<string, Map<string, string>>();
  for (const { home, name, path } of files) {
    const paths = homes.get(home) ?? new Map<string, string>();
    homes.set(home, paths);
    // The recording's own come first: what was open may have become a table meanwhile.
    if (!paths.has(name)) paths.set(name, path);
  }
  const tables: Record<string, { files: string[]; hive: boolean }> = {};
  for (const [name, { pattern, hive }] of Object.entries(TABLES)) {
    const paths = [...homes]
      .filter(([home]) => pattern.test(home))
      .flatMap(([home, paths]) =>
        countedIn(home, [...paths.keys()]).map((file) => paths.get(file)!),
      );
    if (paths.length > 0) tables[name] = { files: paths.sort(), hive };
  }
  return tables;
}

/** Parquet files below a folder, each as if that folder were another one. */
function filesBelow(folder: string, as: string): readonly TableFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .filter(({ parentPath }) => !isGoing(relative(folder, parentPath)))
    .map(({ parentPath, name }) => ({
      home: join(as, relative(folder, parentPath)),
      name,
      path: join(parentPath, name),
    }));
}

/** Names that count: a table that a merged one holds is on its way out. */
function countedIn(home: string, names: readonly string[]): readonly string[] {
  if (RECORDED.test(home)) return counted(names);
  return FETCHED.test(home) ? countedFiles(names) : names;
}
