// Which portfolios make which group, and how many numbers of each are shared.

import type { LimitConfig } from '../limits/index.js';

/** What a group is. */
export type GroupLevel = 'strategy' | 'desk' | 'firm';

/** Portfolios that are judged as one. */
export interface GroupConfig {
  readonly id: string;
  readonly level: GroupLevel;
  /** Their places among all portfolios, ascending. */
  readonly members: readonly number[];
  readonly limits: readonly LimitConfig[];
}

/** All portfolios, in one order, and their groups. */
export interface BoardConfig {
  readonly portfolios: readonly string[];
  /** Limits of each portfolio. */
  readonly limits: readonly LimitConfig[];
  readonly groups: readonly GroupConfig[];
}

/** Most limits of one scope: their breaches are bits of a number. */
export const LIMITS_MAX = 32;

/** Names of all whose limits are judged: portfolios, then groups. */
export function scopesOf({ portfolios, groups }: BoardConfig): string[] {
  return [...portfolios.map((id) => `portfolio/${id}`), ...groups.map(({ id }) => `group/${id}`)];
}
