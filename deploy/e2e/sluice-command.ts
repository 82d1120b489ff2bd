// Commands of the command line as processes of their own, for tests that read what they say.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command line's entry file. */
export const CLI = fileURLToPath(new URL('../cli/sluice.js', import.meta.url));

/** A command that takes longer hangs, whatever else the machine does. Units: milliseconds. */
const COMMAND_MS_MAX = 300_000;

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** What a command said and how it ended; the code is -1 where a signal ended it. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `sluice` with arguments. */
export function runCommand(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { timeout: COMMAND_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
    const child = execFile(process.execPath, [CLI, ...args], options, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });
}
