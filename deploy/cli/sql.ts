// `sluice sql`: one query over what was recorded, fetched and is held; nothing can be written.

import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault, type ReadOnlyResult, readOnlyQuery } from '../../engine/index.js';
import { invalid, wholeFlag } from '../app/settings.js';
import { copyOpenOf, sqlTables } from '../recorder/tables.js';
import type { ViewOptions } from './ask.js';
import { bookTables } from './book-tables.js';
import { liveTables } from './live-tables.js';
import { namedTables } from './named-tables.js';
import { print, say, table } from './output.js';

/** Flags of the command, as typed. */
export interface SqlFlags extends ViewOptions {
  /** The data directory when absent. */
  readonly dir?: string;
  readonly rows: string;
  readonly seconds: string;
  readonly memory: string;
}

/** Runs the command. Errors: `duckdb.*`, `data.missing_file`, `flag.invalid`, `run.none`. */
export async function sql(query: string, flags: SqlFlags): Promise<void> {
  if (query.trim() === '') throw invalid('QUERY', 'one SELECT', query);
  const limits = {
    rowsMax: wholeFlag('--rows', flags.rows, 1, 1_000_000),
    timeMsMax: wholeFlag('--seconds', flags.seconds, 1, 3_600) * 1_000,
    memoryMbMax: wholeFlag('--memory', flags.memory, 64, 65_536),
  };
  const named = await namedTables(query);
  const books = await bookTables(named, flags);
  const given = { ...books.given, ...(await liveTables(named, flags)) };
  const dir = flags.dir ?? flags.dataDir;
  if (Object.keys(given).length === 0 && !existsSync(dir)) {
    throw new Fault(
      'data.missing_file',
      `expected a data directory or a recording at ${dir}; name one with --dir or --data-dir`,
    );
  }
  const aside = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-sql-'));
  try {
    const files = existsSync(dir) ? await filesOf(realpathSync(dir), aside) : { tables: {} };
    tell(
      await readOnlyQuery(query, { ...limits, ...files, ...books, given }),
      limits.rowsMax,
      flags,
    );
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** The tables of a folder, with what a recording there has not made tables of yet. */
async function filesOf(folder: string, aside: string) {
  const copies = await copyOpenOf(folder, aside);
  return { folders: [folder, aside], tables: sqlTables(folder, { copies }) };
}

function tell(result: ReadOnlyResult, rowsMax: number, flags: SqlFlags): void {
  print(result, flags.json === true, () =>
    table([
      result.columns,
      ...result.rows.map((row) => row.map((value) => (value === null ? '' : String(value)))),
    ]),
  );
  if (result.isCut) say(`sluice: only the first ${rowsMax} rows; see --rows`);
}
