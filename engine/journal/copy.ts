// A copy of a journal, taken while it is written.

import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../core/fault.js';
import { makeFolder } from '../io/folder.js';
import { Lmdb } from '../io/lmdb/store.js';
import { nameWhole, partOf } from '../io/part.js';
import { findJournal } from './find.js';

/**
 * Copies the journal of a directory into a file, as of one commit, without stopping its writer.
 * The file appears whole or not at all. Errors: `journal.missing`, `journal.cannot_open`,
 * `journal.backup_exists`, `journal.backup_failed`.
 */
export async function copyJournal(directory: string, file: string): Promise<void> {
  findJournal(directory);
  if (existsSync(file)) throw backupExists(file);
  const lmdb = Lmdb.open(directory, true);
  let part: string | undefined;
  try {
    makeFolder(dirname(file));
    part = partOf(file);
    await lmdb.copyTo(part);
    syncFile(part);
    if (!nameWhole(part, file)) throw backupExists(file);
    syncFile(dirname(file));
  } catch (error) {
    if (part !== undefined) rmSync(part, { force: true });
    if (error instanceof Fault) throw error;
    const text = `expected to write ${file}: ${error instanceof Error ? error.message : error}`;
    throw new Fault('journal.backup_failed', text, { cause: error });
  } finally {
    await lmdb.close();
  }
}

function backupExists(file: string): Fault {
  const text = `expected ${file} not to be there yet; name another file`;
  return new Fault('journal.backup_exists', text);
}

/** Brings a file or a folder to disk. */
export function syncFile(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
