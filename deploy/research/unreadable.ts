// What is said of a file of rows that the database can't read.

import { Fault } from '../../engine/index.js';

/** What tables are read from where nothing else is said. */
const TABLE_FORM = 'CSV or sound Parquet';

/** For what the database says of the forms that it tried. */
const NO_FORM = 'no form of CSV fits its rows: is a quote not closed';

/** Runs what reads a file; `data.unreadable` tells what its reader refused. */
export async function orUnreadable<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Fault && error.code !== 'duckdb.failed') throw error;
    throw unreadable(path, TABLE_FORM, error);
  }
}

/**
 * The fault of a file whose rows can't be read, `data.unreadable`, with what its reader said of it.
 * `form` is what the file was expected to be, such as "sound Parquet".
 */
export function unreadable(path: string, form: string, error: unknown): Fault {
  // Told of the statement, the database's refusal would hide what it found in the file.
  const cause = error instanceof Fault ? (error.cause ?? error) : error;
  const said = cause instanceof Error ? cause.message : String(cause);
  const [told = '', ...below] = said.split('\n');
  const first = /Error when sniffing/.test(told) ? NO_FORM : told;
  // Below its first line the database draws the statement; of CSV it tells there what is wrong.
  const isLine = /CSV Error on Line: \d+$/.test(first);
  const advice = below.findIndex((line) => /^Possible (fixes|Solution)/.test(line));
  const before = below.slice(0, Math.max(0, advice));
  const fault = isLine ? before.findLast((line) => line !== '') : undefined;
  const reason = fault === undefined ? first : `${first}, ${fault.trim()}`;
  const text = `expected ${path} to be ${form}, was refused by its reader (${reason})`;
  return new Fault('data.unreadable', `${text}: fetch or write it anew`, { cause: error });
}
