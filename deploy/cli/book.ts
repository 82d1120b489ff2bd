// `sluice book`: order books rebuilt from an exchange's messages and held against its own word.

import { basename, resolve } from 'node:path';
import { checkBooks } from '../adapters/books/check.js';
import type { BookCheck } from '../adapters/books/check-result.js';
import { EXIT, print, table } from './output.js';

/** `book check PATH`. Errors: `data.*`. Exit code 1 where a book differs. */
export async function bookCheck(
  path: string,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const { checks, skipped } = await checkBooks(resolve(path));
  const sum = (of: (check: BookCheck) => number): number =>
    checks.reduce((total, check) => total + of(check), 0);
  const totals = {
    updates: sum((check) => check.updates),
    comparisons: sum((check) => check.comparisons),
    mismatches: sum((check) => check.mismatches),
    resyncs: sum((check) => check.resyncs),
  };
  print({ ...totals, files: checks, skipped }, json === true, () =>
    [
      table([
        ['file', 'format', 'updates', 'comparisons', 'mismatches', 'resyncs', 'rejected'],
        ...checks.map(rowOf),
        ['all', '', ...Object.values(totals), sum(rejectedOf)],
      ]),
      ...checks.flatMap(({ file, samples }) => samples.map((text) => `${basename(file)}: ${text}`)),
      ...checks.map((check) => `${basename(check.file)}: ${detailsOf(check)}`),
      ...skipped.map((file) => `skipped, of no known format: ${basename(file)}`),
    ].join('\n'),
  );
  if (totals.mismatches > 0 || totals.updates === 0) process.exitCode = EXIT.failed;
}

function rowOf(check: BookCheck): (string | number)[] {
  const { file, format, updates, comparisons, mismatches, resyncs } = check;
  return [basename(file), format, updates, comparisons, mismatches, resyncs, rejectedOf(check)];
}

function rejectedOf({ rejectedByReason }: BookCheck): number {
  return Object.values(rejectedByReason).reduce((sum, count) => sum + count, 0);
}

function detailsOf({ details, rejectedByReason }: BookCheck): string {
  const figures = Object.entries({ ...details, ...rejectedByReason });
  return figures.map(([name, value]) => `${name} ${value}`).join(', ');
}
