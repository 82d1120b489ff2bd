// Which process writes to a recording, or does its upkeep: one at a time, for what lies open, or is
// being merged, is its own.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimOf, Fault, holderOf, makeFolder } from '../../engine/index.js';
import { openFolder } from './recording.js';

/** What a process does: writes what a run is replayed from, or vendors' messages; upkeep. */
export type Claimed = 'records' | 'raw' | 'upkeep';

/**
 * Makes this process the one that writes; answers what gives that up. The claim of a process that
 * is gone counts no more. Two that take over such a claim within the same millisecond are not told
 * apart: of one data directory the journal has let in only one by then.
 * Errors: `recording.locked` while another writes, `recording.unwritable`.
 */
export function claimRecording(dir: string, what: Claimed): () => void {
  const folder = openFolder(dir);
  const path = join(folder, `${what}.writer`);
  try {
    makeFolder(folder);
    const holder = existsSync(path) ? holderOf(readFileSync(path, 'utf8')) : undefined;
    if (holder !== undefined) throw locked(dir, what, holder);
    rmSync(path, { force: true });
    writeFileSync(path, claimOf(process.pid), { flag: 'wx' });
  } catch (error) {
    if (error instanceof Fault) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const text = `expected to write to ${folder}: ${why}; check the path and its permissions`;
    throw new Fault('recording.unwritable', text, { cause: error });
  }
  return () => rmSync(path, { force: true });
}

function locked(dir: string, what: Claimed, holder: number): Fault {
  const who = holder === process.pid ? 'this process' : `process ${holder}`;
  const text =
    what === 'upkeep'
      ? `expected no upkeep of ${dir} to be under way, ${who} does it; wait until it is done`
      : `expected nobody to record into ${dir}, ${who} records there; choose another folder`;
  return new Fault('recording.locked', text);
}
