// The manifest of the portfolio module.

import type { ModuleManifest } from '../module.js';

/** The portfolio module. */
export const manifest: ModuleManifest = {
  name: 'portfolio',
  tier: 'Core',
  needs: ['calendar', 'limits', 'lots', 'options', 'pretrade', 'risk'],
  behaviours: ['portfolio'],
  reads: ['points'],
  writes: ['portfolio'],
  services: ['Portfolio'],
};
