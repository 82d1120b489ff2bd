// The manifest of the risk module.

import type { ModuleManifest } from '../module.js';

/** The risk module. */
export const manifest: ModuleManifest = {
  name: 'risk',
  tier: 'Institutional',
  needs: ['linear', 'reference', 'statistics'],
  behaviours: [],
  reads: ['scenarios'],
  writes: [],
  services: ['Risk'],
};
