// `sluice sql`: one query over all that was recorded and fetched; nothing can be written.

import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, type ReadOnlyOptions, readOnlyQuery } from '../../engine/index.js';
import { wholeFlag } from '../app/settings.js';
import { print, say, table } from './output.js';

/** Flags of the command, as typed. */
export interface SqlFlags {
  readonly dir: string;
  readonly rows: string;
  readonly seconds: string;
  readonly memory: string;
  readonly json?: boolean;
}

/** Tables and the folders they are of. */
const TABLES = {
  prints: { pattern: /kind=prints$/, hive: true },
  events: { pattern: /kind=events$/, hive: true },
  bars_1d: { pattern: /history\/bars_1d\//, hive: true },
  bars_1m: { pattern: /history\/bars_1m\//, hive: true },
  trades: { pattern: /history\/trades\//, hive: true },
  quotes: { pattern: /history\/quotes\//, hive: true },
} as const;

/** Files looked at: ten years of daily partitions of a few kinds. */
const FILES_MAX = 100_000;

/** Runs the command. Errors: `duckdb.*`, `data.missing_file`, `flag.invalid`. */
export async function sql(query: string, flags: SqlFlags): Promise<void> {
  const limits = {
    rowsMax: wholeFlag('--rows', flags.rows, 1, 1_000_000),
    timeMsMax: wholeFlag('--seconds', flags.seconds, 1, 3_600) * 1_000,
    memoryMbMax: wholeFlag('--memory', flags.memory, 64, 65_536),
  };
  if (!existsSync(flags.dir)) {
    throw new Fault('data.missing_file', `expected a folder at ${flags.dir}`);
  }
  const folder = realpathSync(flags.dir);
  const result = await readOnlyQuery(query, { ...limits, folder, tables: sqlTables(folder) });
  print(result, flags.json === true, () =>
    table([
      result.columns,
      ...result.rows.map((row) => row.map((value) => (value === null ? '' : String(value)))),
    ]),
  );
  if (result.isCut) say(`sluice: only the first ${limits.rowsMax} rows; see --rows`);
}

/** The tables that a folder has files of. */
export function sqlTables(folder: string): ReadOnlyOptions['tables'] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .slice(0, FILES_MAX);
  const tables: Record<string, { files: string[]; hive: boolean }> = {};
  for (const [name, { pattern, hive }] of Object.entries(TABLES)) {
    const own = files.filter(({ parentPath }) => pattern.test(parentPath));
    if (own.length === 0) continue;
    tables[name] = { files: own.map((file) => join(file.parentPath, file.name)).sort(), hive };
  }
  return tables;
}
