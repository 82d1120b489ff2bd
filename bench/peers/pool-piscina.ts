// Tasks a second through a Piscina pool of two threads, 64 in flight.

import { Piscina } from 'piscina';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';

const THREADS = 2;
const IN_FLIGHT = 64;
const TASK = new URL('./pool-task.js', import.meta.url).href;

/** Keeps 64 tasks in flight. */
export async function run(): Promise<Sample> {
  const pool = new Piscina({ filename: TASK, minThreads: THREADS, maxThreads: THREADS });
  const rate = await ratePerSecond(async () => {
    await Promise.all(Array.from({ length: IN_FLIGHT }, (_, index) => pool.run(index)));
    return IN_FLIGHT;
  });
  await pool.destroy();
  return { rate };
}
