// Runs the compiled tests under tap, holds the coverage floor and ends with one line of counts.

import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { judgeCoverage } from './coverage-gate.js';
import { listFiles, SOURCE_FOLDERS } from './source-tree.js';
import { countsLine, type FileOutcome, TapReader } from './tap-counts.js';

const SUMMARY_FILE = '.tap/report/coverage-summary.json';
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

/** Runs tap on the files; resolves to its exit code once its whole output was read. */
async function runTap(files: readonly string[], reader: TapReader): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      'node_modules/tap/dist/esm/run.mjs',
      'run',
      '--reporter=tap',
      '--coverage-report=json-summary',
      ...files,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, FORCE_COLOR: '0' } },
  );
  const exit = new Promise<number>((resolve) => {
    child.on('close', (code) => resolve(code ?? 1));
  });
  for await (const line of createInterface({ input: child.stdout })) reader.line(line);
  return exit;
}

/** Prints the coverage of each gated folder; answers whether all reach the floor. */
function isCoverageEnough(root: string): boolean {
  if (!existsSync(path.join(root, SUMMARY_FILE))) {
    console.log(`coverage: expected ${SUMMARY_FILE} from tap, was missing`);
    return false;
  }
  let isEnough = true;
  for (const coverage of judgeCoverage(root, path.join(root, SUMMARY_FILE))) {
    const percent = coverage.linePercent.toFixed(1);
    console.log(`coverage ${coverage.folder}: ${percent} % of lines`);
    if (coverage.isEnough) continue;
    isEnough = false;
    console.log(
      `coverage ${coverage.folder}: expected at least 85 %, was ${percent} %; uncovered:`,
    );
    for (const file of coverage.worst) console.log(`  ${file}`);
  }
  return isEnough;
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
  rmSync(path.join(root, SUMMARY_FILE), { force: true });
  const reader = new TapReader(printOutcome);
  const code = await runTap(files, reader);
  const { totals } = reader;
  totals.skipped += left;
  const isNarrowed = wanted.length > 0;
  // A part of the tests can't cover the whole, so only a full run is held to the floor.
  const isCovered = isNarrowed || isCoverageEnough(root);
  const isGood = code === 0 && totals.failed === 0 && totals.passed > 0 && isCovered;
  if (code !== 0 && totals.failed === 0) console.log(`tap ended with exit code ${code}`);
  process.exitCode = isGood ? 0 : 1;
  console.log(countsLine(totals));
}

await main(process.argv.slice(2));
