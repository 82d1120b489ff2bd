// The manifest of the execution module.

import type { ModuleManifest } from '../module.js';

/** The execution module. */
export const manifest: ModuleManifest = {
  name: 'execution',
  tier: 'Institutional',
  needs: ['lots', 'reference', 'statistics'],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
