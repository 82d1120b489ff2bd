// Lints the protobuf files and generates proto/gen, or checks that it is up to date.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { isMain } from './report.js';
import { listFiles } from './source-tree.js';

const GENERATED = 'proto/gen';

/** Where the tool finds what it is told: beside the files it reads. */
const CONFIG = ['--config', 'proto/buf.yaml'];
const GENERATE = [...CONFIG, '--template', 'proto/buf.gen.yaml'];

/** Files that differ between two generations of code, as paths below `proto/gen`. */
export function differingFiles(presentRoot: string, wantedRoot: string): string[] {
  const names = new Set([
    ...listFiles(presentRoot, GENERATED),
    ...listFiles(wantedRoot, GENERATED),
  ]);
  const read = (root: string, file: string): string | undefined => {
    try {
      return readFileSync(path.join(root, file), 'utf8');
    } catch {
      // Absent on this side, which is a difference like any other.
      return undefined;
    }
  };
  return [...names].filter((file) => read(presentRoot, file) !== read(wantedRoot, file)).sort();
}

function buf(root: string, args: readonly string[]): void {
  const command = path.join(root, 'node_modules/@bufbuild/buf/bin/buf');
  execFileSync(process.execPath, [command, ...args], { cwd: root, stdio: 'inherit' });
}

function main(isCheck: boolean): void {
  const root = process.cwd();
  buf(root, ['lint', ...CONFIG]);
  if (!isCheck) {
    buf(root, ['generate', ...GENERATE]);
    console.log(`proto: wrote ${listFiles(root, GENERATED).length} files to ${GENERATED}`);
    return;
  }
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'sluice-proto-'));
  try {
    buf(root, ['generate', ...GENERATE, '--output', scratch]);
    const count = listFiles(scratch, GENERATED).length;
    const differing = differingFiles(root, scratch);
    for (const file of differing) console.log(`${file} is not what its .proto gives`);
    if (differing.length > 0 || count === 0) process.exitCode = 1;
    console.log(`proto: ${count} generated files, ${differing.length} differ (npm run proto)`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (isMain(import.meta.url)) main(process.argv.includes('--check'));
