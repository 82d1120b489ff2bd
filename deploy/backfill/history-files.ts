// The past on disk: one Parquet file a symbol and span, in folders by source, kind and symbol.

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDb } from '../../engine/index.js';
import type { MarketRecord } from '../adapters/sources/record.js';
import type { CoverageKey, Span } from './coverage.js';

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

/**
 * Takes away files that lie in a span or reach into it. A span is written only while it is missing,
 * so that such a file was never noted: the process ended before that, and to begin or end at
 * another time now must not give its records twice.
 */
function removeLeftovers(folder: string, [fromUs, toUs]: Span): void {
  for (const name of readdirSync(folder)) {
    const parts = /^(\d+)-(\d+)\.parquet$/.exec(name);
    if (parts === null || Number(parts[1]) >= toUs || Number(parts[2]) <= fromUs) continue;
    rmSync(join(folder, name), { force: true });
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
  if (existsSync(folder)) removeLeftovers(folder, [Math.round(fromUs), Math.round(toUs)]);
  if (records.length === 0) return;
  mkdirSync(folder, { recursive: true });
  // The records of a request are of its kind, so each has the columns of the kind.
  const rows = records as unknown as readonly Readonly<Record<string, number>>[];
  const names = ['timeUs', ...COLUMNS[key.kind]];
  const columnName = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
  const numbers = Object.fromEntries(
    names.map((name) => [columnName(name), Float64Array.from(rows, (row) => row[name]!)]),
  );
  const texts = { ticker: { rows: new Float64Array(records.length), values: [key.symbol] } };
  const db = await DuckDb.open();
  try {
    const path = join(folder, `${Math.round(fromUs)}-${Math.round(toUs)}.parquet`);
    await db.writeParquet(path, { numbers, texts, orderBy: ['time_us'] });
  } finally {
    db.close();
  }
}
