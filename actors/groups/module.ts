// The manifest of the groups module.

import type { ModuleManifest } from '../module.js';

/** The groups module. */
export const manifest: ModuleManifest = {
  name: 'groups',
  tier: 'Institutional',
  needs: ['limits', 'risk'],
  behaviours: [],
  reads: ['points', 'portfolio'],
  writes: ['groups', 'limits'],
  services: [],
};
