// Registers the commands on the funnel and the features it reads, and on reference vectors.

import type { Command } from 'commander';
import type { ViewOptions } from './ask.js';
import type { FeaturesFlags } from './features.js';
import { streamed, viewed } from './flags.js';
import type { RunOptions } from './run-options.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadRemote = () => import('./remote.js');
const loadResearch = () => import('./research.js');
const loadFeatures = () => import('./features.js');
const loadVerify = () => import('./verify.js');

/** Adds `sluice funnel`. */
export function addFunnelCommands(program: Command): void {
  const funnel = program.command('funnel').description('the research funnel');
  viewed(funnel.command('show'))
    .description('stages, members and survivors')
    .action(async (options: ViewOptions) => (await loadRemote()).funnelShow(options));
  viewed(funnel.command('explain <symbol>'))
    .description('which conditions a symbol passes, with the values seen')
    .action(async (symbol: string, options: ViewOptions) =>
      (await loadRemote()).funnelExplain(symbol, options),
    );
  viewed(funnel.command('diff'))
    .description('what changed at a close')
    .option('--date <date>', 'the session (default: the last completed one)')
    .action(async (options: ViewOptions & { readonly date?: string }) =>
      (await loadRemote()).funnelDiff(options),
    );
  streamed(funnel.command('compare'))
    .description('stream the market and compare every close with DuckDB over history')
    .option('--json', 'print JSON')
    .action(async (options: RunOptions) => (await loadResearch()).funnelCompare(options));
  streamed(funnel.command('study'))
    .description('forward returns of each stage against the universe, over all history')
    .option('--costs-bps <n>', 'round-trip costs in basis points', '10')
    .option('--seed <n>', 'seed of the bootstrap', '1')
    .option('--json', 'print JSON')
    .action(async (options: RunOptions & { readonly costsBps: string; readonly seed: string }) =>
      (await loadResearch()).funnelStudy(options),
    );
}

/** Adds `sluice features`. */
export function addFeatureCommands(program: Command): void {
  const features = program.command('features').description('named, versioned sets of features');
  const stored = (command: Command): Command =>
    command
      .option('--dir <dir>', 'folder of the feature store', 'data/features')
      .option('--json', 'print JSON');
  stored(features.command('list').description('every version that was declared')).action(
    async (options: FeaturesFlags) => (await loadFeatures()).featuresList(options),
  );
  stored(
    features
      .command('declare <file>')
      .description('the sets of a YAML file; a version never changes its meaning'),
  ).action(async (file: string, options: FeaturesFlags) =>
    (await loadFeatures()).featuresDeclare(file, options),
  );
  stored(
    features
      .command('show <set>')
      .description('what a version (NAME@VERSION) means, and what is stored of it'),
  ).action(async (set: string, options: FeaturesFlags) =>
    (await loadFeatures()).featuresShow(set, options),
  );
  stored(
    features
      .command('add <set> <file>')
      .description('rows of a CSV or Parquet: symbol, time_us, known_us and the features'),
  ).action(async (set: string, file: string, options: FeaturesFlags) =>
    (await loadFeatures()).featuresAdd(set, file, options),
  );
  stored(
    features
      .command('join <set> <file>')
      .description('features at the symbols and time_us of a CSV or Parquet, as known then')
      .option('--out <file>', 'write the rows, as CSV or .parquet'),
  ).action(async (set: string, file: string, options: FeaturesFlags & { readonly out?: string }) =>
    (await loadFeatures()).featuresJoin(set, file, options),
  );
}

/** Adds `sluice verify`. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify <directory>')
    .description('run reference vectors; the last line counts them')
    .option('--json', 'print JSON')
    .option('--verbose', 'tell skipped cases too')
    .action(async (directory: string, options: { readonly json?: boolean }) =>
      (await loadVerify()).verify(directory, options),
    );
}
