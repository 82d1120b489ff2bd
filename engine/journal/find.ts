// Where a journal lies, and whether there is one to read.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.js';

/** Name of a journal's file in its directory. */
export const FILE = 'journal.mdb';

/**
 * The file of a directory's journal. Errors: `journal.missing`, also where the file is empty: the
 * process that made it ended before it wrote anything.
 */
export function findJournal(directory: string): string {
  const file = join(directory, FILE);
  if (!existsSync(file)) throw new Fault('journal.missing', missing(directory));
  if (statSync(file).size === 0) throw unbegun(directory);
  return file;
}

/** There is a file, and nothing has been kept in it. */
export function unbegun(directory: string): Fault {
  const text = `${missing(directory)}: its process ended before it began`;
  return new Fault('journal.missing', text);
}

function missing(directory: string): string {
  return `expected a journal in ${directory}, there is none`;
}
