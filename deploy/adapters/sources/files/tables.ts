// Tables of records in files: CSV, Parquet and Arrow, each kind in a file of its own.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ArrowRows, DuckDb, Fault, readArrowFile, sqlText } from '../../../../engine/index.js';
import { no } from '../../../app/answers.js';
import type { Answer } from '../../../app/port.js';
import { fileTable } from '../../../research/file-table.js';
import { unreadable } from '../../../research/unreadable.js';
import { PAST_ALONE } from '../capabilities.js';
import { sifted } from '../history-client.js';
import type { MarketRecord } from '../record.js';
import type { HistoryPage, HistoryRequest, MarketDataSource } from '../source.js';

/** Formats of tables. */
export type TableFormat = 'csv' | 'parquet' | 'arrow';

/** Rows of an Arrow batch that are records at once. */
const PAGE_ROWS = 8_192;

/** Largest batch of an Arrow file: it is held whole. Units: bytes. */
const ARROW_BYTES_MAX = 256 * 1024 * 1024;

/** Numbers of each kind, beside `symbol` and `time_us`. */
export const TABLE_COLUMNS = {
  trade: ['price', 'size'],
  quote: ['bid', 'ask', 'bid_size', 'ask_size'],
  bar: ['open', 'high', 'low', 'close', 'volume'],
} as const;

/** Name of the file of a request: `trades.csv`, `quotes.parquet`, `bars_1m.arrow`. */
export function tableName({ kind, every }: Pick<HistoryRequest, 'kind' | 'every'>): string {
  return kind === 'bar' ? `bars_${every}` : `${kind}s`;
}

/**
 * A folder of tables in the order of their time. Columns: `symbol`, `time_us` (microseconds UTC)
 * and the numbers of `TABLE_COLUMNS`.
 */
export function tableSource(format: TableFormat, folder: string): MarketDataSource {
  return {
    name: format,
    capabilities: {
      ...PAST_ALONE,
      timeStepUs: 1,
    },
    history: (request) => history(format, folder, request),
  };
}

async function* history(
  format: TableFormat,
  folder: string,
  request: HistoryRequest,
): AsyncGenerator<Answer<HistoryPage>, void> {
  const path = join(folder, `${tableName(request)}.${format}`);
  if (!existsSync(path)) {
    yield no('source.unsupported', `${format}: expected a file ${path}`);
    return;
  }
  try {
    const chunks = format === 'arrow' ? arrowChunks(path, request) : sqlChunks(path, request);
    for await (const { columns, count } of chunks) {
      const records = Array.from({ length: count }, (_, row) => recordOf(columns, row, request));
      yield { ok: true, value: sifted(records, request) };
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const isTold = error.code === 'data.unreadable';
    const { message } = isTold ? error : unreadable(path, `sound ${format}`, error);
    yield no('source.unreadable', `${format}: ${message}`);
  }
}

interface Chunk {
  /** `time_us`, then the numbers of the kind. */
  readonly columns: readonly Float64Array[];
  readonly count: number;
}

async function* sqlChunks(path: string, request: HistoryRequest): AsyncGenerator<Chunk, void> {
  const { kind, symbol, fromUs, toUs } = request;
  const names = ['time_us', ...TABLE_COLUMNS[kind]];
  const numbers = names.map((name) => `COALESCE(TRY_CAST("${name}" AS DOUBLE), 'NaN'::DOUBLE)`);
  // Text first: a symbol called NA or TRUE is a name, not a missing value or a truth.
  const csv = "header = true, all_varchar = true, nullstr = '', strict_mode = true";
  const table = fileTable(path, csv);
  const time = 'TRY_CAST(time_us AS DOUBLE)';
  const db = await DuckDb.open();
  try {
    // What has no time is outside of every range, and is told by the whole table's check.
    yield* db.numberChunks(`SELECT ${numbers.join(', ')} FROM ${table}
      WHERE symbol = ${sqlText(symbol)}
        AND (${time} IS NULL OR (${time} >= ${fromUs} AND ${time} < ${toUs}))`);
  } finally {
    db.close();
  }
}

async function* arrowChunks(path: string, request: HistoryRequest): AsyncGenerator<Chunk, void> {
  const names = ['time_us', ...TABLE_COLUMNS[request.kind]];
  for await (const batch of readArrowFile(path, {
    names,
    texts: ['symbol'],
    bytesMax: ARROW_BYTES_MAX,
  })) {
    for (let start = 0; start < batch.count; start += PAGE_ROWS) {
      const chunk = rowsOf(batch, start, Math.min(batch.count, start + PAGE_ROWS), request.symbol);
      if (chunk.count > 0) yield chunk;
    }
  }
}

/** Rows of a symbol between two of a batch. */
function rowsOf({ numbers, texts }: ArrowRows, start: number, end: number, symbol: string): Chunk {
  const symbols = texts[0]!;
  const columns = numbers.map(() => new Float64Array(end - start));
  let count = 0;
  for (let row = start; row < end; row++) {
    if (symbols[row] !== symbol) continue;
    for (let column = 0; column < columns.length; column++) {
      columns[column]![count] = numbers[column]![row]!;
    }
    count++;
  }
  return { columns, count };
}

function recordOf(
  columns: readonly Float64Array[],
  row: number,
  { kind, every, symbol }: HistoryRequest,
): MarketRecord {
  const value = (column: number): number => columns[column]![row]!;
  const timeUs = value(0);
  const sequence = Number.NaN;
  switch (kind) {
    case 'trade': {
      const [price, size] = [value(1), value(2)];
      return { kind, symbol, timeUs, price, size, id: '', sequence, conditions: '' };
    }
    case 'quote': {
      const [bid, ask, bidSize, askSize] = [value(1), value(2), value(3), value(4)];
      return { kind, symbol, timeUs, bid, ask, bidSize, askSize, sequence };
    }
    case 'bar': {
      const [open, high, low, close] = [value(1), value(2), value(3), value(4)];
      return { kind, symbol, every, timeUs, open, high, low, close, volume: value(5) };
    }
  }
}
