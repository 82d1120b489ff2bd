// Which portfolios make which group, and how many numbers of each are shared.

import type { LimitConfig } from '../limits/index.js';

/** What a group is. */
export type GroupLevel = 'strategy' | 'desk' | 'firm' | 'sector';

/** Portfolios that are judged as one. */
export interface GroupConfig {
  readonly id: string;
  readonly level: GroupLevel;
  /** Their places among all portfolios, ascending. */
  readonly members: readonly number[];
  /** What of their holdings is judged: the names of this sector; all where it is left out. */
  readonly sector?: string;
  readonly limits: readonly LimitConfig[];
}

/** All portfolios, in one order, and their groups. */
export interface BoardConfig {
  readonly portfolios: readonly string[];
  /** Limits of each portfolio that has none of its own. */
  readonly limits: readonly LimitConfig[];
  /** All limits of those that have some, by id; nobody has where it is left out. */
  readonly ownLimits?: ReadonlyMap<string, readonly LimitConfig[]>;
  readonly groups: readonly GroupConfig[];
  /** Sector of each row; nobody's groups are sectors where it is left out. */
  readonly sectors?: readonly string[];
}

/** Most limits of one scope: their breaches are bits of a number. */
export const LIMITS_MAX = 32;

/** Names of all whose limits are judged: portfolios, then groups. */
export function scopesOf({ portfolios, groups }: BoardConfig): string[] {
  return [...portfolios.map((id) => `portfolio/${id}`), ...groups.map(({ id }) => `group/${id}`)];
}

/** All limits of a portfolio. */
export function limitsOfPortfolio(
  { limits, ownLimits }: Pick<BoardConfig, 'limits' | 'ownLimits'>,
  id: string,
): readonly LimitConfig[] {
  return ownLimits?.get(id) ?? limits;
}

/** All limits of `portfolio/ID` or `group/ID`; none of what is neither. */
export function limitsOfScope(config: BoardConfig, scope: string): readonly LimitConfig[] {
  const [kind, id = ''] = scope.split('/', 2);
  if (kind === 'portfolio') return limitsOfPortfolio(config, id);
  if (kind !== 'group') return [];
  return config.groups.find((group) => group.id === id)?.limits ?? [];
}
