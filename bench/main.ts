// `npm run bench`: every benchmark in fresh processes, interleaved, with its peers beside it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { inRepository } from '../deploy/app/paths.js';
import { CASES } from './catalogue.js';
import { compare } from './compare.js';
import type { Case } from './lib/case.js';
import { runInChild } from './lib/child.js';
import { describe, machineHere, revisionHere } from './lib/machine.js';
import { profileText, withProfiles } from './lib/profile.js';
import { publish, RESULTS } from './lib/publish.js';
import { type Results, resultsOf } from './lib/results.js';
import { runRounds } from './lib/rounds.js';
import { watchStolen } from './lib/stolen.js';
import { storedResults, withResults } from './lib/stored.js';
import { figureTable } from './lib/table.js';
import { HELP, type Options, readOptions } from './options.js';

const ROUNDS = 5;
const ROUNDS_SHORT = 3;

/** Runs of a round at most: one of which the host took processor time is taken again. */
const ATTEMPTS = 3;

/** The subset must end within two minutes: nothing begins after this, nothing lasts longer. */
const SHORT_BUDGET_MS = 85_000;
const SHORT_END_MS = 112_000;

const RUN_ONE = fileURLToPath(new URL('./run-one.js', import.meta.url));

/** Cases that were asked for. */
function chosen({ only, isShort }: Options): Case[] {
  return CASES.filter((one) => {
    if (only !== undefined && !only.test(one.name) && !only.test(one.suite)) return false;
    if (isShort && !one.isShort) return false;
    return one.isOnDemand !== true || only !== undefined;
  });
}

/** A macro case of the subset runs once: it is long, and says much each time. */
function shortened(one: Case): Case {
  return one.suite === 'macro' ? { ...one, roundsMax: 1 } : one;
}

async function measure(cases: readonly Case[], options: Options): Promise<Results> {
  const { isShort } = options;
  const rounds = options.rounds ?? (isShort ? ROUNDS_SHORT : ROUNDS);
  const machine = machineHere();
  const started = performance.now();
  const elapsedMs = (): number => performance.now() - started;
  process.stderr.write(
    `bench: ${cases.length} benchmarks, ${rounds} rounds; ${describe(machine)}\n`,
  );
  const measured = await runRounds(isShort ? cases.map(shortened) : cases, {
    rounds,
    budgetMs: isShort ? SHORT_BUDGET_MS : Number.POSITIVE_INFINITY,
    run: (one) => runInChild(one, RUN_ONE, isShort ? { leftMs: SHORT_END_MS - elapsedMs() } : {}),
    onRun: (one, round) => {
      const seconds = (elapsedMs() / 1000).toFixed(0).padStart(4);
      process.stderr.write(`bench: ${seconds} s  round ${round + 1}/${rounds}  ${one.name}\n`);
    },
    watchStolen,
    attempts: isShort ? 1 : ATTEMPTS,
    elapsedMs,
  });
  const takenAt = new Date().toISOString();
  return resultsOf(measured, machine, { revision: revisionHere(), takenAt });
}

/** Profiles one run of each case: slower than a measured one, and as long in its parts. */
async function profile(cases: readonly Case[]): Promise<number> {
  const folder = inRepository('bench', 'profiles');
  mkdirSync(folder, { recursive: true });
  let failures = 0;
  for (const one of cases) {
    process.stderr.write(`bench: profiling ${one.name}\n`);
    const profiles = await withProfiles(async (into) => {
      const outcome = await runInChild(one, RUN_ONE, { profiles: into });
      if (outcome.kind === 'sample') return;
      failures++;
      process.stderr.write(`bench: ${one.name}: ${outcome.reason}\n`);
    });
    if (profiles.length === 0) continue;
    const text = profileText(`${one.title} (\`${one.name}\`)`, profiles, one.before);
    writeFileSync(join(folder, `${one.name}.md`), text);
    process.stdout.write(`${text}\n`);
  }
  return failures === 0 ? 0 : 1;
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`bench: ${options}\n\n${HELP}`);
    return 2;
  }
  if (options.isHelp) {
    process.stdout.write(HELP);
    return 0;
  }
  const cases = chosen(options);
  if (cases.length === 0) {
    process.stderr.write('bench: expected a benchmark that matches, there is none; see --list\n');
    return 2;
  }
  if (options.isList) {
    for (const { name, title } of cases) process.stdout.write(`${name.padEnd(26)}${title}\n`);
    return 0;
  }
  if (options.revisions !== undefined) return compare(cases, options.revisions, options);
  if (options.isProfile) return profile(cases);
  const results = await measure(cases, options);
  const text = options.isJson ? JSON.stringify(results, null, 2) : figureTable(results);
  process.stdout.write(`${text}\n`);
  if (!options.isShort) {
    const folder = inRepository('bench');
    const order = CASES.flatMap(({ name, figures }) =>
      figures.map((figure) => `${name}.${figure.name}`),
    );
    publish(folder, withResults(storedResults(join(folder, RESULTS)), results, order));
    process.stderr.write('bench: wrote bench/README.md, bench/results and bench/charts\n');
  }
  const failed = Object.values(results.notes).filter((note) => note.startsWith('failed'));
  return failed.length === 0 ? 0 : 1;
}

// A signal ends by the way of exit, where children are ended and checkouts removed.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.exitCode = await main(process.argv.slice(2));
