// Reads files of rows, CSV or Parquet, as texts.

import { isDate } from '../../actors/calendar/index.js';
import { DuckDb, Fault, sqlText } from '../../engine/index.js';
import { delimiterOf } from './csv-quotes.js';
import { fileTable, firstLineOf } from './file-table.js';
import { orUnreadable } from './unreadable.js';

/** A row of texts by the names of its columns. */
export type TextRow = Readonly<Record<string, unknown>>;

/** How CSV is read where its form is found out from its rows. */
export const ANY_CSV = 'all_varchar = true, header = true';

/**
 * Rows of a file of text columns: a symbol called NA is a symbol. `csv` says how CSV is read.
 * Errors: `data.*`.
 */
export async function textRows(
  path: string,
  columns: readonly string[],
  csv = ANY_CSV,
): Promise<TextRow[]> {
  const table = fileTable(path, csv);
  const db = await DuckDb.open();
  const read = async (): Promise<TextRow[]> => {
    const described = await db.rows(`DESCRIBE SELECT * FROM ${table}`);
    const names = described.map((row) => String(row['column_name']));
    const missing = columns.filter((column) => !names.includes(column));
    if (missing.length > 0) {
      throw new Fault(
        'data.wrong_columns',
        `${path}: expected ${columns.join(', ')}; without ${missing.join(', ')}, found ${names.join(', ')}`,
      );
    }
    const texts = names.map((name) => `CAST("${name}" AS VARCHAR) AS "${name}"`);
    return db.rows(`SELECT ${texts.join(', ')} FROM ${table}`);
  };
  try {
    return await orUnreadable(path, read);
  } finally {
    db.close();
  }
}

/**
 * How CSV is read whose first line names its columns and shows what stands between them: a row with
 * more or fewer of them, or with a quote that is not closed, is a fault of the file, told with its
 * line, and no other form of CSV. Of no meaning for Parquet. Errors: `data.missing_file`.
 */
export function strictCsv(path: string): string {
  const header = firstLineOf(path)
    .replace(/^\xef\xbb\xbf/, '')
    .trimEnd();
  const delimiter = delimiterOf(header);
  const columns = header.split(delimiter).map((name) => {
    return `${sqlText(name.trim().replace(/^"(.*)"$/, '$1'))}: 'VARCHAR'`;
  });
  const form = `auto_detect = false, header = true, delim = ${sqlText(delimiter)}`;
  return `${form}, quote = '"', escape = '"', columns = {${columns.join(', ')}}`;
}

/** A cell as text, trimmed; empty where there is none. */
export function textOf(row: TextRow, name: string): string {
  const value = row[name];
  return value === null || value === undefined ? '' : String(value).trim();
}

/** A day as a file writes it, yyyymmdd or yyyy-mm-dd, perhaps with a time; undefined for others. */
export function dateIn(text: string): number | undefined {
  const parts = /^(\d{4})-?(\d{2})-?(\d{2})(?!\d)/.exec(text);
  const date = Number(parts?.slice(1).join(''));
  return isDate(date) ? date : undefined;
}

/** A cell of a file: its row below the header is counted from 0, and told from 1. */
export interface CellPlace {
  readonly index: number;
  readonly column: string;
}

/** A row that can't be read, by the cell that is wrong. */
export function badRow(
  path: string,
  { index, column }: CellPlace,
  expected: string,
  was: string,
): Fault {
  const place = `${path}, row ${index + 1}, ${column}`;
  const text = `${place}: expected ${expected}, was ${was.slice(0, 80) || 'nothing'}`;
  return new Fault('data.bad_row', text);
}
