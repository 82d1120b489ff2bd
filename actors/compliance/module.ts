// The manifest of the compliance module.

import type { ModuleManifest } from '../module.js';

/** The compliance module. */
export const manifest: ModuleManifest = {
  name: 'compliance',
  tier: 'Institutional',
  needs: ['calendar', 'lots', 'reference'],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
