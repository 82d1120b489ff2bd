// Runs the compiled tests, holds the coverage floor and ends with one line of counts.

import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { coverageFolderOf, forgetCoverage, isCoverageEnough } from './coverage-gate.js';
import { listFiles, SOURCE_FOLDERS } from './source-tree.js';
import { addCounts, countsLine, type TestCounts } from './tap-counts.js';
import { type FileOutcome, runTestFile } from './test-process.js';

/** Test files that run at a time. */
const FILES_AT_ONCE = 2;

/** Of tests in the order in which they start: those of whole systems take longest. */
const FOLDERS_IN_ORDER = ['deploy/e2e/', 'deploy/', 'scripts/', 'engine/', 'actors/'] as const;

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Test files of the tree as compiled, narrowed to those whose path holds one of `wanted`. */
function compiledTests(root: string, wanted: readonly string[]): string[] {
  const isWanted = (file: string): boolean =>
    wanted.length === 0 || wanted.some((part) => file.includes(part));
  return SOURCE_FOLDERS.flatMap((folder) => listFiles(root, folder))
    .filter((file) => file.endsWith('.test.ts') && isWanted(file))
    .map((file) => `dist/${file.replace(/\.ts$/, '.js')}`);
}

/** Whether a Chromium that the browser tests can drive is on the path. */
function hasChromium(): boolean {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.some((folder) =>
    CHROMIUM_NAMES.some((name) => existsSync(path.join(folder, name))),
  );
}

function printOutcome({ file, isOk, durationMs, counts, failures }: FileOutcome): void {
  const name = file.replace(/^dist\//, '').replace(/\.js$/, '');
  const time = `${(durationMs / 1000).toFixed(2)} s`.padStart(8);
  console.log(`${isOk ? 'ok    ' : 'FAILED'} ${time}  ${name}: ${countsLine(counts)}`);
  for (const line of failures) console.log(line);
}

/** Runs the files, a few at a time, and calls `onFile` as each ends. */
async function runFiles(
  files: readonly string[],
  onFile: (outcome: FileOutcome) => void,
): Promise<void> {
  const place = (file: string): number => {
    const index = FOLDERS_IN_ORDER.findIndex((folder) => file.startsWith(`dist/${folder}`));
    return index < 0 ? FOLDERS_IN_ORDER.length : index;
  };
  const waiting = [...files].sort((left, right) => place(left) - place(right));
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      onFile(await runTestFile(file, coverageFolderOf(file)));
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
}

async function main(wanted: readonly string[]): Promise<void> {
  const root = process.cwd();
  const all = compiledTests(root, wanted);
  const withBrowser = hasChromium();
  const files = all.filter((file) => withBrowser || !file.startsWith('dist/deploy/e2e/dashboard'));
  const left = all.length - files.length;
  if (left > 0) console.log(`skipped ${left} browser test files: no chromium on the path`);
  if (files.length === 0) {
    console.log(`expected test files${wanted.map((part) => ` '${part}'`)}, was none`);
    process.exitCode = 1;
    return;
  }
  forgetCoverage(root);
  const totals: TestCounts = { passed: 0, failed: 0, skipped: left };
  await runFiles(files, (outcome) => {
    addCounts(totals, outcome.counts);
    printOutcome(outcome);
  });
  // A part of the tests can't cover the whole, so only a full run is held to the floor.
  const isCovered = wanted.length > 0 || (await isCoverageEnough(root));
  process.exitCode = totals.failed === 0 && totals.passed > 0 && isCovered ? 0 : 1;
  console.log(countsLine(totals));
}

await main(process.argv.slice(2));
