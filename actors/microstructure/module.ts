// The manifest of the microstructure module.

import type { ModuleManifest } from '../module.js';

/** The microstructure module. */
export const manifest: ModuleManifest = {
  name: 'microstructure',
  tier: 'Institutional',
  needs: ['book', 'execution'],
  behaviours: ['book'],
  reads: ['frames'],
  writes: ['columns'],
  services: ['Books'],
};
