// Measuring time in benchmarks: warm up, then repeat until enough time has passed.

import type { Sample } from './case.js';
import { observed } from './profile.js';
import { quantile } from './statistics.js';

/** Time before measuring, for the compiler to settle. Units: milliseconds. */
const WARM_MS = 300;

/** Time measured. Units: milliseconds. */
const MEASURED_MS = 500;

/** Monotonic time, the same clock in every process of a machine. Units: microseconds. */
export function nowUs(): number {
  return Number(process.hrtime.bigint()) / 1000;
}

/**
 * Repeats a batch until it has run long enough, after a warm-up, and returns how many items a
 * second it did. `batch` returns its number of items.
 */
export async function ratePerSecond(batch: () => number | Promise<number>): Promise<number> {
  const repeat = async (milliseconds: number): Promise<number> => {
    const started = performance.now();
    let items = 0;
    for (;;) {
      const done = batch();
      items += typeof done === 'number' ? done : await done;
      const took = performance.now() - started;
      if (took >= milliseconds) return (items / took) * 1000;
    }
  };
  await repeat(WARM_MS);
  return observed(() => repeat(MEASURED_MS));
}

/** Percentiles of single times. Units: microseconds. */
export function percentiles(timesUs: ArrayLike<number>): Sample {
  return { p50: quantile(timesUs, 0.5), p99: quantile(timesUs, 0.99) };
}

/** Resolves after so many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
