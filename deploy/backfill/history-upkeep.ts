// Upkeep of history: a symbol's many small files become few; a crash at any step loses none.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DuckDb } from '../../engine/index.js';
import { groupsOf, type MergeStep, mergeTables, type Table } from '../recorder/merge.js';
import { TABLE_ROWS_MAX } from '../recorder/recording.js';
import type { Merged } from '../recorder/upkeep.js';
import type { Span } from './coverage.js';
import { clearMerged, countedFiles, historyFiles, mergedName } from './history-names.js';

/** What there is of one kind and source. */
export interface HistorySummary {
  /** As its table is called in `sluice sql`: `bars_1d`. */
  readonly kind: string;
  readonly source: string;
  readonly symbols: number;
  readonly files: number;
  readonly bytes: number;
}

/** A folder of one symbol. */
interface SymbolFolder {
  readonly kind: string;
  readonly source: string;
  readonly path: string;
}

/** Every kind and source that something was fetched of. */
export function summariseHistory(dataDir: string): readonly HistorySummary[] {
  const summaries = new Map<
    string,
    { -readonly [key in keyof HistorySummary]: HistorySummary[key] }
  >();
  for (const { kind, source, path } of symbolFolders(dataDir)) {
    const key = `${kind}/${source}`;
    const summary = summaries.get(key) ?? { kind, source, symbols: 0, files: 0, bytes: 0 };
    summaries.set(key, summary);
    const files = countedFiles(readdirSync(path));
    summary.symbols++;
    summary.files += files.length;
    for (const file of files) summary.bytes += statSync(join(path, file)).size;
  }
  return [...summaries.values()];
}

/** How history is compacted. */
export interface HistoryCompactOptions {
  /** Rows of a merged file at most, but for files whose spans overlap. */
  readonly rowsMax?: number;
  /** As of `MergeOptions`. */
  readonly onStep?: (step: MergeStep) => void;
}

/**
 * Merges the files of each symbol, rows in the order of their time. A merged file's name tells the
 * span that it holds, so that from the moment it is there those it was made of no longer count. No
 * backfill may run meanwhile. Errors: `duckdb.failed`, of the file system.
 */
export async function compactHistory(
  dataDir: string,
  { rowsMax = TABLE_ROWS_MAX, onStep }: HistoryCompactOptions = {},
): Promise<Merged> {
  const counts = (): number => summariseHistory(dataDir).reduce((sum, { files }) => sum + files, 0);
  const before = counts();
  const merge = { orderBy: 'time_us', ...(onStep && { onStep }) };
  const bounds = { rowsMax, bytesMax: Number.POSITIVE_INFINITY, mayPart };
  const db = await DuckDb.open();
  let rows = 0;
  try {
    for (const { path } of symbolFolders(dataDir)) {
      clearMerged(path);
      const paths = historyFiles(path).map(({ name }) => join(path, name));
      for (const group of await groupsOf(db, paths, bounds)) {
        rows += await mergeTables(db, group, mergedPath(group), merge);
      }
    }
  } finally {
    db.close();
  }
  return { before, after: counts(), rows };
}

/** Files whose spans overlap stay together, or one would seem to hold the other. */
function mayPart(before: readonly Table[], path: string): boolean {
  return spanOf(path)[0] >= endOf(before);
}

const spanOf = (path: string): Span => {
  const [fromUs = '', toUs = ''] = basename(path).split(/[-.]/);
  return [Number(fromUs), Number(toUs)];
};
const endOf = (tables: readonly Table[]): number =>
  Math.max(...tables.map(({ path }) => spanOf(path)[1]));

function mergedPath(tables: readonly Table[]): string {
  const [fromUs] = spanOf(tables[0]!.path);
  return join(dirname(tables[0]!.path), mergedName([fromUs, endOf(tables)]));
}

function symbolFolders(dataDir: string): readonly SymbolFolder[] {
  const root = join(dataDir, 'history');
  const folders = (path: string): string[] => (existsSync(path) ? readdirSync(path).sort() : []);
  return folders(root).flatMap((kind) =>
    folders(join(root, kind)).flatMap((source) =>
      folders(join(root, kind, source)).map((symbol) => ({
        kind,
        source: source.replace(/^source=/, ''),
        path: join(root, kind, source, symbol),
      })),
    ),
  );
}
