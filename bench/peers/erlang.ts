// Runs the Erlang side of a workload where Erlang/OTP is installed.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Sample, Unavailable } from '../lib/case.js';

/** Runs one workload of `erlang.escript`; it prints `name value` lines. */
export async function erlang(workload: 'tell' | 'ask', burst: number): Promise<Sample> {
  // The script is no TypeScript, so it stays where the sources are.
  const script = fileURLToPath(new URL('../../../bench/peers/erlang.escript', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)('escript', [script, workload, String(burst)], {
      timeout: 30_000,
    });
    const pairs = stdout.trim().split('\n');
    return Object.fromEntries(
      pairs.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new Unavailable('Erlang/OTP is not installed (Debian: erlang-base)');
    }
    throw error;
  }
}
