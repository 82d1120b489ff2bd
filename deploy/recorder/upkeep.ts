// Upkeep of recordings: many small tables become few, old days go; each step whole or not at all.

import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DuckDb, sqlText } from '../../engine/index.js';
import {
  numbersOf,
  type RecordedKind,
  readRun,
  runFile,
  TABLE_ROWS_MAX,
  tablesIn,
  tablesOf,
} from './recording.js';

/** Kinds of records, as folders name them. */
const KINDS = ['events', 'prints'] as const satisfies readonly RecordedKind[];

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
    KINDS.flatMap((kind) => {
      const tables = tablesIn(dir, date, kind);
      const bytes = tables.reduce((sum, path) => sum + statSync(path).size, 0);
      return tables.length === 0 ? [] : [{ date, kind, tables: tables.length, bytes }];
    }),
  );
}

/** What compaction did. */
export interface Compacted {
  readonly before: number;
  readonly after: number;
  readonly rows: number;
}

/**
 * Merges the tables of each day and kind, up to so many rows each, keeping every row and the order
 * of all. A merged table's name tells the numbers that it holds, so that from the moment it is
 * there those it was made of no longer count, whether they are gone yet or not.
 * Errors: `recording.missing`, `duckdb.failed`.
 */
export async function compact(dir: string, rowsMax = TABLE_ROWS_MAX): Promise<Compacted> {
  readRun(dir);
  const before = countTables(dir);
  const db = await DuckDb.open();
  let rows = 0;
  try {
    for (const date of datesOf(dir)) {
      for (const kind of KINDS) {
        for (const group of await groupsOf(db, tablesIn(dir, date, kind), rowsMax)) {
          rows += await merge(db, group);
        }
        clearMerged(dir, date, kind);
      }
    }
  } finally {
    db.close();
  }
  return { before, after: countTables(dir), rows };
}

/** What retention did. */
export interface Retained {
  /** Days that are gone now, yyyy-mm-dd. */
  readonly dropped: readonly string[];
  readonly bytes: number;
}

/**
 * Drops all but the last `days` days that something was recorded on. The run's note says so first:
 * what is left can be queried, and no longer be replayed.
 * Errors: `recording.missing`.
 */
export function retain(dir: string, days: number): Retained {
  const run = readRun(dir);
  const dates = datesOf(dir);
  const dropped = dates.slice(0, Math.max(0, dates.length - days));
  if (dropped.length === 0) return { dropped, bytes: 0 };
  const bytes = summarise(dir)
    .filter(({ date }) => dropped.includes(date))
    .reduce((sum, partition) => sum + partition.bytes, 0);
  const path = runFile(dir);
  const noted = { ...run, keptFrom: dates[dropped.length] };
  writeFileSync(`${path}.tmp`, `${JSON.stringify(noted, null, 2)}\n`, { flush: true });
  renameSync(`${path}.tmp`, path);
  for (const date of dropped) rmSync(join(dir, `date=${date}`), { recursive: true });
  return { dropped, bytes };
}

function datesOf(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .flatMap((name) => /^date=(\d{4}-\d\d-\d\d)$/.exec(name)?.[1] ?? [])
    .sort();
}

function countTables(dir: string): number {
  return KINDS.reduce((sum, kind) => sum + tablesOf(dir, kind).length, 0);
}

interface Table {
  readonly path: string;
  readonly rows: number;
}

/** Neighbours that fit into one table; one that nothing fits to is left alone. */
async function groupsOf(
  db: DuckDb,
  paths: readonly string[],
  rowsMax: number,
): Promise<readonly (readonly Table[])[]> {
  const groups: Table[][] = [];
  let open: Table[] = [];
  let held = 0;
  for (const path of paths) {
    const [count] = await db.rows(`SELECT count(*) AS rows FROM read_parquet(${sqlText(path)})`);
    const table = { path, rows: Number(count?.['rows']) };
    if (held + table.rows > rowsMax) {
      groups.push(open);
      open = [];
      held = 0;
    }
    open.push(table);
    held += table.rows;
  }
  groups.push(open);
  return groups.filter(({ length }) => length > 1);
}

/** Makes one table of several; answers its rows. */
async function merge(db: DuckDb, tables: readonly Table[]): Promise<number> {
  const { first } = numbersOf(tables[0]!.path);
  const { last } = numbersOf(tables[tables.length - 1]!.path);
  const path = join(dirname(tables[0]!.path), `${first}-${last}.parquet`);
  const parts = tables.map(
    (table, part) => `SELECT *, ${part} AS part
      FROM read_parquet(${sqlText(table.path)}, file_row_number = true, hive_partitioning = false)`,
  );
  await db.run(`COPY (SELECT * EXCLUDE (part, file_row_number)
    FROM (${parts.join(' UNION ALL BY NAME ')}) ORDER BY part, file_row_number)
    TO ${sqlText(`${path}.tmp`)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 100000)`);
  await db.keep(`${path}.tmp`, path);
  for (const table of tables) rmSync(table.path);
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}

/** Removes what a crash left: tables whose rows stand in a merged one, files half written. */
function clearMerged(dir: string, date: string, kind: RecordedKind): void {
  const folder = join(dir, `date=${date}`, `kind=${kind}`);
  if (!existsSync(folder)) return;
  const counted = new Set(tablesIn(dir, date, kind).map((path) => basename(path)));
  for (const name of readdirSync(folder)) {
    const isLeft = /^[\d-]+\.parquet(\.tmp)?$/.test(name) && !counted.has(name);
    if (isLeft) rmSync(join(folder, name));
  }
}
