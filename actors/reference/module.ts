// The manifest of the reference module.

import type { ModuleManifest } from '../module.js';

/** The reference module. */
export const manifest: ModuleManifest = {
  name: 'reference',
  tier: 'Core',
  needs: [],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
