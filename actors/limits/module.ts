// The manifest of the limits module.

import type { ModuleManifest } from '../module.js';

/** The limits module. */
export const manifest: ModuleManifest = {
  name: 'limits',
  tier: 'Institutional',
  needs: [],
  behaviours: [],
  reads: [],
  writes: ['limits'],
  services: [],
};
