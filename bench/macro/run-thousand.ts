// The whole sample at 100 ticks a bar with 1,000 portfolios of 50 positions.

import type { Sample } from '../lib/case.js';
import { writePortfolios } from '../lib/many-portfolios.js';
import { withScratch } from '../lib/scratch.js';
import { wholeRun } from './whole-run.js';

/** One run. */
export function run(): Promise<Sample> {
  return withScratch((folder) => wholeRun(100, ['--portfolios', writePortfolios(folder, 1_000)]));
}
