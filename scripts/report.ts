// Prints what a developer script found, in one form for all of them.

import { realpathSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Violation } from './source-tree.js';

/** Whether a module is the one that was started, rather than imported. */
export function isMain(moduleUrl: string): boolean {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(moduleUrl);
}

/** Prints the violations by place, then one line of verdict; any violation sets exit code 1. */
export function printVerdict(name: string, violations: readonly Violation[], seen: string): void {
  const sorted = violations.toSorted(
    (left, right) => left.file.localeCompare(right.file) || left.line - right.line,
  );
  for (const { file, line, rule, text } of sorted) console.log(`${file}:${line} [${rule}] ${text}`);
  console.log(`${name}: ${violations.length} violations in ${seen}`);
  if (violations.length > 0) process.exitCode = 1;
}
