// The manifest of the funnel module.

import type { ModuleManifest } from '../module.js';

/** The funnel module. */
export const manifest: ModuleManifest = {
  name: 'funnel',
  tier: 'Pro',
  needs: ['conditions'],
  behaviours: ['funnel'],
  reads: ['features', 'points'],
  writes: ['funnel'],
  services: ['Funnel'],
};
