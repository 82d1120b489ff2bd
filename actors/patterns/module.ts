// The manifest of the patterns module.

import type { ModuleManifest } from '../module.js';

/** The patterns module. */
export const manifest: ModuleManifest = {
  name: 'patterns',
  tier: 'Core',
  needs: ['indicators', 'reference'],
  behaviours: [],
  reads: [],
  writes: ['features'],
  services: [],
};
