// Makes folders one below the other, on any file system.

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it; one that is there stays. `mkdirSync`'s own way, `recursive`,
 * never comes back where a file system takes no folders, as below `/proc`.
 * Errors: of the file system, in its words.
 */
export function makeFolder(path: string): void {
  try {
    makeOne(path);
  } catch (error) {
    // Tried once more alone: what is missing then is not the folder above.
    if (!isCode(error, 'ENOENT') || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    makeOne(path);
  }
}

function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    // Another thread may have made it in between.
    if (!isCode(error, 'EEXIST') || !statSync(path).isDirectory()) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
