// Print rows through the symbol behaviour with the whole catalogue.

import { CATALOGUE } from '../../actors/indicators/index.js';
import type { Sample } from '../lib/case.js';
import { symbolRows } from '../lib/symbol-rows.js';

/** Rows a second with every feature. */
export function run(): Promise<Sample> {
  return symbolRows(CATALOGUE);
}
