// The limit of the journal: the same writes straight into LMDB, 64 in flight.

import { open } from 'lmdb';
import type { Sample } from '../lib/case.js';
import { inFlight } from '../lib/in-flight.js';
import { withScratch } from '../lib/scratch.js';

/** Puts 200 bytes at a time and waits until they are flushed. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    const store = open<Buffer, number>({ path: `${folder}/bare.mdb`, encoding: 'binary' });
    const bytes = Buffer.alloc(200, 120);
    let key = 0;
    const sample = await inFlight(async () => {
      await store.put(++key, bytes);
      await store.flushed;
    });
    await store.close();
    return sample;
  });
}
