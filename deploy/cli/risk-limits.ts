// `risk limits`, `risk override`, `risk kill` and `risk flatten`: limits of a running system.

import { create, toJson } from '@bufbuild/protobuf';
import { Fault } from '../../engine/index.js';
import {
  ApproveRequestSchema,
  type ControlResponse,
  ControlResponseSchema,
  FlattenProposalSchema,
  GetRiskRequestSchema,
  KillRequestSchema,
  type LimitScope,
  LimitsRequestSchema,
  type LimitsResponse,
  LimitsResponseSchema,
  OverrideRequestSchema,
  RevokeRequestSchema,
  Risk,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { wholeFlag } from '../app/settings.js';
import { type AskOptions, askSystem } from './ask.js';
import { cents, EXIT, grouped, minuteText, percent, print, say, table } from './output.js';

/** Flags of whoever decides. */
export interface DecideFlags extends AskOptions {
  readonly by: string;
  readonly reason: string;
}

/** `risk limits [scope...]` */
export async function riskLimits(scopes: readonly string[], options: AskOptions): Promise<void> {
  const request = create(LimitsRequestSchema, { scopes: [...scopes] });
  const told = await askSystem(Risk, options, (client) => client.call('limits', request));
  print(toJson(LimitsResponseSchema, told), options.json === true, () => limitsText(told));
}

function limitsText(told: LimitsResponse): string {
  const { scopes, killed, killedWhy, overrides, halts, unwatched } = told;
  const newestUs = scopes.reduce((latest, { asOfUs }) => Math.max(latest, asOfUs), 0);
  const rows = scopes.flatMap(({ scope, limits, asOfUs }) =>
    limits.map((limit) => [
      scope,
      limit.name,
      limit.severity,
      percent(limit.value),
      percent(limit.limit),
      percent(limit.utilisation, 0),
      limit.action,
      limit.breached ? 'broken' : '',
      asOfUs < newestUs ? minuteText(asOfUs) : '',
    ]),
  );
  const standings = scopes
    .filter(({ standing }) => standing !== 'alert')
    .map(({ scope, standing, why }) => `${scope}: ${standing}, for ${why}`);
  const asides = overrides.map(
    ({ id, scope, measure, severity, state, untilUs, requestedBy, reason, ...by }) =>
      `override ${id}: ${scope} ${severity} ${measure}, ${state} (until ${minuteText(untilUs)}), asked by ${requestedBy}${said('approved', by.approvedBy)}${said('revoked', by.revokedBy)}: ${reason}`,
  );
  return [
    ...(killed ? [`kill switch is on: ${killedWhy}`] : []),
    ...(unwatched > 0 ? [unwatchedText(unwatched)] : []),
    ...halts.map(({ symbol, state }) => `symbol ${symbol} is ${state}`),
    ...scopes.flatMap(lateText),
    ...standings,
    ...asides,
    table([
      ['scope', 'measure', 'level', 'value', 'limit', 'used', 'action', '', 'as of'],
      ...rows,
    ]),
  ].join('\n');
}

/** Says what nobody watches, so that silence is not taken for safety. */
function unwatchedText(count: number): string {
  return `${count} portfolios are not opened: nobody watches their limits, and their groups are not judged`;
}

/** Says what a group's sums lack, or hold as of an earlier point. */
function lateText({ scope, members, behind, unmarked }: LimitScope): string[] {
  if (unmarked > 0) {
    return [`${scope}: not judged, as ${unmarked} of ${members} members have told nothing yet`];
  }
  return behind > 0 ? [`${scope}: ${behind} of ${members} members as of an earlier point`] : [];
}

function said(what: string, by: string): string {
  return by === '' ? '' : `, ${what} by ${by}`;
}

/** `risk override request SCOPE MEASURE LEVEL`. Errors: `flag.invalid`. */
export async function overrideRequest(
  [scope, measure, severity]: readonly [string, string, string],
  options: DecideFlags & { readonly minutes: string },
): Promise<void> {
  const minutes = wholeFlag('--minutes', options.minutes, 1, 10_080);
  const { by, reason } = options;
  const request = create(OverrideRequestSchema, { scope, measure, severity, minutes, by, reason });
  const told = await askSystem(Risk, options, (client) => client.call('requestOverride', request));
  decided(told, options, `override ${told.id} waits for another person`);
}

/** `risk override approve ID`. Errors: `flag.invalid`. */
export async function overrideApprove(
  text: string,
  options: AskOptions & { readonly by: string },
): Promise<void> {
  const id = wholeFlag('<id>', text, 1, 2 ** 32 - 1);
  const request = create(ApproveRequestSchema, { id, by: options.by });
  const told = await askSystem(Risk, options, (client) => client.call('approveOverride', request));
  decided(told, options, `override ${id} is in force`);
}

/** `risk override revoke ID`. Errors: `flag.invalid`. */
export async function overrideRevoke(
  text: string,
  options: AskOptions & { readonly by: string },
): Promise<void> {
  const id = wholeFlag('<id>', text, 1, 2 ** 32 - 1);
  const request = create(RevokeRequestSchema, { id, by: options.by });
  const told = await askSystem(Risk, options, (client) => client.call('revokeOverride', request));
  decided(told, options, `override ${id} is revoked`);
}

/** `risk kill` */
export async function riskKill(options: DecideFlags & { readonly off?: boolean }): Promise<void> {
  const { by, reason } = options;
  const on = options.off !== true;
  const request = create(KillRequestSchema, { on, by, reason });
  const told = await askSystem(Risk, options, (client) => client.call('setKillSwitch', request));
  decided(told, options, `kill switch is ${on ? 'on: no trade passes' : 'off'}`);
}

function decided(told: ControlResponse, options: AskOptions, text: string): void {
  if (!told.accepted && options.json !== true) throw new Fault(told.code, told.text);
  print(toJson(ControlResponseSchema, told), options.json === true, () => text);
  if (!told.accepted) process.exitCode = EXIT.failed;
}

/** `risk flatten ID` */
export async function riskFlatten(portfolio: string, options: AskOptions): Promise<void> {
  const request = create(GetRiskRequestSchema, { portfolio });
  const told = await askSystem(Risk, options, (client) => client.call('proposeFlatten', request));
  say('sluice: a proposal; nothing was traded');
  print(toJson(FlattenProposalSchema, told), options.json === true, () =>
    table([
      ['side', 'quantity', 'symbol', 'last'],
      ...told.trades.map(({ side, quantity, symbol, last }) => [
        side,
        grouped(quantity),
        symbol,
        // A stock that the run does not have can be sold, at a price that nobody here knows.
        Number.isNaN(last) ? '-' : cents(last),
      ]),
    ]),
  );
}
