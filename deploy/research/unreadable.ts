// What is said of a file of rows that the database can't read.

import { Fault } from '../../engine/index.js';

/**
 * The fault of a file whose rows can't be read, `data.unreadable`, with what its reader said of it.
 * `form` is what the file was expected to be, such as "sound Parquet".
 */
export function unreadable(path: string, form: string, error: unknown): Fault {
  // Told of the statement, the database's refusal would hide what it found in the file.
  const cause = error instanceof Fault ? (error.cause ?? error) : error;
  const said = cause instanceof Error ? cause.message : String(cause);
  // Below its first line the database draws the statement.
  const reason = said.split('\n')[0] ?? '';
  const text = `expected ${path} to be ${form}, was refused by its reader (${reason})`;
  return new Fault('data.unreadable', `${text}: fetch or write it anew`, { cause: error });
}
