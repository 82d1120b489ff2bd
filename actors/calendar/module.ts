// The manifest of the calendar module.

import type { ModuleManifest } from '../module.js';

/** The calendar module. */
export const manifest: ModuleManifest = {
  name: 'calendar',
  tier: 'Core',
  needs: ['reference'],
  behaviours: [],
  reads: [],
  writes: [],
  services: [],
};
