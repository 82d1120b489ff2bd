// Puts a copy of a journal in its place, whole or up to a position or a time.

import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../core/fault.js';
import { makeFolder } from '../io/folder.js';
import { nameWhole, partOf } from '../io/part.js';
import { copyJournal, syncFile } from './copy.js';
import { type Cut, type CutDone, cutJournal } from './cut.js';
import { examineJournal } from './examine.js';
import { FILE } from './find.js';

/**
 * Makes a copy, or a journal in use, the journal of a directory that has none: without the claim of
 * its writer, and cut where that is wanted. It appears whole or not at all. Errors:
 * `journal.restore_exists`, `journal.missing`, `journal.damaged`, `journal.restore_failed`.
 */
export async function restoreJournal(
  from: string,
  directory: string,
  cut: Cut | undefined,
): Promise<CutDone> {
  const file = join(directory, FILE);
  if (existsSync(file)) throw restoreExists(directory);
  let part: string | undefined;
  try {
    makeFolder(directory);
    part = partOf(file);
    makeFolder(part);
    // Only a journal in its place may be in use; a copy has another name.
    if (basename(from) === FILE) await copyJournal(dirname(from), join(part, FILE));
    else if (existsSync(from)) copyFileSync(from, join(part, FILE));
    else throw new Fault('journal.missing', `expected a copy at ${from}, there is none`);
    const { damages } = await examineJournal(part);
    if (damages.length > 0) {
      throw new Fault('journal.damaged', `expected ${from} to be sound: ${damages[0]}`);
    }
    const done = await cutJournal(part, cut);
    syncFile(join(part, FILE));
    // A process may have begun one meanwhile, and have acknowledged what is in it.
    if (!nameWhole(join(part, FILE), file)) throw restoreExists(directory);
    syncFile(directory);
    return done;
  } catch (error) {
    if (error instanceof Fault) throw error;
    const text = `expected to restore into ${directory}: ${error}`;
    throw new Fault('journal.restore_failed', text, { cause: error });
  } finally {
    if (part !== undefined) rmSync(part, { recursive: true, force: true });
  }
}

function restoreExists(directory: string): Fault {
  const text = `expected no journal in ${directory} yet; move it away, or restore elsewhere`;
  return new Fault('journal.restore_exists', text);
}
