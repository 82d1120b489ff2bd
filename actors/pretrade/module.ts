// The manifest of the pretrade module.

import type { ModuleManifest } from '../module.js';

/** The pretrade module. */
export const manifest: ModuleManifest = {
  name: 'pretrade',
  tier: 'Institutional',
  needs: ['limits', 'linear'],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
