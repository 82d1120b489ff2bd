// The past on disk: one Parquet file a symbol and span, in folders by source, kind and symbol.

import { existsSync, mkdirSync } from 'node:fs';
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
 * Writes the records of a span, whole or not at all; the same span again replaces the file.
 * Errors: `duckdb.failed`.
 */
export async function writeHistory(
  dataDir: string,
  key: CoverageKey,
  [fromUs, toUs]: Span,
  records: readonly MarketRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const folder = historyFolder(dataDir, key);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
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
