// Round trips to another thread by postMessage, parked.

import type { Sample } from '../lib/case.js';
import { parkedTrips } from '../lib/round-trips.js';
import { postAndWait, postWorker } from './post-worker.js';

/** Posts a question and waits for its answer, again and again. */
export async function run(): Promise<Sample> {
  const worker = await postWorker();
  const sample = await parkedTrips(() => postAndWait(worker, { kind: 'show' }));
  await worker.terminate();
  return sample;
}
