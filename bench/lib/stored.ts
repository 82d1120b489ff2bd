// The files of results: one a machine, so that figures taken on one never replace another's.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSameMachine, type Machine } from './machine.js';
import { merged, type Results } from './results.js';

/** Machines that are kept: of more, the one measured longest ago goes. */
const MACHINES_MAX = 3;

/** What is kept in `folder`, the machine that was measured last first. */
export function storedResults(folder: string): Results[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((it) => it.endsWith('.json')) : [];
  const all = files.flatMap((file) => read(join(folder, file)) ?? []);
  return all.sort((left, right) => (left.takenAt < right.takenAt ? 1 : -1));
}

/**
 * The same with what was measured now, over what its machine had before. `order` lists the ids of
 * all figures there are.
 */
export function withResults(
  stored: readonly Results[],
  now: Results,
  order: readonly string[],
): [Results, ...Results[]] {
  const before = stored.find(({ machine }) => isSameMachine(machine, now.machine));
  const others = stored.filter((one) => one !== before);
  return [merged(before, now, order), ...others.slice(0, MACHINES_MAX - 1)];
}

/** Writes them, and nothing else, into `folder`. */
export function storeResults(folder: string, all: readonly Results[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const results of all) {
    const file = join(folder, `${nameOf(results.machine)}.json`);
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  }
}

/** What a file is called: all that tells two machines apart. */
function nameOf({ cpu, cores, memoryGb, node }: Machine): string {
  const name = `${cores} ${cpu} ${memoryGb} gib node ${node}`;
  return name.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-');
}

function read(file: string): Results | undefined {
  try {
    // JSON.parse gives any; the file is our own, or of another version, which has other fields.
    const stored = JSON.parse(readFileSync(file, 'utf8')) as Partial<Results>;
    const { machine, takenAt, figures, notes } = stored;
    const isOurs =
      typeof machine === 'object' &&
      typeof takenAt === 'string' &&
      Array.isArray(figures) &&
      typeof notes === 'object';
    return isOurs ? (stored as Results) : undefined;
  } catch {
    // What can't be read is replaced by what is measured next.
    return undefined;
  }
}
