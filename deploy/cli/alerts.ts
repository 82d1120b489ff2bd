// `sluice alerts`: rules of one's own, checked and shown; `risk alerts` tells what they have raised.

import { resolve } from 'node:path';
import { create, toJson } from '@bufbuild/protobuf';
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
  type AlertBatch,
  AlertBatchSchema,
  AlertRulesRequestSchema,
  AlertRulesResponseSchema,
  AlertsRequestSchema,
  Risk,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { inRepository } from '../app/paths.js';
import { invalid, wholeFlag } from '../app/settings.js';
import { alertNames, readAlertRules } from '../config/alerts-config.js';
import { readMembers } from '../config/members.js';
import { readPortfolios } from '../config/portfolio-config.js';
import { type AskOptions, askSystem } from './ask.js';
import { minuteText, print, table } from './output.js';

/** Alerts that a running system keeps at hand, and the largest number that one may have here. */
const KEPT_MAX = 1_000;
const NUMBER_MAX = 2 ** 31;

/** Scopes named at most for a rule, before they are only counted. */
const NAMED_MAX = 4;

/** Flags of `alerts check`, as typed. */
export interface AlertCheckFlags {
  readonly portfolios?: string;
  readonly json?: boolean;
}

/** `risk alerts` */
export async function riskAlerts(
  options: AskOptions & { readonly limit: string; readonly before: string },
): Promise<void> {
  const request = create(AlertsRequestSchema, {
    limit: wholeFlag('--limit', options.limit, 0, KEPT_MAX),
    before: wholeFlag('--before', options.before, 0, NUMBER_MAX),
  });
  const told = await askSystem(Risk, options, (client) => client.call('alerts', request));
  print(toJson(AlertBatchSchema, told), options.json === true, () =>
    [
      table([
        ['number', 'market time', 'what'],
        ...told.alerts.map(({ number, asOfUs, text }) => [
          String(number),
          minuteText(asOfUs),
          text,
        ]),
      ]),
      ...webhookText(told),
    ].join('\n'),
  );
}

/** What the webhook has not been told; nothing where it has been told all. */
function webhookText({ undelivered, givenUp, trouble }: AlertBatch): string[] {
  const lost = givenUp === 0 ? '' : `, ${givenUp} given up until the next start`;
  const why = trouble === '' ? '' : `; the last one was not taken: ${trouble}`;
  return undelivered + givenUp === 0 ? [] : [`${undelivered} wait for the webhook${lost}${why}`];
}

/** `alerts rules` */
export async function alertsRules(options: AskOptions): Promise<void> {
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

/** `alerts check`: mistakes with line and column, or what a file says. */
export function alertsCheck(file: string, options: AlertCheckFlags): void {
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

/** Flags of `alerts measures`, as typed. */
export interface MeasuresFlags {
  readonly for?: string;
  readonly json?: boolean;
}

/** Errors: `flag.invalid`. */
export function alertsMeasures(options: MeasuresFlags): void {
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
