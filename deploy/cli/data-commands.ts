// Registers the commands on data: its quality, planted faults, the quarantine.

import type { Command } from 'commander';
import type { ViewOptions } from './ask.js';
import type { DataFlags, PlantFlags, QuarantineFlags } from './data.js';
import { viewed } from './flags.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadData = () => import('./data.js');
const loadSettings = () => import('../app/settings.js');
const loadLiveQuality = () => import('./live-quality.js');

/** Help of `--quotes`. */
const QUOTES = 'quotes of both sides for the same symbols and days';

/** Adds `sluice data`. */
export function addDataCommands(program: Command): void {
  const data = program.command('data').description('how good data is, and what is wrong with it');
  data
    .command('check <file>')
    .description('every finding in a file of daily bars or of ticks (CSV or Parquet), by code')
    .option('--quotes <file>', QUOTES)
    .option('--code <code>', 'only findings of this code')
    .option('--quarantine <file>', 'put refused records into this DuckDB file')
    .option('--last <n>', 'findings shown', '20')
    .option('--json', 'print JSON, with all findings')
    .action(async (file: string, options: DataFlags) =>
      (await loadData()).dataCheck(file, options),
    );
  viewed(data.command('quality [file]'))
    .description(
      'completeness, latency and rejects by source, symbol and day: of a file, or of what streams in',
    )
    .option('--quotes <file>', `${QUOTES}; with a file`)
    .option('--chart <file>', 'write a chart as SVG; with a file')
    .option('--last <n>', 'rows shown; 0 for all', '20')
    .action(
      async (file: string | undefined, options: DataFlags & ViewOptions, command: Command) => {
        const meant = file === undefined ? ['quotes', 'chart'] : ['address', 'dataDir'];
        const given = meant.find((name) => command.getOptionValueSource(name) === 'cli');
        if (given !== undefined) {
          const flag = given === 'dataDir' ? 'data-dir' : given;
          const without = file === undefined ? 'a file to judge' : 'no file, for what streams in';
          const { invalid } = await loadSettings();
          throw invalid(`--${flag}`, without, file ?? 'none');
        }
        return file === undefined
          ? (await loadLiveQuality()).liveQuality(options)
          : (await loadData()).dataQuality(file, options);
      },
    );
  data
    .command('plant <file>')
    .description('plant faults into clean ticks: recall and precision of every rule')
    .option('--quotes <file>', QUOTES)
    .option('--each <n>', 'faults of each code on each day', '500')
    .option('--seed <n>', 'seed of the places', '1')
    .option('--tuned <date>', 'day that limits were tuned on (default: the first)')
    .option('--json', 'print JSON')
    .action(async (file: string, options: PlantFlags) =>
      (await loadData()).dataPlant(file, options),
    );
  data
    .command('quarantine <file>')
    .description('what lies in a quarantine (a running system keeps its own in the data directory)')
    .option('--code <code>', 'only records of this code')
    .option('--last <n>', 'rows shown', '20')
    .option('--json', 'print JSON')
    .action(async (file: string, options: QuarantineFlags) =>
      (await loadData()).dataQuarantine(file, options),
    );
}
