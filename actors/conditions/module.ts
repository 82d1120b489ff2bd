// The manifest of the conditions module.

import type { ModuleManifest } from '../module.js';

/** The conditions module. */
export const manifest: ModuleManifest = {
  name: 'conditions',
  tier: 'Core',
  needs: [],
  behaviours: [],
  reads: ['columns'],
  writes: [],
  services: [],
};
