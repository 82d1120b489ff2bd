// What alert rules look at: names in the one order that all threads keep them in, and how far back.

import type { AlertSpan, WatchedNames } from '../../actors/alerts/index.js';
import type { BoardConfig } from '../../actors/groups/index.js';
import { POINTS_KEPT, POINTS_PER_SESSION } from '../../actors/market/index.js';

/** Portfolios, groups and symbols of a market. */
export function watchedNames(
  { portfolios, groups }: BoardConfig,
  symbols: readonly string[],
): WatchedNames {
  return { portfolio: portfolios, group: groups.map(({ id }) => id), symbol: symbols };
}

/** How far back alerts remember. */
export const ALERT_SPAN: AlertSpan = {
  pointsKept: POINTS_KEPT,
  pointsPerSession: POINTS_PER_SESSION,
};
