// The manifest of the lots module.

import type { ModuleManifest } from '../module.js';

/** The lots module. */
export const manifest: ModuleManifest = {
  name: 'lots',
  tier: 'Core',
  needs: ['calendar'],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
