// What a portfolio may still trade: the strongest action of the limits that are broken.

import { LIMIT_ACTIONS, type LimitAction, type LimitConfig } from './limits.js';

/** What trades are let pass, and which limit says so. */
export interface Standing {
  /** `alert` lets all pass. */
  readonly action: LimitAction;
  /** Empty where all pass. */
  readonly why: string;
}

/** The standing of whom nothing keeps from trading. */
export const FREE: Standing = { action: 'alert', why: '' };

/** The stronger of two standings, the first of equals. */
export function stronger(one: Standing, other: Standing): Standing {
  return LIMIT_ACTIONS.indexOf(other.action) > LIMIT_ACTIONS.indexOf(one.action) ? other : one;
}

/** Whose limits are judged, and which of them are set aside for now. */
export interface LimitScope {
  /** `portfolio/x` or the address of a group. */
  readonly scope: string;
  readonly limits: readonly LimitConfig[];
  isBroken(index: number): boolean;
  isOverridden(index: number): boolean;
}

/** The strongest action of the limits of a scope that are broken and not overridden. */
export function standingOf({ scope, limits, isBroken, isOverridden }: LimitScope): Standing {
  let worst = FREE;
  for (let index = 0; index < limits.length; index++) {
    const { action = 'alert', measure, severity, limit } = limits[index]!;
    if (action === 'alert' || !isBroken(index) || isOverridden(index)) continue;
    const why = `${severity} limit ${limit} on ${measure} of ${scope} is broken`;
    worst = stronger(worst, { action, why });
  }
  return worst;
}
