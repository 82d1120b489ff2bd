// `sluice sql`: one query over all that was recorded and fetched; nothing can be written.

import { existsSync, realpathSync } from 'node:fs';
import { Fault, readOnlyQuery } from '../../engine/index.js';
import { wholeFlag } from '../app/settings.js';
import { sqlTables } from '../recorder/tables.js';
import { print, say, table } from './output.js';

/** Flags of the command, as typed. */
export interface SqlFlags {
  readonly dir: string;
  readonly rows: string;
  readonly seconds: string;
  readonly memory: string;
  readonly json?: boolean;
}

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
