// Loads the package where a socket is opened: worker threads, which open none, start without it.

import { createRequire } from 'node:module';

/** The package `ws`. */
export function wsPackage(): typeof import('ws') {
  // A CommonJS package: its exports are what its types say.
  return createRequire(import.meta.url)('ws') as typeof import('ws');
}
