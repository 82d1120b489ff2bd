// The manifest of the quality module.

import type { ModuleManifest } from '../module.js';

/** The quality module. */
export const manifest: ModuleManifest = {
  name: 'quality',
  tier: 'Core',
  needs: ['calendar'],
  behaviours: [],
  reads: ['trades', 'quotes'],
  writes: [],
  services: ['Quality'],
};
