// Runs the revaluation of numpy where python3 has it.

import type { Sample } from '../lib/case.js';
import { runScript } from './script.js';

/** Portfolios a second, all in one product of matrices. */
export function run(): Promise<Sample> {
  return runScript({
    command: 'python3',
    script: 'revaluation.py',
    missing: 'python3 with numpy is not installed (Debian: python3-numpy)',
  });
}
