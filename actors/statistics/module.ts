// The manifest of the statistics module.

import type { ModuleManifest } from '../module.js';

/** The statistics module. */
export const manifest: ModuleManifest = {
  name: 'statistics',
  tier: 'Core',
  needs: ['linear'],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
