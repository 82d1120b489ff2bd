// One run of one case in a fresh process, with a limit on its time.

import { type ChildProcess, fork } from 'node:child_process';
import type { Case, Outcome } from './case.js';
import { PROFILES } from './profile.js';

/** Longest run of a case that doesn't say otherwise. Units: milliseconds. */
const TIMEOUT_MS = 90_000;

/** Characters of error output kept for the report. */
const ERRORS_KEPT = 2_000;

/** What a run may be given besides its case. */
export interface ChildOptions {
  /** Units: milliseconds. */
  readonly leftMs?: number;
  /** Folder to write V8's profiles to, one a thread. */
  readonly profiles?: string;
}

/**
 * Runs a case by the entry `runOne`, compiled; never rejects: what fails is an outcome. A run that
 * outlasts `leftMs`, what is left of a whole measurement, was not at fault: it is unavailable.
 */
export function runInChild(
  one: Case,
  runOne: string,
  { leftMs = Number.POSITIVE_INFINITY, profiles }: ChildOptions = {},
): Promise<Outcome> {
  const ownMs = one.timeoutMs ?? TIMEOUT_MS;
  const timeoutMs = Math.max(1_000, Math.min(ownMs, leftMs));
  return new Promise((resolve) => {
    // A group of its own: a case that is stopped takes the processes that it started with it.
    const child = fork(runOne, [one.name], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
      env: profiles === undefined ? process.env : { ...process.env, [PROFILES]: profiles },
    });
    let errors = '';
    let told: Outcome | undefined;
    const end = (): void => endGroup(child);
    const timer = setTimeout(() => {
      told =
        leftMs < ownMs
          ? { kind: 'unavailable', reason: 'the time of the whole measurement was over' }
          : { kind: 'failed', reason: `expected an end within ${ownMs} ms, was none` };
      end();
    }, timeoutMs);
    process.once('exit', end);
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-ERRORS_KEPT);
    });
    // The forked entry is the only sender, and an outcome is all it sends.
    child.on('message', (message) => {
      told ??= message as Outcome;
    });
    child.on('error', (error) => {
      told ??= { kind: 'failed', reason: error.message };
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      process.off('exit', end);
      const reason = `expected figures, it ended with ${signal ?? code}: ${errors}`;
      resolve(told ?? { kind: 'failed', reason });
    });
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already, or this platform knows no groups.
    child.kill('SIGKILL');
  }
}
