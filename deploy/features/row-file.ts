// Reads rows of features and moments from CSV or Parquet, every number held to be one.

import { DuckDb, Fault } from '../../engine/index.js';
import { fileTable } from '../research/file-table.js';
import { ANY_CSV, badRow } from '../research/text-rows.js';
import { orUnreadable } from '../research/unreadable.js';

/** Rows of one file; more are several files. */
const ROWS_MAX = 2_000_000;

/** Symbols and numbers of a file, a row each. */
export interface NumberRows {
  readonly symbols: readonly string[];
  readonly numbers: Readonly<Record<string, Float64Array>>;
}

/** Columns that are read. */
export interface NumberColumns {
  /** Each cell is a number. */
  readonly needed: readonly string[];
  /** An empty cell is NaN: nothing was known. */
  readonly open?: readonly string[];
}

/**
 * Reads the symbol and some numbers of every row, in the order of the file; what else stands there
 * is left out. Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`,
 * `data.too_large`, `data.bad_row`.
 */
export async function readNumberRows(
  path: string,
  { needed, open = [] }: NumberColumns,
): Promise<NumberRows> {
  const table = fileTable(path, ANY_CSV);
  const names = [...needed, ...open];
  const db = await DuckDb.open();
  try {
    return await orUnreadable(path, async () => {
      await holdToColumns(db, table, path, ['symbol', ...names]);
      const texts = ['symbol', ...names].map((name) => `CAST("${name}" AS VARCHAR) AS "${name}"`);
      await db.run(`CREATE TABLE given AS
        SELECT row_number() OVER () - 1 AS place, ${texts.join(', ')} FROM ${table}
        LIMIT ${ROWS_MAX + 1}`);
      await holdToNumbers(db, path, { needed, open });
      return await numberRows(db, path, names);
    });
  } finally {
    db.close();
  }
}

async function holdToColumns(
  db: DuckDb,
  table: string,
  path: string,
  wanted: readonly string[],
): Promise<void> {
  const described = await db.rows(`DESCRIBE SELECT * FROM ${table}`);
  const found = described.map((row) => String(row['column_name']));
  const missing = wanted.filter((name) => !found.includes(name));
  if (missing.length === 0) return;
  const text = `${path}: expected ${wanted.join(', ')}; without ${missing.join(', ')}`;
  throw new Fault('data.wrong_columns', `${text}, found ${found.join(', ')}`);
}

/** Refuses the first cell that is none. */
async function holdToNumbers(
  db: DuckDb,
  path: string,
  { needed, open = [] }: NumberColumns,
): Promise<void> {
  const isNumber = (name: string): string =>
    `coalesce(isfinite(TRY_CAST(trim("${name}") AS DOUBLE)), false)`;
  const wrong = [
    { column: 'symbol', sql: `coalesce(trim(symbol), '') = ''`, expected: 'a symbol' },
    ...needed.map((column) => ({
      column,
      sql: `NOT ${isNumber(column)}`,
      expected: column.endsWith('_us') ? 'microseconds since 1970 UTC' : 'a number',
    })),
    ...open.map((column) => ({
      column,
      sql: `coalesce(trim("${column}"), '') NOT IN ('', 'nan', 'NaN') AND NOT ${isNumber(column)}`,
      expected: 'a number or nothing',
    })),
  ];
  for (const { column, sql, expected } of wrong) {
    const [row] = await db.rows(`SELECT place::DOUBLE AS place, "${column}" AS was
      FROM given WHERE ${sql} ORDER BY place LIMIT 1`);
    if (row === undefined) continue;
    throw badRow(path, { index: Number(row['place']), column }, expected, String(row['was'] ?? ''));
  }
}

async function numberRows(db: DuckDb, path: string, names: readonly string[]): Promise<NumberRows> {
  const [counted] = await db.rows('SELECT count(*)::DOUBLE AS rows FROM given');
  const count = Number(counted!['rows']);
  if (count > ROWS_MAX) {
    const text = `expected at most ${ROWS_MAX} rows in ${path}`;
    throw new Fault('data.too_large', `${text}; write several files`);
  }
  const named = await db.rows('SELECT DISTINCT trim(symbol) AS symbol FROM given ORDER BY 1');
  const texts = named.map((row) => String(row['symbol']));
  const symbols: string[] = [];
  const columns = names.map(() => new Float64Array(count));
  const numbers = names.map(
    (name) => `coalesce(TRY_CAST(trim("${name}") AS DOUBLE), 'NaN'::DOUBLE)`,
  );
  let at = 0;
  await db.numbers(
    `SELECT ${['(dense_rank() OVER (ORDER BY trim(symbol)) - 1)::DOUBLE', ...numbers].join(', ')}
      FROM given ORDER BY place`,
    ([index, ...chunk], rows) => {
      for (let row = 0; row < rows; row++) symbols.push(texts[index![row]!]!);
      for (const [column, values] of chunk.entries()) {
        columns[column]!.set(values.subarray(0, rows), at);
      }
      at += rows;
    },
  );
  return { symbols, numbers: Object.fromEntries(names.map((name, at) => [name, columns[at]!])) };
}
