// The thread that makes tables of recorded segments, one after the other, as it is told.

import { parentPort } from 'node:worker_threads';
import { Fault } from '../../engine/index.js';
import { sealSegment } from '../recorder/seal.js';

/** A segment that is written to its end. */
export interface SealTask {
  /** Folder of the recording. */
  readonly dir: string;
  readonly path: string;
}

/** What came of it. */
export type SealOutcome = 'sealed' | { readonly code: string; readonly text: string };

async function outcomeOf({ dir, path }: SealTask): Promise<SealOutcome> {
  try {
    await sealSegment(dir, path);
    return 'sealed';
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // Of the disk, most likely: the segment stays, whole.
    return { code: error instanceof Fault ? error.code : 'recording.seal_failed', text };
  }
}

let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (task: SealTask) => {
  last = last.then(async () => parentPort?.postMessage(await outcomeOf(task)));
});
