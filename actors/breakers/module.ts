// The manifest of the breakers module.

import type { ModuleManifest } from '../module.js';

/** The breakers module. */
export const manifest: ModuleManifest = {
  name: 'breakers',
  tier: 'Institutional',
  needs: [],
  behaviours: [],
  reads: ['columns', 'points'],
  writes: ['breakers'],
  services: [],
};
