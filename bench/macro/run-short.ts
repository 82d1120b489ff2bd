// Fifteen sessions at 40 ticks a bar: what the short subset has of the whole product.

import type { Sample } from '../lib/case.js';
import { wholeRun } from './whole-run.js';

/** One run. */
export function run(): Promise<Sample> {
  return wholeRun(40, ['--to', '2021-01-25']);
}
