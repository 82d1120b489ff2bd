// Segments that a process left open when it ended: upkeep makes tables of them, as a run would.

import { existsSync, readdirSync } from 'node:fs';
import { Fault } from '../../engine/index.js';
import { type Claimed, claimRecording } from './claim.js';
import { isRaw, openFolder, type RecordedKind } from './recording.js';
import { recoverSegments } from './rolling.js';
import { kindOfSegment } from './seal.js';

/** What of a recording the segments of a kind belong to. */
const CLAIMED = (kind: RecordedKind): Claimed => (isRaw(kind) ? 'raw' : 'records');

/**
 * Makes tables of what was left open, and answers of how many segments; those of a process that
 * still records are its own. Errors: `recording.unwritable`, `duckdb.failed`.
 */
export async function sealLeftOpen(dir: string): Promise<number> {
  let sealed = 0;
  for (const what of ['records', 'raw'] as const) {
    const isWanted = (kind: RecordedKind): boolean => CLAIMED(kind) === what;
    if (!hasOpen(dir, isWanted)) continue;
    const giveUp = claimUnlessHeld(dir, what);
    if (giveUp === undefined) continue;
    try {
      sealed += (await recoverSegments(dir, isWanted)).length;
    } finally {
      giveUp();
    }
  }
  return sealed;
}

function hasOpen(dir: string, isWanted: (kind: RecordedKind) => boolean): boolean {
  const folder = openFolder(dir);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.some((name) => {
    const kind = kindOfSegment(name);
    return kind !== undefined && isWanted(kind);
  });
}

function claimUnlessHeld(dir: string, what: Claimed): (() => void) | undefined {
  try {
    return claimRecording(dir, what);
  } catch (error) {
    if (error instanceof Fault && error.code === 'recording.locked') return undefined;
    throw error;
  }
}
