// Keeps so many operations in flight for a while and times each.

import type { Sample } from './case.js';
import { nowUs, percentiles } from './clock.js';
import { observed } from './profile.js';

/** Operations in flight. */
export const IN_FLIGHT = 64;

/** Units: milliseconds. */
const WARM_MS = 500;
const MEASURED_MS = 1_500;

/** Rate a second, and percentiles of single operations in milliseconds. */
export async function inFlight(operation: (lane: number) => Promise<unknown>): Promise<Sample> {
  const started = performance.now();
  const timesUs: number[] = [];
  const lane = async (number: number): Promise<void> => {
    for (;;) {
      const startedUs = nowUs();
      await operation(number);
      const elapsed = performance.now() - started;
      if (elapsed > WARM_MS + MEASURED_MS) return;
      if (elapsed > WARM_MS) timesUs.push(nowUs() - startedUs);
    }
  };
  await observed(() => Promise.all(Array.from({ length: IN_FLIGHT }, (_, number) => lane(number))));
  const { p50 = Number.NaN, p99 = Number.NaN } = percentiles(timesUs);
  return { rate: timesUs.length / (MEASURED_MS / 1000), p50: p50 / 1000, p99: p99 / 1000 };
}
