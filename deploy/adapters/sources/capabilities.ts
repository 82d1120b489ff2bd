// What several sources can do alike: each adds its own step of time and its rate.

import type { Capabilities } from './source.js';

/** Everything, without numbers on its trades. */
export const EVERY_KIND = {
  history: ['trade', 'quote', 'bar'],
  bars: ['1m', '1d'],
  live: ['trade', 'quote', 'bar'],
  isNumbered: false,
  repair: ['trade', 'quote', 'bar'],
} as const satisfies Partial<Capabilities>;

/** Everything of the past, and nothing as it happens. */
export const PAST_ALONE = {
  ...EVERY_KIND,
  live: [],
  repair: [],
} as const satisfies Partial<Capabilities>;

/** Bars of the past. */
export const PAST_BARS = {
  ...PAST_ALONE,
  history: ['bar'],
} as const satisfies Partial<Capabilities>;
