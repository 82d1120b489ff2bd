// The manifest of the book module.

import type { ModuleManifest } from '../module.js';

/** The book module. */
export const manifest: ModuleManifest = {
  name: 'book',
  tier: 'Pro',
  needs: [],
  behaviours: [],
  reads: ['depth', 'orders'],
  writes: [],
  services: [],
};
