// The manifest of the indicators module.

import type { ModuleManifest } from '../module.js';

/** The indicators module. */
export const manifest: ModuleManifest = {
  name: 'indicators',
  tier: 'Core',
  needs: ['reference'],
  behaviours: [],
  reads: [],
  writes: ['features'],
  services: [],
};
