// The commands of live risk: the pre-trade check, limits, overrides, the kill switch.

import type { Command } from 'commander';
import { riskAlerts } from './alerts.js';
import type { AskOptions } from './ask.js';
import { type CheckFlags, riskCheck } from './risk-check.js';
import {
  type DecideFlags,
  overrideApprove,
  overrideRequest,
  overrideRevoke,
  riskFlatten,
  riskKill,
  riskLimits,
} from './risk-limits.js';
import { riskStudy } from './risk-study.js';

/** Adds the commands to `sluice risk`; `remote` adds the flags of commands that ask a system. */
export function addLiveRiskCommands(risk: Command, remote: (command: Command) => Command): void {
  const decided = (command: Command): Command =>
    remote(command)
      .requiredOption('--by <name>', 'who decides')
      .requiredOption('--reason <text>', 'why');
  remote(risk.command('check <portfolio>'))
    .description('what an order would do to a portfolio, judged by every rule; changes nothing')
    .requiredOption('--symbol <symbol>', 'what is bought or sold')
    .requiredOption('--quantity <n>', 'shares; below 0 sells')
    .option('--price <n>', 'dollars a share (default: the last price)')
    .option('--fee <n>', 'dollars')
    .option('--exercise', 'exercise so many contracts of an option that is held')
    .action((id: string, options: CheckFlags) => riskCheck(id, options));
  remote(risk.command('limits [scope...]'))
    .description('limits of portfolio/ID and group/ID with how much is used; all without a scope')
    .action((scopes: readonly string[], options: AskOptions) => riskLimits(scopes, options));
  remote(risk.command('study <portfolio>'))
    .description('what it holds put through the past: parts of the tail and bad times')
    .action((id: string, options: AskOptions) => riskStudy(id, options));
  const override = risk.command('override').description("set a limit's action aside for a while");
  decided(override.command('request <scope> <measure> <level>'))
    .description('ask for it, such as portfolio/megacaps single_name hard')
    .option('--minutes <n>', 'minutes of market time', '60')
    .action(
      (
        scope: string,
        measure: string,
        level: string,
        options: DecideFlags & { readonly minutes: string },
      ) => overrideRequest([scope, measure, level], options),
    );
  remote(override.command('approve <id>'))
    .description('approve what another person asked for')
    .requiredOption('--by <name>', 'who approves')
    .action((id: string, options: AskOptions & { readonly by: string }) =>
      overrideApprove(id, options),
    );
  remote(override.command('revoke <id>'))
    .description('take one back, asked for or in force: one person is enough')
    .requiredOption('--by <name>', 'who revokes')
    .action((id: string, options: AskOptions & { readonly by: string }) =>
      overrideRevoke(id, options),
    );
  decided(risk.command('kill'))
    .description('let no trade of any portfolio pass, until it is turned off')
    .option('--off', 'turn the kill switch off')
    .action((options: DecideFlags & { readonly off?: boolean }) => riskKill(options));
  remote(risk.command('alerts'))
    .description('limits broken or kept again, rules raised or released: each told once')
    .action((options: AskOptions) => riskAlerts(options));
  remote(risk.command('flatten <portfolio>'))
    .description('the trades that would close every position: a proposal, nothing is traded')
    .action((id: string, options: AskOptions) => riskFlatten(id, options));
}
