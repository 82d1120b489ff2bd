// Registers the commands below `sluice alerts`.

import type { Command } from 'commander';
import type { AlertCheckFlags, MeasuresFlags } from './alerts.js';
import type { AskOptions } from './ask.js';
import { remote } from './flags.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadAlerts = () => import('./alerts.js');

/** Adds `sluice alerts`. */
export function addAlertCommands(program: Command): void {
  const alerts = program.command('alerts').description('alert rules: conditions that are told of');
  remote(alerts.command('rules'))
    .description('the rules of a running system, and for whom each is raised')
    .action(async (options: AskOptions) => (await loadAlerts()).alertsRules(options));
  alerts
    .command('check <file>')
    .description('check a file of rules: mistakes with line and column, or what it says')
    .option('--portfolios <file>', 'portfolio configuration that its names are of')
    .option('--json', 'print JSON')
    .action(async (file: string, options: AlertCheckFlags) =>
      (await loadAlerts()).alertsCheck(file, options),
    );
  alerts
    .command('measures')
    .description('what rules may read')
    .option('--for <scope>', 'only for portfolios, groups or symbols')
    .option('--json', 'print JSON')
    .action(async (options: MeasuresFlags) => (await loadAlerts()).alertsMeasures(options));
}
