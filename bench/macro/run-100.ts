// The whole sample at 100 ticks a bar.

import type { Sample } from '../lib/case.js';
import { wholeRun } from './whole-run.js';

/** One run. */
export function run(): Promise<Sample> {
  return wholeRun(100, []);
}
