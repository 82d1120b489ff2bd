// The names that alert rules look at, in the one order that all threads keep them in.

import type { WatchedNames } from '../../actors/alerts/index.js';
import type { BoardConfig } from '../../actors/groups/index.js';

/** Portfolios, groups and symbols of a market. */
export function watchedNames(
  { portfolios, groups }: BoardConfig,
  symbols: readonly string[],
): WatchedNames {
  return { portfolio: portfolios, group: groups.map(({ id }) => id), symbol: symbols };
}
