// A host that comes back: its journal of a million events opened and every actor's events read.

import type { Address } from '../../engine/index.js';
import { Journal } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';
import { withScratch } from '../lib/scratch.js';

const EVENTS = 1_000_000;
const ACTORS = 1_000;
const BATCH = 1_000;

/** Writes the journal, closes it, and times its way back. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    const addresses = Array.from({ length: ACTORS }, (_, key): Address => `portfolio/p${key}`);
    const written = Journal.open(folder);
    for (let batch = 0; batch < EVENTS / BATCH; batch++) {
      await written.append(
        addresses.slice(0, BATCH).map((address) => ({
          address,
          sequence: batch + 1,
          event: { kind: 'cash_moved', commandId: `${address}-${batch}`, amount: '100.00' },
          cause: 'bench',
          timeUs: batch,
        })),
      );
    }
    await written.close();
    const started = performance.now();
    const journal = Journal.open(folder);
    let events = 0;
    for (const records of journal.recordsOfAll().values()) events += records.length;
    const took = performance.now() - started;
    await journal.close();
    if (events !== EVENTS) throw new Error(`expected ${EVENTS} events, was ${events}`);
    return { seconds: took / 1000 };
  });
}
