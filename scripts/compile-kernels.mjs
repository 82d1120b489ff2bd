// Compiles the kernels written in AssemblyScript to WebAssembly in dist/; plain Node, as the build.

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const COMPILER = 'node_modules/assemblyscript/bin/asc.js';

/** Bare code over memory that threads share, with vectors of two numbers. */
const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd,threads'];
const SHARED = ['--importMemory', '--sharedMemory', '--maximumMemory', '65536'];

for (const entry of readdirSync('actors', { recursive: true })) {
  if (!entry.endsWith('.as.ts')) continue;
  const target = path.join('dist/actors', entry.replace(/\.as\.ts$/, '.wasm'));
  const args = [COMPILER, path.join('actors', entry), '-o', target, ...FLAGS, ...SHARED];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}
