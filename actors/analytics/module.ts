// The manifest of the analytics module.

import type { ModuleManifest } from '../module.js';

/** The analytics module. */
export const manifest: ModuleManifest = {
  name: 'analytics',
  tier: 'Pro',
  needs: ['reference', 'statistics'],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
