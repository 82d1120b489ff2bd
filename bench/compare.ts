// `npm run bench -- compare BASE HEAD`: two revisions, measured in turn by the same benchmarks.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRepository } from '../deploy/app/paths.js';
import type { Case } from './lib/case.js';
import {
  type Broken,
  brokenOf,
  type Change,
  changesOf,
  changeTable,
  regressions,
} from './lib/changes.js';
import { runInChild } from './lib/child.js';
import type { Measured } from './lib/rounds.js';
import { runRounds } from './lib/rounds.js';
import { watchStolen } from './lib/stolen.js';
import type { Options } from './options.js';

const ROUNDS = 7;
const ROUNDS_SHORT = 4;

/** Nothing begins after this in the subset; builds come on top. Units: milliseconds. */
const SHORT_BUDGET_MS = 170_000;

/** What a tree compiles its kernels with. */
const KERNELS = 'scripts/compile-kernels.mjs';

/** The two sides of a comparison. */
interface Side {
  readonly name: 'base' | 'head';
  readonly revision: string;
  readonly runOne: string;
}

/** Compares two revisions; the number is the exit code. */
export async function compare(
  cases: readonly Case[],
  revisions: { readonly base: string; readonly head: string },
  options: Options,
): Promise<number> {
  const own = cases.filter((one) => one.isPeer !== true && one.isFixed !== true);
  // Cases with fewer rounds than others are too long for as many as a verdict needs.
  const wanted =
    options.only === undefined
      ? own.filter(({ isShort, roundsMax }) => isShort && roundsMax === undefined)
      : own;
  const base = baseRevision(revisions.base, revisions.head);
  const head = revisionOf(revisions.head);
  if (base === undefined || head === undefined) {
    process.stderr.write('bench: no such revisions in this history; nothing was compared\n');
    return revisions.base === 'auto' ? 0 : 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sluice-compare-'));
  // At exit, so that a signal leaves no checkout behind either.
  process.once('exit', () => {
    for (const name of ['base', 'head']) removeTree(join(folder, name));
    rmSync(folder, { recursive: true, force: true });
  });
  const sides: readonly [Side, Side] = [
    { name: 'base', revision: base, runOne: build(folder, 'base', base) },
    { name: 'head', revision: head, runOne: build(folder, 'head', head) },
  ];
  const { changes, broken } = await measureSides(wanted, sides, options);
  const title = `${base.slice(0, 10)} against ${head.slice(0, 10)}`;
  const text = options.isJson
    ? JSON.stringify({ base, head, changes, broken }, null, 2)
    : `${title}\n\n${changeTable(changes)}`;
  process.stdout.write(`${text}\n`);
  const failed = regressions(changes, options.failPercent ?? Number.POSITIVE_INFINITY);
  for (const { id } of failed) process.stderr.write(`bench: ${id} is worse\n`);
  for (const { name, note } of broken) {
    process.stderr.write(`bench: ${name} is broken on head: ${note.split('\n')[0]}\n`);
  }
  return failed.length === 0 && broken.length === 0 ? 0 : 1;
}

/** What two sides come to. */
interface Compared {
  readonly changes: readonly Change[];
  readonly broken: readonly Broken[];
}

/** Measures, then measures suspects again: a verdict that would fail is not left to few rounds. */
async function measureSides(
  cases: readonly Case[],
  sides: readonly [Side, Side],
  options: Options,
): Promise<Compared> {
  const rounds = options.rounds ?? (options.isShort ? ROUNDS_SHORT : ROUNDS);
  const first = await alternate(cases, sides, rounds, options.isShort);
  const changes = changesOf(first.base, first.head);
  const broken = brokenOf(first.base, first.head);
  if (options.failPercent === undefined) return { changes, broken };
  const suspects = new Set([
    ...regressions(changes, options.failPercent).map(({ id }) => id.slice(0, id.lastIndexOf('.'))),
    ...broken.map(({ name }) => name),
  ]);
  if (suspects.size === 0) return { changes, broken };
  process.stderr.write(`bench: measuring again: ${[...suspects].join(', ')}\n`);
  const again = cases.filter(({ name }) => suspects.has(name));
  const second = await alternate(again, sides, rounds * 2, options.isShort);
  const rechecked = new Map(
    changesOf(second.base, second.head).map((change) => [change.id, change]),
  );
  return {
    changes: changes.map((change) => rechecked.get(change.id) ?? change),
    broken: brokenOf(second.base, second.head),
  };
}

interface BothSides {
  readonly base: readonly Measured[];
  readonly head: readonly Measured[];
}

/** Base and head of each case directly after one another, the other way round in odd rounds. */
async function alternate(
  cases: readonly Case[],
  sides: readonly [Side, Side],
  rounds: number,
  isShort: boolean,
): Promise<BothSides> {
  const started = performance.now();
  const pairs = cases.flatMap((one) =>
    sides.map(({ name }) => ({ ...one, name: `${name}:${one.name}` })),
  );
  const sideOf = new Map(sides.map((side) => [side.name as string, side]));
  const measured = await runRounds(pairs, {
    rounds,
    budgetMs: isShort ? SHORT_BUDGET_MS : Number.POSITIVE_INFINITY,
    run: (pair) => {
      const [name = '', ...rest] = pair.name.split(':');
      return runInChild({ ...pair, name: rest.join(':') }, sideOf.get(name)!.runOne);
    },
    onRun: (pair, round) => {
      process.stderr.write(`bench: round ${round + 1}/${rounds}  ${pair.name}\n`);
    },
    // Both sides meet what the host takes alike.
    watchStolen,
    attempts: 1,
    elapsedMs: () => performance.now() - started,
  });
  for (const { one, note } of measured) {
    if (note !== '') process.stderr.write(`bench: ${one.name}: ${note.split('\n')[0]}\n`);
  }
  const of = (side: string): Measured[] =>
    measured
      .filter(({ one }) => one.name.startsWith(`${side}:`))
      .map((one) => ({ ...one, one: { ...one.one, name: one.one.name.slice(side.length + 1) } }));
  return { base: of('base'), head: of('head') };
}

/**
 * Checks a revision out, with these very benchmarks over its own, and compiles it. Type errors
 * don't count: where the older code lacks what a benchmark calls, that benchmark fails alone.
 */
function build(folder: string, name: string, revision: string): string {
  const tree = join(folder, name);
  process.stderr.write(`bench: building ${name} at ${revision.slice(0, 10)}\n`);
  git('worktree', 'add', '--detach', '--force', tree, revision);
  rmSync(join(tree, 'bench'), { recursive: true, force: true });
  cpSync(inRepository('bench'), join(tree, 'bench'), { recursive: true });
  symlinkSync(inRepository('node_modules'), join(tree, 'node_modules'), 'dir');
  try {
    const built = { cwd: tree, stdio: 'ignore' } as const;
    execFileSync(process.execPath, ['node_modules/ts7/bin/tsc', '-p', 'tsconfig.json'], built);
    // Older revisions have no kernels.
    if (existsSync(join(tree, KERNELS))) execFileSync(process.execPath, [KERNELS], built);
  } catch (error) {
    if (!existsSync(join(tree, 'dist/bench/run-one.js'))) throw error;
  }
  return join(tree, 'dist/bench/run-one.js');
}

function removeTree(tree: string): void {
  if (!existsSync(tree)) return;
  git('worktree', 'remove', '--force', tree);
}

function baseRevision(base: string, head: string): string | undefined {
  if (base !== 'auto') return revisionOf(base);
  const forked = revisionOf('origin/main') === undefined ? undefined : mergeBase(head);
  return forked !== undefined && forked !== revisionOf(head) ? forked : revisionOf(`${head}~1`);
}

function mergeBase(head: string): string | undefined {
  try {
    return git('merge-base', 'origin/main', head);
  } catch {
    // Histories without a common commit: the caller takes the commit before.
    return undefined;
  }
}

function revisionOf(name: string): string | undefined {
  try {
    return git('rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  } catch {
    // Git tells an unknown name by its exit code; the caller says so.
    return undefined;
  }
}

function git(...args: string[]): string {
  const output = execFileSync('git', args, {
    cwd: inRepository('.'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return output.trim();
}
