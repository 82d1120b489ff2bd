// A copy of a journal, taken while it is written.

import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../core/fault.js';
import { makeFolder } from '../io/folder.js';
import { Lmdb } from '../io/lmdb/store.js';
import { findJournal } from './find.js';

/**
 * Copies the journal of a directory into a file, as of one commit, without stopping its writer.
 * The file appears whole or not at all. Errors: `journal.missing`, `journal.cannot_open`,
 * `journal.backup_exists`, `journal.backup_failed`.
 */
export async function copyJournal(directory: string, file: string): Promise<void> {
  findJournal(directory);
  if (existsSync(file)) {
    const text = `expected ${file} not to be there yet; name another file`;
    throw new Fault('journal.backup_exists', text);
  }
  const part = `${file}.part`;
  const lmdb = Lmdb.open(directory, true);
  try {
    makeFolder(dirname(file));
    rmSync(part, { force: true });
    await lmdb.copyTo(part);
    syncFile(part);
    renameSync(part, file);
    syncFile(dirname(file));
  } catch (error) {
    if (existsSync(part)) rmSync(part);
    const text = `expected to write ${file}: ${error instanceof Error ? error.message : error}`;
    throw new Fault('journal.backup_failed', text, { cause: error });
  } finally {
    await lmdb.close();
  }
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
