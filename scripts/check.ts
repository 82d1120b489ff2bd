// Runs every check of the tree, each with its time, and ends with a table of verdicts.

import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { isMain } from './report.js';
import { scriptFlags } from './script-flags.js';

/** One check: a title and the Node program, with its arguments, that decides it by exit code. */
type CheckStep = { readonly title: string; readonly args: readonly string[] };

/** The outcome of one step. */
type StepOutcome = {
  readonly title: string;
  readonly isOk: boolean;
  readonly seconds: number;
};

/** Most steps are work for one core, and two is what most machines have at least. */
const STEPS_AT_ONCE = 2;

/** A step that says more than this has failed by it. Units: bytes. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

const HELP = `npm run check [-- OPTIONS]   types, lint, fences, dead code, generated code, tests

  --skip-tests  all but the tests
  --help
`;

const TYPE_CHECKER = 'node_modules/ts7/bin/tsc';

const TESTS: CheckStep = { title: 'tests', args: ['dist/scripts/run-tests.js'] };

/** The steps for the tree at `root`, long ones first, without the tests. */
function checkSteps(root: string): CheckStep[] {
  const webTypes = 'deploy/web/tsconfig.json';
  const steps: CheckStep[] = [
    { title: 'types', args: [TYPE_CHECKER, '-p', 'tsconfig.json', '--noEmit'] },
    { title: 'generated code', args: ['dist/scripts/proto.js', '--check'] },
    { title: 'fences', args: ['dist/scripts/fences.js'] },
    { title: 'tidy', args: ['dist/scripts/tidy.js'] },
    { title: 'dead code', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
    { title: 'lint and format', args: ['node_modules/@biomejs/biome/bin/biome', 'check'] },
    { title: 'module map', args: ['dist/scripts/modules.js', '--check'] },
  ];
  if (existsSync(path.join(root, webTypes))) {
    steps.push({ title: 'types of web', args: [TYPE_CHECKER, '-p', webTypes, '--noEmit'] });
  }
  return steps;
}

/** Runs one step, then shows what it said; anything but exit code 0 is a failure. */
function runStep(root: string, { title, args }: CheckStep): Promise<StepOutcome> {
  const startMs = performance.now();
  return new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: OUTPUT_BYTES_MAX };
    execFile(process.execPath, args, options, (error, out, err) => {
      console.log(`\n=== ${title}\n${out}${err}`.trimEnd());
      resolve({ title, isOk: error === null, seconds: (performance.now() - startMs) / 1000 });
    });
  });
}

/** Runs steps, a few at a time; their outcomes in the order of the steps. */
export async function runSteps(root: string, steps: readonly CheckStep[]): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  const waiting = steps.entries();
  const work = async (): Promise<void> => {
    // Both take from the one list.
    for (const [place, step] of waiting) outcomes[place] = await runStep(root, step);
  };
  await Promise.all(Array.from({ length: STEPS_AT_ONCE }, work));
  return outcomes;
}

/** Runs a long step by itself, with what it says shown as it says it. */
function runShown(root: string, { title, args }: CheckStep): StepOutcome {
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

async function main(): Promise<void> {
  const flags = scriptFlags('check', HELP, { 'skip-tests': { type: 'boolean' } });
  const root = process.cwd();
  const outcomes = await runSteps(root, checkSteps(root));
  if (flags['skip-tests'] !== true) outcomes.push(runShown(root, TESTS));
  console.log(`\n${summarise(outcomes)}`);
  if (outcomes.some(({ isOk }) => !isOk)) process.exitCode = 1;
}

if (isMain(import.meta.url)) await main();
