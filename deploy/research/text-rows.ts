// Reads files of rows, CSV or Parquet, as texts.

import { isDate } from '../../actors/calendar/index.js';
import { DuckDb, Fault } from '../../engine/index.js';
import { fileTable } from './file-table.js';
import { orUnreadable } from './unreadable.js';

/** A row of texts by the names of its columns. */
export type TextRow = Readonly<Record<string, unknown>>;

/** Rows of a file of text columns: a symbol called NA is a symbol. Errors: `data.*`. */
export async function textRows(path: string, columns: readonly string[]): Promise<TextRow[]> {
  const table = fileTable(path, 'all_varchar = true, header = true');
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

/** A row that can't be read; counted from 0, told from 1. */
export function badRow(path: string, index: number, expected: string, was: string): Fault {
  const text = `${path}, row ${index + 1}: expected ${expected}, was ${was.slice(0, 80) || 'nothing'}`;
  return new Fault('data.bad_row', text);
}
