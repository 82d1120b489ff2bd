// Commands of the command line as processes of their own, for tests that read what they say.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command line's entry file. */
export const CLI = fileURLToPath(new URL('../cli/sluice.js', import.meta.url));

/** Longest time that most commands may take. Units: milliseconds. */
const COMMAND_MS_MAX = 60_000;

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** What a command said and how it ended; the code is -1 where a signal ended it. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Environment of a command: ours and `extra`, without the loader that gathers coverage. */
export function commandEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  // It takes longer than most commands.
  const { NODE_OPTIONS: _loader, ...env } = process.env;
  return { ...env, ...extra };
}

/** Runs `sluice` with arguments, for so long at most. Units: milliseconds. */
export function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeout = COMMAND_MS_MAX,
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env, timeout, maxBuffer: OUTPUT_BYTES_MAX };
    const child = execFile(process.execPath, [CLI, ...args], options, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });
}
