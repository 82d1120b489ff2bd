// The past on disk: one Parquet file a symbol and span, in folders by source, kind and symbol.

import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDb, makeFolder, sqlText } from '../../engine/index.js';
import type { MarketRecord } from '../adapters/sources/record.js';
import type { CoverageKey, Span } from './coverage.js';
import { clearMerged, fileName, historyFiles } from './history-names.js';

/** Numbers of each kind as columns. */
const COLUMNS = {
  trade: ['price', 'size'],
  quote: ['bid', 'ask', 'bidSize', 'askSize'],
  bar: ['open', 'high', 'low', 'close', 'volume'],
} as const;

/** Name of a kind's folder, which is also its table in `sluice sql`. */
function historyName({ kind, every }: Pick<CoverageKey, 'kind' | 'every'>): string {
  return kind === 'bar' ? `bars_${every}` : `${kind}s`;
}

/** Folder of a symbol's files. A symbol may hold characters that no file name should. */
function historyFolder(dataDir: string, key: CoverageKey): string {
  const symbol = encodeURIComponent(key.symbol);
  return join(dataDir, 'history', historyName(key), `source=${key.source}`, `symbol=${symbol}`);
}

/** What a file of Parquet begins and ends with, and the least that it is. Units: bytes. */
const MARK = 'PAR1';
const BYTES_MIN = 12;

/** Files of a symbol's history that are cut short or were never whole. */
export function damagedFiles(
  dataDir: string,
  key: CoverageKey,
): readonly { readonly path: string; readonly span: Span }[] {
  const folder = historyFolder(dataDir, key);
  if (!existsSync(folder)) return [];
  return historyFiles(folder)
    .map(({ name, span }) => ({ path: join(folder, name), span }))
    .filter(({ path }) => !isWhole(path));
}

function isWhole(path: string): boolean {
  const { size } = statSync(path);
  const mark = Buffer.alloc(MARK.length);
  const file = openSync(path, 'r');
  try {
    const isMarked = (at: number): boolean =>
      readSync(file, mark, 0, mark.length, at) === mark.length && mark.toString('latin1') === MARK;
    return size >= BYTES_MIN && isMarked(0) && isMarked(size - mark.length);
  } finally {
    closeSync(file);
  }
}

/**
 * Takes a span out of the files that are there. It is written only while it is missing, so that
 * rows of it were never noted: the process ended before that, and a span that begins or ends at
 * another time now must not give them twice. Rows outside of it stay.
 */
async function clearSpan(db: DuckDb, folder: string, [fromUs, toUs]: Span): Promise<void> {
  clearMerged(folder);
  for (const { name, span, isMerged } of historyFiles(folder)) {
    if (span[0] >= toUs || span[1] <= fromUs) continue;
    const path = join(folder, name);
    if (span[0] >= fromUs && span[1] <= toUs) {
      rmSync(path, { force: true });
      continue;
    }
    // Not by a merged file's name: what is then written of the span would count as held by it.
    const target = join(folder, fileName(span));
    // The folders' names are no columns of the file.
    await db.run(`COPY (FROM read_parquet(${sqlText(path)}, hive_partitioning = false)
      WHERE time_us < ${fromUs} OR time_us >= ${toUs} ORDER BY time_us)
      TO ${sqlText(`${target}.tmp`)} (FORMAT parquet)`);
    await db.keep(`${target}.tmp`, target);
    if (isMerged) rmSync(path);
  }
}

/**
 * Writes the records of a span, whole or not at all, in the place of whatever was written of it and
 * not noted. Errors: `duckdb.failed`.
 */
export async function writeHistory(
  dataDir: string,
  key: CoverageKey,
  [fromUs, toUs]: Span,
  records: readonly MarketRecord[],
): Promise<void> {
  const folder = historyFolder(dataDir, key);
  const span: Span = [Math.round(fromUs), Math.round(toUs)];
  if (records.length === 0 && !existsSync(folder)) return;
  makeFolder(folder);
  const db = await DuckDb.open();
  try {
    await clearSpan(db, folder, span);
    if (records.length === 0) return;
    await db.writeParquet(join(folder, fileName(span)), columnsOf(key, records));
  } finally {
    db.close();
  }
}

function columnsOf({ kind, symbol }: CoverageKey, records: readonly MarketRecord[]) {
  // The records of a request are of its kind, so each has the columns of the kind.
  const rows = records as unknown as readonly Readonly<Record<string, number>>[];
  const names = ['timeUs', ...COLUMNS[kind]];
  const columnName = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
  const numbers = Object.fromEntries(
    names.map((name) => [columnName(name), Float64Array.from(rows, (row) => row[name]!)]),
  );
  const texts = { ticker: { rows: new Float64Array(records.length), values: [symbol] } };
  return { numbers, texts, orderBy: ['time_us'] };
}
