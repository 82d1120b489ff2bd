// Registers the commands on the funnel and the features it reads, and on reference vectors.

import type { Command } from 'commander';
import type { ViewOptions } from './ask.js';
import { type FeaturesFlags, featuresJoin, featuresList } from './features.js';
import { streamed, viewed } from './flags.js';
import { funnelDiff, funnelExplain, funnelShow } from './remote.js';
import { funnelCompare, funnelStudy } from './research.js';
import type { RunOptions } from './run-options.js';
import { verify } from './verify.js';

/** Adds `sluice funnel`. */
export function addFunnelCommands(program: Command): void {
  const funnel = program.command('funnel').description('the research funnel');
  viewed(funnel.command('show'))
    .description('stages, members and survivors')
    .action((options: ViewOptions) => funnelShow(options));
  viewed(funnel.command('explain <symbol>'))
    .description('which conditions a symbol passes, with the values seen')
    .action((symbol: string, options: ViewOptions) => funnelExplain(symbol, options));
  viewed(funnel.command('diff'))
    .description('what changed at a close')
    .option('--date <date>', 'the session (default: the last completed one)')
    .action((options: ViewOptions & { readonly date?: string }) => funnelDiff(options));
  streamed(funnel.command('compare'))
    .description('stream the market and compare every close with DuckDB over history')
    .option('--json', 'print JSON')
    .action((options: RunOptions) => funnelCompare(options));
  streamed(funnel.command('study'))
    .description('forward returns of each stage against the universe, over all history')
    .option('--costs-bps <n>', 'round-trip costs in basis points', '10')
    .option('--seed <n>', 'seed of the bootstrap', '1')
    .option('--json', 'print JSON')
    .action((options: RunOptions & { readonly costsBps: string; readonly seed: string }) =>
      funnelStudy(options),
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
    .action((options: FeaturesFlags) => featuresList(options));
  features
    .command('join <set> <file>')
    .description('features (NAME@VERSION) at the symbols and time_us of a CSV, as known then')
    .option('--dir <dir>', 'folder of the feature store', 'data/features')
    .option('--json', 'print JSON')
    .action((set: string, file: string, options: FeaturesFlags) =>
      featuresJoin(set, file, options),
    );
}

/** Adds `sluice verify`. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify <directory>')
    .description('run reference vectors; the last line counts them')
    .option('--json', 'print JSON')
    .option('--verbose', 'tell skipped cases too')
    .action((directory: string, options: { readonly json?: boolean }) =>
      verify(directory, options),
    );
}
