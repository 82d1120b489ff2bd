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
  features
    .command('list')
    .description('every version that was declared')
    .option('--dir <dir>', 'folder of the feature store', 'data/features')
    .option('--json', 'print JSON')
    .action(async (options: FeaturesFlags) => (await loadFeatures()).featuresList(options));
  features
    .command('join <set> <file>')
    .description('features (NAME@VERSION) at the symbols and time_us of a CSV, as known then')
    .option('--dir <dir>', 'folder of the feature store', 'data/features')
    .option('--json', 'print JSON')
    .action(async (set: string, file: string, options: FeaturesFlags) =>
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
