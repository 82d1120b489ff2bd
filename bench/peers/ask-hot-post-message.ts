// Round trips to another thread by postMessage, hot.

import type { Sample } from '../lib/case.js';
import { hotTrips } from '../lib/round-trips.js';
import { postAndWait, postWorker } from './post-worker.js';

/** Posts a question and waits for its answer, again and again. */
export async function run(): Promise<Sample> {
  const worker = await postWorker();
  const sample = await hotTrips(() => postAndWait(worker, { kind: 'show' }));
  await worker.terminate();
  return sample;
}
