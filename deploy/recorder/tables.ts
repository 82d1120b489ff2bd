// The tables of a folder: what was recorded and what was fetched, by name.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, type ReadOnlyOptions } from '../../engine/index.js';
import { countedFiles } from '../backfill/history-names.js';
import { counted } from './recording.js';

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

/** Tables that a folder has files of. Errors: `data.too_many_files`, for a part is no answer. */
export function sqlTables(folder: string, filesMax = FILES_MAX): ReadOnlyOptions['tables'] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.parquet'),
  );
  if (files.length > filesMax) {
    const expected = `expected at most ${filesMax} files below ${folder}, was ${files.length}`;
    throw new Fault('data.too_many_files', `${expected}; name a folder inside of it`);
  }
  const tables: Record<string, { files: string[]; hive: boolean }> = {};
  for (const [name, { pattern, hive }] of Object.entries(TABLES)) {
    const own = files.filter(({ parentPath }) => pattern.test(parentPath));
    const folders = [...new Set(own.map(({ parentPath }) => parentPath))];
    const paths = folders.flatMap((folder) => {
      const names = own.filter((file) => file.parentPath === folder).map((file) => file.name);
      // A table that a merged one holds is on its way out.
      const held = RECORDED.test(folder)
        ? counted
        : FETCHED.test(folder)
          ? countedFiles
          : undefined;
      return (held?.(names) ?? names).map((file) => join(folder, file));
    });
    if (paths.length > 0) tables[name] = { files: paths.sort(), hive };
  }
  return tables;
}
