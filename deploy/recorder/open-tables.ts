// Tables of what still lies in open segments, in a folder of the reader's own: whoever reads a
// recording leaves it as it is, and its recorder undisturbed.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { counted, datesOf, openFolder, partition, type RecordedKind } from './recording.js';
import { kindOfSegment, writeTable } from './seal.js';

/** Characters of yyyy-mm-dd. */
const DATE_LENGTH = 10;

/**
 * Makes tables of all whole blocks of the open segments, laid out below `into` as the recording's
 * own. List the recording's tables afterwards: what has become one meanwhile is among them.
 * Errors: `duckdb.failed`, of the file system.
 */
export async function copyOpen(
  dir: string,
  into: string,
  isWanted: (kind: RecordedKind) => boolean = () => true,
): Promise<void> {
  const folder = openFolder(dir);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  for (const name of names) {
    const kind = kindOfSegment(name);
    if (kind !== undefined && isWanted(kind)) await copyOne(join(folder, name), into);
  }
}

async function copyOne(path: string, into: string): Promise<void> {
  try {
    await writeTable(into, path);
  } catch (error) {
    // Its recorder has made a table of it.
    if (!existsSync(path)) return;
    throw error;
  }
}

/** A segment that is still written to, or that a crash left. */
export interface OpenSegment {
  readonly date: string;
  readonly kind: RecordedKind;
  readonly bytes: number;
}

/** Every open segment, oldest first. */
export function openSegments(dir: string): readonly OpenSegment[] {
  const folder = openFolder(dir);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.flatMap((name) => {
    const kind = kindOfSegment(name);
    const file = statSync(join(folder, name), { throwIfNoEntry: false });
    if (kind === undefined || file === undefined) return [];
    return [{ date: name.slice(0, DATE_LENGTH), kind, bytes: file.size }];
  });
}

/** Every table of a kind, oldest first; of what was still open those that `copyOpen` has made. */
export function tablesWithOpen(dir: string, aside: string, kind: RecordedKind): readonly string[] {
  const dates = [...new Set([...datesOf(dir), ...datesOf(aside)])].sort();
  return dates.flatMap((date) => {
    const [home, copies] = [partition(dir, date, kind), partition(aside, date, kind)];
    const own = new Set(existsSync(home) ? readdirSync(home) : []);
    const open = existsSync(copies) ? readdirSync(copies) : [];
    return counted([...new Set([...own, ...open])]).map((name) =>
      join(own.has(name) ? home : copies, name),
    );
  });
}
