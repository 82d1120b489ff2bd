// The compiled kernels, read from where the build has put them.

import { readFileSync } from 'node:fs';

let compiled: WebAssembly.Module | undefined;

/** The kernel that moves scenario profits, for all threads of the process. */
export function scenarioKernel(): WebAssembly.Module {
  const file = new URL('../../../actors/risk/kernels/scenarios.wasm', import.meta.url);
  compiled ??= new WebAssembly.Module(readFileSync(file));
  return compiled;
}
