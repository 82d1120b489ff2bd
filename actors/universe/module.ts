// The manifest of the universe module.

import type { ModuleManifest } from '../module.js';

/** The universe module. */
export const manifest: ModuleManifest = {
  name: 'universe',
  tier: 'Core',
  needs: ['calendar'],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
