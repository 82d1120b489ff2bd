// Registers the commands on where data comes from, and on what is fetched there.

import type { Command } from 'commander';
import type { BackfillFlags } from './backfill.js';
import type { SourcesOptions } from './sources.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadSources = () => import('./sources.js');
const loadBackfill = () => import('./backfill.js');

/** Adds `sluice sources` and `sluice backfill`. */
export function addSourceCommands(program: Command): void {
  const sources = program.command('sources').description('where market data comes from');
  sources
    .command('list')
    .description('every source, what it can do, and what its configuration lacks')
    .option('--json', 'print JSON')
    .action(async (options: SourcesOptions) => (await loadSources()).sourcesList(options));
  sources
    .command('check [name...]')
    .description('try sources against vendors on this machine, check by numbered check')
    .option('--json', 'print JSON')
    .action(async (names: readonly string[], options: SourcesOptions) =>
      (await loadSources()).sourcesCheck(names, options),
    );
  program
    .command('backfill')
    .description(
      'fetch history, the first symbols first, within a budget; goes on where it stopped',
    )
    .requiredOption('--source <name>', 'of sources list')
    .option('--symbols <list>', 'such as AAPL,MSFT, the most important first')
    .option('--list <file>', 'symbols in a file, the most important first')
    .option('--kind <kind>', 'bars-1d, bars-1m, trades or quotes', 'bars-1d')
    .requiredOption('--from <date>', 'first day')
    .option('--to <date>', 'last day (default: yesterday)')
    .option('--budget <n>', "calls in any 24 hours (default: the source's own limit)")
    .option('--record-raw <gb>', 'also keep what the vendor answers, as it comes: the newest of it')
    .option('--data-dir <dir>', 'where history is kept', 'data')
    .option('--json', 'print JSON')
    .action(async (options: BackfillFlags) => (await loadBackfill()).runBackfill(options));
}
