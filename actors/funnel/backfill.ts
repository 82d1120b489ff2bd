// Which symbols have had their history loaded, under a budget of so many a session.

import type { BackfillConfig } from './config.js';

/** The plan so far. */
export interface Backfill {
  /** 1 where a row's history is loaded. */
  readonly loaded: Uint8Array;
  loadedCount: number;
  /** Last session planned, so that replaying one spends nothing twice. */
  lastDate: number;
}

/** A plan that has loaded nothing. */
export function emptyBackfill(rowCount: number): Backfill {
  return { loaded: new Uint8Array(rowCount), loadedCount: 0, lastDate: 0 };
}

/**
 * Loads up to `budget` more rows out of those wanted, the most liquid first, ties by row.
 * `liquidity` is dollars traded a session. Returns how many were loaded.
 */
export function loadMore(
  plan: Backfill,
  wanted: (row: number) => boolean,
  liquidity: Float64Array,
  budget: number,
): number {
  const rows: number[] = [];
  for (let row = 0; row < plan.loaded.length; row++) {
    const dollars = liquidity[row]!;
    if (plan.loaded[row] === 0 && dollars === dollars && wanted(row)) rows.push(row);
  }
  rows.sort((a, b) => liquidity[b]! - liquidity[a]! || a - b);
  const chosen = rows.slice(0, budget);
  for (const row of chosen) plan.loaded[row] = 1;
  plan.loadedCount += chosen.length;
  return chosen.length;
}

/** Plans the session after `date`, once however often it is asked. */
export function planSession(
  plan: Backfill,
  config: BackfillConfig,
  date: number,
  hygienic: (row: number) => boolean,
  liquidity: Float64Array,
): number {
  if (date <= plan.lastDate) return 0;
  const sessions = plan.lastDate === 0 ? config.sessionsDone : 1;
  plan.lastDate = date;
  return loadMore(plan, hygienic, liquidity, sessions * config.perSession);
}
