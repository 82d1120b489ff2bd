// The whole of a journal put to the test: its pages, its chain, its checksums.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.js';
import { walkStructure } from '../io/lmdb/structure.js';
import { partOf } from '../io/part.js';
import { copyJournal } from './copy.js';
import { FILE, findJournal } from './find.js';
import { Journal } from './journal.js';

/** What an examination found. */
export interface Examination {
  readonly isSound: boolean;
  /** Good events, from the first on. */
  readonly records: number;
  readonly inputs: number;
  readonly snapshots: number;
  readonly views: number;
  readonly pages: number;
  /** What is damaged and where, the first found first. */
  readonly damages: readonly string[];
}

/**
 * Examines the journal of a directory, also while another process writes it. The pages are read
 * first, without LMDB, which would follow a damaged pointer anywhere. A file that is written too
 * fast to be read at rest is copied first. Errors: `journal.missing`, those of a backup.
 */
export async function examineJournal(directory: string): Promise<Examination> {
  const structure = walkStructure(findJournal(directory));
  if (!structure.isSettled) return examineCopy(directory);
  const { pages } = structure;
  if (structure.damages.length > 0) {
    const damages = structure.damages.map(
      ({ page, byte, tree, reason }) => `page ${page} (byte ${byte}, ${tree}): ${reason}`,
    );
    return { isSound: false, records: 0, inputs: 0, snapshots: 0, views: 0, pages, damages };
  }
  return { ...(await examineContents(directory)), pages };
}

async function examineCopy(directory: string): Promise<Examination> {
  const copy = partOf(join(directory, 'examined'));
  try {
    await copyJournal(directory, join(copy, FILE));
    return await examineJournal(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function examineContents(directory: string): Promise<Omit<Examination, 'pages'>> {
  const none = { isSound: false, records: 0, inputs: 0, snapshots: 0, views: 0 };
  let journal: Journal | undefined;
  try {
    journal = Journal.open(directory, { readOnly: true });
    const { records, firstBad } = journal.verify();
    const { damaged, ...counts } = journal.verifyStores();
    const event =
      firstBad === undefined
        ? []
        : [`event ${firstBad.position}${ofActor(firstBad.address)}: ${firstBad.reason}`];
    const damages = [...event, ...damaged.map((what) => `${what}: the checksum does not match`)];
    return { isSound: damages.length === 0, records, ...counts, damages };
  } catch (error) {
    if (error instanceof Fault && error.code === 'journal.missing') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { ...none, damages: [`the stores can not be read: ${reason}`] };
  } finally {
    await journal?.close();
  }
}

function ofActor(address: string | undefined): string {
  return address === undefined ? '' : ` of ${address}`;
}
