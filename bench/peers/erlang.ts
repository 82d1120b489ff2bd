// Runs the Erlang side of a workload where Erlang/OTP is installed.

import type { Sample } from '../lib/case.js';
import { runScript } from './script.js';

/** Runs one workload of `erlang.escript`. */
export function erlang(workload: 'tell' | 'ask', burst: number): Promise<Sample> {
  return runScript({
    command: 'escript',
    script: 'erlang.escript',
    args: [workload, String(burst)],
    missing: 'Erlang/OTP is not installed (Debian: erlang-base)',
  });
}
