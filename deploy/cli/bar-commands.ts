// Registers the commands on bars: of files, against a vendor's, and of the running system.

import type { Command } from 'commander';
import type { BarsOptions } from './bars.js';
import type { CompareFlags } from './bars-compare.js';
import type { LiveBarsFlags } from './bars-live.js';
import { remote } from './flags.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadBars = () => import('./bars.js');
const loadBarsCompare = () => import('./bars-compare.js');
const loadBarsLive = () => import('./bars-live.js');

/** Adds `sluice bars`. */
export function addBarCommands(program: Command): void {
  const command = program
    .command('bars <file>')
    .enablePositionalOptions()
    .description('bars of any style out of a file of trades (CSV or Parquet)')
    .option(
      '--style <name>',
      'time, heikin-ashi, tick, volume, dollar, range, renko, renko-atr or point-and-figure',
      'time',
    )
    .option('--symbol <symbol>', 'of a file with more than one')
    .option('--every <length>', 'of time and heikin-ashi: 1s, 5m, 1h, 1d, 1w, 1mo ...', '1m')
    .option('--hours <which>', 'regular (the session) or all', 'regular')
    .option('--size <n>', 'trades, shares, dollars, or dollars of price, by style')
    .option('--reversal <n>', 'boxes that turn a column of point-and-figure', '3')
    .option('--sessions <n>', "of renko-atr's average true range", '14')
    .option('--last <n>', 'bars shown', '20')
    .option('--json', 'print JSON, with all bars')
    .action(async (file: string, options: BarsOptions) => (await loadBars()).bars(file, options));
  command
    .command('compare <ticks> <minutes>')
    .description("minute bars of a file of ticks against a vendor's own, each difference explained")
    .option('--rules <name>', 'what sale conditions let a trade update: lean or tape', 'lean')
    .option('--last <n>', 'differences shown', '20')
    .option('--json', 'print JSON, with all differences')
    .action(async (ticks: string, minutes: string, options: CompareFlags) =>
      (await loadBarsCompare()).barsCompare(ticks, minutes, options),
    );
  remote(command.command('live [symbol]'))
    .description(
      'the bars that the running system builds; without a symbol, which series there are',
    )
    .option('--series <name>', 'such as 1h (default: the first)')
    .option('--last <n>', 'bars shown', '20')
    .action(async (symbol: string | undefined, options: LiveBarsFlags) =>
      (await loadBarsLive()).barsLive(symbol, options),
    );
}
