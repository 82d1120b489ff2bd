// Runs one compiled test file as a process of its own, the very way a developer runs it.

import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { type TapOutcome, TapReader } from './tap-counts.js';

/**
 * A file takes up to half a minute here; of a machine thirty times as slow or as busy, no test is
 * to fail. The only limit of its kind: a file that hangs is found by it, whichever it is.
 */
const SECONDS_MAX = 900;

/** For a file that no longer hears its own clock. */
const KILL_MS = (SECONDS_MAX + 30) * 1_000;

/** What came of one test file. */
export type FileOutcome = TapOutcome & { readonly file: string; readonly durationMs: number };

/**
 * Runs a test file to its end; V8 writes what it covered into `coverageFolder`, if there is one.
 *
 * No loader stands between Node and the file: tap's own runner has two, which every worker thread
 * loads anew, and a test that starts a market took three times the processor time with them.
 */
export async function runTestFile(
  file: string,
  coverageFolder: string | undefined,
): Promise<FileOutcome> {
  const startMs = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      FORCE_COLOR: '0',
      TAP_TIMEOUT: String(SECONDS_MAX),
      ...(coverageFolder !== undefined && { NODE_V8_COVERAGE: coverageFolder }),
    },
  });
  const ended = new Promise<boolean>((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
  const killer = setTimeout(() => child.kill('SIGKILL'), KILL_MS);
  const reader = new TapReader();
  for await (const line of createInterface({ input: child.stdout })) reader.line(line);
  const isExitOk = await ended;
  clearTimeout(killer);
  return { file, durationMs: performance.now() - startMs, ...reader.end(isExitOk) };
}
