// `sluice alerts`: rules of one's own, checked and shown; `risk alerts` tells what they have raised.

import { resolve } from 'node:path';
import { create, toJson } from '@bufbuild/protobuf';
import type { Command } from 'commander';
import {
  ALERT_SCOPES,
  conditionText,
  GROUP_MEASURES,
  type Measure,
  PORTFOLIO_MEASURES,
} from '../../actors/alerts/index.js';
import { askedForms, CROSS_FEATURES } from '../../actors/indicators/index.js';
import { ROW_FEATURES } from '../../actors/market/index.js';
import { ASKED_PATTERNS } from '../../actors/patterns/index.js';
import {
  AlertBatchSchema,
  AlertRulesRequestSchema,
  AlertRulesResponseSchema,
  AlertsRequestSchema,
  Risk,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { inRepository } from '../app/paths.js';
import { invalid } from '../app/settings.js';
import { alertNames, readAlertRules } from '../config/alerts-config.js';
import { readMembers } from '../config/members.js';
import { readPortfolios } from '../config/portfolio-config.js';
import { type AskOptions, askSystem } from './ask.js';
import { remote } from './flags.js';
import { print, table } from './output.js';

/** Scopes named at most for a rule, before they are only counted. */
const NAMED_MAX = 4;

interface CheckFlags {
  readonly portfolios?: string;
  readonly json?: boolean;
}

/** Adds `sluice alerts`. */
export function addAlertCommands(program: Command): void {
  const alerts = program.command('alerts').description('alert rules: conditions that are told of');
  remote(alerts.command('rules'))
    .description('the rules of a running system, and for whom each is raised')
    .action((options: AskOptions) => alertsRules(options));
  alerts
    .command('check <file>')
    .description('check a file of rules: mistakes with line and column, or what it says')
    .option('--portfolios <file>', 'portfolio configuration that its names are of')
    .option('--json', 'print JSON')
    .action((file: string, options: CheckFlags) => alertsCheck(file, options));
  alerts
    .command('measures')
    .description('what rules may read')
    .option('--for <scope>', 'only for portfolios, groups or symbols')
    .option('--json', 'print JSON')
    .action((options: MeasuresFlags) => alertsMeasures(options));
}

/** `risk alerts` */
export async function riskAlerts(options: AskOptions): Promise<void> {
  const request = create(AlertsRequestSchema);
  const told = await askSystem(Risk, options, (client) => client.call('alerts', request));
  print(toJson(AlertBatchSchema, told), options.json === true, () =>
    table([
      ['market time', 'what'],
      ...told.alerts.map(({ asOfUs, text }) => [
        `${new Date(asOfUs / 1000).toISOString().slice(0, 16)}Z`,
        text,
      ]),
    ]),
  );
}

async function alertsRules(options: AskOptions): Promise<void> {
  const request = create(AlertRulesRequestSchema);
  const told = await askSystem(Risk, options, (client) => client.call('alertRules', request));
  print(toJson(AlertRulesResponseSchema, told), options.json === true, () =>
    table([
      ['rule', 'for', 'severity', 'when', 'raised for'],
      ...told.rules.map(({ id, scope, severity, when, raisedFor }) => [
        id,
        `${scope}s`,
        severity,
        when,
        raisedFor.length > NAMED_MAX ? `${raisedFor.length} ${scope}s` : raisedFor.join(' '),
      ]),
    ]),
  );
}

function alertsCheck(file: string, options: CheckFlags): void {
  const config = inRepository('deploy', 'config', 'portfolios.yaml');
  const portfolios = readPortfolios(resolve(options.portfolios ?? config));
  const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
  const rules = readAlertRules(resolve(file), alertNames(portfolios, members));
  const told = rules.map(({ when, release, ...rule }) => ({
    ...rule,
    when: conditionText(when),
    release: conditionText(release),
  }));
  print({ rules: told }, options.json === true, () =>
    table([
      ['rule', 'for', 'severity', 'when', 'release'],
      ...told.map((one) => [one.id, `${one.scope}s`, one.severity, one.when, one.release]),
    ]),
  );
}

interface MeasuresFlags {
  readonly for?: string;
  readonly json?: boolean;
}

/** Errors: `flag.invalid`. */
function alertsMeasures(options: MeasuresFlags): void {
  const scopes = ALERT_SCOPES.filter((scope) => [undefined, `${scope}s`].includes(options.for));
  if (scopes.length === 0) {
    throw invalid('--for', 'portfolios, groups or symbols', options.for ?? '');
  }
  const all: Readonly<Record<(typeof ALERT_SCOPES)[number], readonly Measure[]>> = {
    portfolio: PORTFOLIO_MEASURES,
    group: GROUP_MEASURES,
    symbol: [...ROW_FEATURES, ...ASKED_PATTERNS, ...CROSS_FEATURES, ...askedForms()],
  };
  const told = scopes.flatMap((scope) =>
    all[scope].map(({ name, unit, description }) => ({
      for: `${scope}s`,
      name,
      unit,
      description,
    })),
  );
  print({ measures: told }, options.json === true, () =>
    table([
      ['for', 'name', 'unit', 'what'],
      ...told.map((one) => [one.for, one.name, one.unit, one.description]),
    ]),
  );
}
