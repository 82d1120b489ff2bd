// The manifest of the market module.

import type { ModuleManifest } from '../module.js';

/** The market module. */
export const manifest: ModuleManifest = {
  name: 'market',
  tier: 'Core',
  needs: ['funnel', 'indicators', 'patterns'],
  behaviours: ['symbol'],
  reads: ['frames'],
  writes: ['columns', 'points'],
  services: ['MarketData'],
};
