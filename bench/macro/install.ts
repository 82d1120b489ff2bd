// `npm run build` in a fresh clone: packages installed and everything compiled.

import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { inRepository } from '../../deploy/app/paths.js';
import type { Sample } from '../lib/case.js';
import { withScratch } from '../lib/scratch.js';

/** What a clone does not have. */
const LEFT_OUT = new Set(['node_modules', 'dist', 'data', '.git', '.tap']);

/** Seconds for it all, from packages in npm's cache if they are there. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    const tree = join(folder, 'tree');
    const root = inRepository('.');
    const filter = (from: string): boolean => !LEFT_OUT.has(relative(root, from));
    cpSync(root, tree, { recursive: true, filter });
    const started = performance.now();
    await promisify(execFile)(process.execPath, ['scripts/bootstrap.mjs', 'build'], { cwd: tree });
    return { seconds: (performance.now() - started) / 1000 };
  });
}
