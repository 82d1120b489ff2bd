// Every risk function of the reference vectors, by name.

import type { ReferenceFunctions } from '../reference/index.js';
import { ASSET_FUNCTIONS } from './reference-assets.js';
import { STRESS_FUNCTIONS } from './reference-stress.js';
import { TAIL_FUNCTIONS } from './reference-tail.js';

/** The functions of `risk.json`. */
export const RISK_FUNCTIONS: ReferenceFunctions = {
  ...TAIL_FUNCTIONS,
  ...ASSET_FUNCTIONS,
  ...STRESS_FUNCTIONS,
};
