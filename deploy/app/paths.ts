// Where the product's own files lie, from compiled code or from source.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../engine/index.js';

/** The nearest folder above this file that holds a package.json. */
function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) {
      throw new Fault('install.broken', 'expected a package.json above the program, found none');
    }
    folder = parent;
  }
  return folder;
}

/** A path inside the repository. */
export function inRepository(...parts: readonly string[]): string {
  return join(repositoryRoot(), ...parts);
}
