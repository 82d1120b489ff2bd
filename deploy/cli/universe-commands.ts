// Registers the commands on reference data: symbols, selection, factors.

import type { Command } from 'commander';
import { SELECT_LIMITS } from '../../actors/universe/index.js';
import type { FactorFlags } from './universe-factors.js';
import type { SelectFlags } from './universe-select.js';
import type { ShowFlags } from './universe-show.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadUniverseSelect = () => import('./universe-select.js');
const loadUniverseShow = () => import('./universe-show.js');
const loadUniverseFactors = () => import('./universe-factors.js');

/** Flags that name files of reference data. */
function sourced(command: Command): Command {
  return command
    .option('--listing <file...>', "NASDAQ Trader's listing files, with a date in their names")
    .option('--sectors <file...>', 'who stood in which sector: constituents, or their history')
    .option('--maps <folder>', "LEAN's map files: names over time")
    .option('--json', 'print JSON');
}

/** Adds `sluice universe`. */
export function addUniverseCommands(program: Command): void {
  const universe = program
    .command('universe')
    .description('who is listed as what, and who is chosen');
  sourced(universe.command('select'))
    .description('choose a universe from all listed stocks by declared rules')
    .requiredOption('--coarse <file>', 'prices and volumes of all symbols by day (CSV or Parquet)')
    .option('--as-of <date>', 'last day looked at (default: the last of the file)')
    .option('--count <n>', 'most stocks chosen', String(SELECT_LIMITS.count))
    .option('--price-min <n>', 'least price in dollars', String(SELECT_LIMITS.priceMin))
    .option(
      '--dollar-volume-min <n>',
      'least median dollars a day',
      String(SELECT_LIMITS.dollarVolumeMin),
    )
    .option('--explain [symbol]', 'why each symbol, or this one, is in or out')
    .option('--out <file>', 'write the chosen symbols as CSV')
    .action(async (options: SelectFlags) => (await loadUniverseSelect()).universeSelect(options));
  sourced(universe.command('show <symbol>'))
    .description('what a symbol was on a date, with its names so far')
    .option('--as-of <date>', 'the date (default: everything that is known)')
    .option('--fundamentals <file>', 'CSV of symbol, metric, period_end, value, known_on')
    .option('--earnings <file>', 'CSV of fiscal_year, fiscal_quarter, release_date, eps ...')
    .action(async (symbol: string, options: ShowFlags) =>
      (await loadUniverseShow()).universeShow(symbol, options),
    );
  universe
    .command('factors <daily>')
    .description("adjusted series against the file's own adjusted closes and LEAN's factor files")
    .option('--factors <folder>', "LEAN's factor files")
    .option('--json', 'print JSON, with every symbol')
    .action(async (daily: string, options: FactorFlags) =>
      (await loadUniverseFactors()).universeFactors(daily, options),
    );
}
