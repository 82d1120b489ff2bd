// The manifest of the optimise module.

import type { ModuleManifest } from '../module.js';

/** The optimise module. */
export const manifest: ModuleManifest = {
  name: 'optimise',
  tier: 'Pro',
  needs: ['linear', 'reference', 'statistics'],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
