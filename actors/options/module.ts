// The manifest of the options module.

import type { ModuleManifest } from '../module.js';

/** The options module. */
export const manifest: ModuleManifest = {
  name: 'options',
  tier: 'Pro',
  needs: ['calendar', 'reference'],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
