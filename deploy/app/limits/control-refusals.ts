// What decisions about limits are refused for.

import { type BoardConfig, limitsOfScope, scopesOf } from '../../../actors/groups/index.js';
import type { LimitConfig } from '../../../actors/limits/index.js';
import { type Refusal, refusal } from '../../../engine/index.js';
import type { OverriddenLimit, Override } from './overrides.js';

/** Longest override: a week of market time. Units: minutes. */
const MINUTES_MAX = 10_080;

/** Longest name of a person and longest reason. Units: characters. */
const BY_MAX = 100;
const REASON_MAX = 500;

/** Whether a limit is the one that is meant. */
export function isLimit(
  limit: LimitConfig,
  { measure, severity }: Omit<OverriddenLimit, 'scope'>,
): boolean {
  return limit.measure === measure && limit.severity === severity;
}

/** Refuses a limit that the configuration has not. */
export function refuseLimit(config: BoardConfig, wanted: OverriddenLimit): Refusal | undefined {
  const { scope, measure, severity } = wanted;
  if (!scopesOf(config).includes(scope)) {
    const text = `expected portfolio/ID or group/ID of the configuration, was "${scope.slice(0, 80)}"`;
    return refusal('limits.unknown_scope', text);
  }
  if (limitsOfScope(config, scope).some((limit) => isLimit(limit, wanted))) return undefined;
  const text = `expected a limit of ${scope}, was "${severity.slice(0, 16)} ${measure.slice(0, 32)}"`;
  return refusal('limits.unknown_limit', text);
}

/** Refuses a decision that nobody stands for, or without a reason. */
export function refuseName(by: string, reason: string): Refusal | undefined {
  if (
    by.length >= 1 &&
    by.length <= BY_MAX &&
    reason.trim() !== '' &&
    reason.length <= REASON_MAX
  ) {
    return undefined;
  }
  const text = `expected a name of 1 to ${BY_MAX} characters and a reason of 1 to ${REASON_MAX}, was "${by.slice(0, 32)}" and "${reason.slice(0, 32)}"`;
  return refusal('limits.bad_name', text);
}

/** Refuses minutes that an override can't last. */
export function refuseMinutes(minutes: number): Refusal | undefined {
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= MINUTES_MAX) return undefined;
  const text = `expected 1 to ${MINUTES_MAX} minutes of market time, was ${minutes}`;
  return refusal('limits.bad_minutes', text);
}

/** Refuses what can be done to an override no more. */
export function refuseStanding(
  { id, reason, revokedBy, untilUs }: Override,
  by: string,
  nowUs: number,
): Refusal | undefined {
  const bad = refuseName(by, reason);
  if (bad !== undefined) return bad;
  if (revokedBy !== '') {
    const text = `expected an override that stands, ${revokedBy} has revoked ${id}`;
    return refusal('limits.revoked', text);
  }
  if (untilUs > nowUs) return undefined;
  return refusal('limits.expired', `expected an override that has time left, ${id} has none`);
}

/** Refuses the approval of an override that stands. */
export function refuseApproval(
  { id, by: asker, approvedBy, askedUs }: Override,
  by: string,
  nowUs: number,
): Refusal | undefined {
  if (asker.toLowerCase() === by.toLowerCase()) {
    const text = `expected another person than ${asker}, who asked for it`;
    return refusal('limits.same_person', text);
  }
  if (approvedBy !== '') {
    const text = `expected an override that waits, ${id} was approved by ${approvedBy}`;
    return refusal('limits.already_approved', text);
  }
  // Asked for in an earlier replay: its minutes are those of a time that is yet to come.
  if (askedUs <= nowUs) return undefined;
  const text = `expected an override that was asked for by now, ${id} is of a later market time; ask for it again`;
  return refusal('limits.not_yet', text);
}
