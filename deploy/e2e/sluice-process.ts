// The real process, for tests and drills that end it: `sluice run` as a child.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../cli/sluice.js', import.meta.url));

/** Characters kept of what a process says. */
const LOG_CHARACTERS_MAX = 100_000;

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running `sluice run`. */
export interface SluiceProcess {
  /** Port of gRPC once it listens; undefined when the process has ended before. */
  readonly listening: Promise<number | undefined>;
  readonly ended: Promise<Ending>;
  /** What it said on stderr so far. */
  said(): string;
  /** Resolves once it has said something; undefined when it has ended without. */
  says(pattern: RegExp): Promise<RegExpExecArray | undefined>;
  kill(signal: NodeJS.Signals): void;
}

/** Command line of `sluice run` on free ports, for a shell that sets limits before it. */
export function sluiceCommand(dataDir: string, flags: readonly string[]): string[] {
  const ports = ['--port', '0', '--grpc-port', '0'];
  return [process.execPath, CLI, 'run', '--data-dir', dataDir, ...ports, '--quiet', ...flags];
}

/** Starts a command line that `sluiceCommand` made, or one that runs it. */
export function startProcess(command: readonly string[]): SluiceProcess {
  const [file = '', ...rest] = command;
  const child = spawn(file, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  return watch(child);
}

function watch(child: ChildProcess): SluiceProcess {
  let log = '';
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const wake of waiting) wake();
  };
  child.stderr?.on('data', (chunk: Buffer) => {
    log = `${log}${chunk}`.slice(-LOG_CHARACTERS_MAX);
    look();
  });
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const says = (pattern: RegExp): Promise<RegExpExecArray | undefined> =>
    new Promise((resolve) => {
      const wake = (): void => {
        const found = pattern.exec(log);
        if (found === null) return;
        waiting.delete(wake);
        resolve(found);
      };
      waiting.add(wake);
      wake();
      void ended.then(() => resolve(pattern.exec(log) ?? undefined));
    });
  return {
    listening: says(/^grpc 127\.0\.0\.1:(\d+)$/m).then((found) =>
      found === undefined ? undefined : Number(found[1]),
    ),
    ended,
    said: () => log,
    says,
    kill: (signal) => {
      child.kill(signal);
    },
  };
}
