// The version of this release, as the package says it.

import { readFileSync } from 'node:fs';
import { inRepository } from '../app/paths.js';

/** Version of this release. */
export function releaseVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(inRepository('package.json'), 'utf8'));
  // Our own manifest has a version.
  return (manifest as { readonly version: string }).version;
}
