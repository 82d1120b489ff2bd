// The manifest of the bars module.

import type { ModuleManifest } from '../module.js';

/** The bars module. */
export const manifest: ModuleManifest = {
  name: 'bars',
  tier: 'Core',
  needs: ['calendar'],
  behaviours: [],
  reads: ['trades', 'quotes', 'frames'],
  writes: ['bars'],
  services: ['Bars'],
};
