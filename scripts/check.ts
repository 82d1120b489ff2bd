// Runs every check of the tree, each with its time, and ends with a table of verdicts.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { isMain } from './report.js';

/** One check: a title and the Node program, with its arguments, that decides it by exit code. */
export type CheckStep = { readonly title: string; readonly args: readonly string[] };

/** The outcome of one step. */
export type StepOutcome = {
  readonly title: string;
  readonly isOk: boolean;
  readonly seconds: number;
};

const TYPE_CHECKER = 'node_modules/ts7/bin/tsc';

/** The steps for the tree at `root`, cheap ones first; the tests can be left to their own run. */
export function checkSteps(root: string, isWithTests: boolean): CheckStep[] {
  const webTypes = 'deploy/web/tsconfig.json';
  const steps: CheckStep[] = [
    { title: 'types', args: [TYPE_CHECKER, '-p', 'tsconfig.json', '--noEmit'] },
    { title: 'lint and format', args: ['node_modules/@biomejs/biome/bin/biome', 'check'] },
    { title: 'fences', args: ['dist/scripts/fences.js'] },
    { title: 'tidy', args: ['dist/scripts/tidy.js'] },
    { title: 'dead code', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
    { title: 'module map', args: ['dist/scripts/modules.js', '--check'] },
    { title: 'generated code', args: ['dist/scripts/proto.js', '--check'] },
  ];
  if (existsSync(path.join(root, webTypes))) {
    steps.splice(1, 0, { title: 'types of web', args: [TYPE_CHECKER, '-p', webTypes, '--noEmit'] });
  }
  if (isWithTests) steps.push({ title: 'tests', args: ['dist/scripts/run-tests.js'] });
  return steps;
}

/** Runs one step with its output shown; anything but exit code 0 is a failure. */
export function runStep(root: string, { title, args }: CheckStep): StepOutcome {
  console.log(`\n=== ${title}`);
  const startMs = performance.now();
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) console.log(`could not run ${args[0]}: ${error.message}`);
  return { title, isOk: status === 0, seconds: (performance.now() - startMs) / 1000 };
}

/** The table of verdicts, a line a step and a last line with the total. */
export function summarise(outcomes: readonly StepOutcome[]): string {
  const rows = outcomes.map(({ title, isOk, seconds }) => {
    const time = `${seconds.toFixed(1)} s`.padStart(8);
    return `${isOk ? 'ok    ' : 'FAILED'} ${title.padEnd(16)} ${time}`;
  });
  const failed = outcomes.filter(({ isOk }) => !isOk).map(({ title }) => title);
  const verdict = failed.length === 0 ? 'all good' : `failed: ${failed.join(', ')}`;
  return [...rows, `check: ${outcomes.length} steps, ${verdict}`].join('\n');
}

function main(args: readonly string[]): void {
  const unknown = args.filter((arg) => arg !== '--skip-tests');
  if (unknown.length > 0) {
    console.log(`expected no argument or --skip-tests, was '${unknown.join(' ')}'`);
    process.exitCode = 2;
    return;
  }
  const root = process.cwd();
  const outcomes = checkSteps(root, args.length === 0).map((step) => runStep(root, step));
  console.log(`\n${summarise(outcomes)}`);
  if (outcomes.some(({ isOk }) => !isOk)) process.exitCode = 1;
}

if (isMain(import.meta.url)) main(process.argv.slice(2));
