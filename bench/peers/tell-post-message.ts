// Messages a second to another thread by postMessage, one object each.

import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { postAndWait, postWorker } from './post-worker.js';

/** Messages between two answers, so that the queue stays bounded. */
const BURST = 10_000;

/** Posts bursts and waits for the thread to have seen each. */
export async function run(): Promise<Sample> {
  const worker = await postWorker();
  const rate = await ratePerSecond(async () => {
    for (let message = 1; message < BURST; message++) {
      worker.postMessage({ kind: 'add', to: `count/${message % 500}`, amount: message });
    }
    await postAndWait(worker, { kind: 'show' });
    return BURST;
  });
  await worker.terminate();
  return { rate };
}
