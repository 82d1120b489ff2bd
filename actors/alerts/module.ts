// The manifest of the alerts module.

import type { ModuleManifest } from '../module.js';

/** The alerts module. */
export const manifest: ModuleManifest = {
  name: 'alerts',
  tier: 'Institutional',
  needs: ['conditions', 'limits'],
  behaviours: [],
  reads: ['columns', 'points', 'portfolio', 'groups'],
  writes: ['alerts'],
  services: [],
};
