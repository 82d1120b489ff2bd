// Files that appear whole or not at all: where they are made, and how they get their name.

import { existsSync, linkSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { isAlive } from './alive.js';

/**
 * Where this process makes what will be called `path`: beside it, in a place of no other process.
 * Clears what processes that are gone have left there. Errors: of the file system, in its words.
 */
export function partOf(path: string): string {
  const folder = dirname(path);
  const prefix = `${basename(path)}.part-`;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || isOfAnother(name.slice(prefix.length))) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
  return join(folder, `${prefix}${process.pid}`);
}

/**
 * Gives what is made its name, never over what has got it meanwhile: false where something has.
 * Errors: of the file system, in its words.
 */
export function nameWhole(part: string, path: string): boolean {
  try {
    linkSync(part, path);
  } catch {
    // Network shares and USB sticks have no second names; there a moment is left to lose.
    if (existsSync(path)) return false;
    renameSync(part, path);
    return true;
  }
  rmSync(part, { force: true });
  return true;
}

/** Whether a process that lives, and is not this one, has a number. */
function isOfAnother(pidText: string): boolean {
  const pid = Number(pidText);
  return Number.isSafeInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid);
}
