// Few Parquet files out of many: neighbours joined, every row in its order, on disk once answered.

import { rmSync, statSync } from 'node:fs';
import { type DuckDb, sqlText } from '../../engine/index.js';

/** A file and what it holds. */
export interface Table {
  readonly path: string;
  readonly rows: number;
}

/** How much a merged file may hold, and where one may end. */
export interface MergeBounds {
  readonly rowsMax: number;
  readonly bytesMax: number;
  /** Whether a file may begin another merged one than those before it; always where absent. */
  readonly mayPart?: (before: readonly Table[], path: string) => boolean;
}

/**
 * Neighbours that fit into one file; one that nothing fits to is left alone.
 * Errors: `duckdb.failed`.
 */
export async function groupsOf(
  db: DuckDb,
  paths: readonly string[],
  { rowsMax, bytesMax, mayPart = () => true }: MergeBounds,
): Promise<readonly (readonly Table[])[]> {
  const groups: Table[][] = [];
  let open: Table[] = [];
  let held = 0;
  let heldBytes = 0;
  for (const path of paths) {
    const [count] = await db.rows(`SELECT count(*) AS rows FROM read_parquet(${sqlText(path)})`);
    const table = { path, rows: Number(count?.['rows']) };
    const bytes = statSync(path).size;
    const isFull = held + table.rows > rowsMax || heldBytes + bytes > bytesMax;
    if (isFull && mayPart(open, path)) {
      groups.push(open);
      open = [];
      held = 0;
      heldBytes = 0;
    }
    open.push(table);
    held += table.rows;
    heldBytes += bytes;
  }
  groups.push(open);
  return groups.filter(({ length }) => length > 1);
}

/** What has reached the disk: the merged rows, their name, the end of one of the parts. */
export type MergeStep = 'written' | 'named' | 'removed';

/** How files are merged. */
export interface MergeOptions {
  /** Column that rows are put in the order of; where absent they keep their files' order. */
  readonly orderBy?: string;
  /** Told after each step: between any two of them the process may end. */
  readonly onStep?: (step: MergeStep) => void;
}

/**
 * Puts one file in the place of several; answers its rows. They go once it is on disk: whoever
 * reads the folder must know by its name that it holds them.
 * Errors: `duckdb.failed`, of the file system.
 */
export async function mergeTables(
  db: DuckDb,
  tables: readonly Table[],
  target: string,
  { orderBy, onStep }: MergeOptions = {},
): Promise<number> {
  const parts = tables.map(
    ({ path }, part) => `SELECT *, ${part} AS part
      FROM read_parquet(${sqlText(path)}, file_row_number = true, hive_partitioning = false)`,
  );
  const order = [...(orderBy === undefined ? [] : [orderBy]), 'part', 'file_row_number'];
  await db.run(`COPY (SELECT * EXCLUDE (part, file_row_number)
    FROM (${parts.join(' UNION ALL BY NAME ')}) ORDER BY ${order.join(', ')})
    TO ${sqlText(`${target}.tmp`)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)`);
  onStep?.('written');
  await db.keep(`${target}.tmp`, target);
  onStep?.('named');
  for (const { path } of tables) {
    rmSync(path);
    onStep?.('removed');
  }
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}
