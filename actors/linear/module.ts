// The manifest of the linear module.

import type { ModuleManifest } from '../module.js';

/** The linear module. */
export const manifest: ModuleManifest = {
  name: 'linear',
  tier: 'Core',
  needs: [],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
