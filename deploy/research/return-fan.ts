// How far returns may spread as time goes on: quantiles of windows of the past, by their length.

import { overlappingReturns, portfolioProfits, quantileOfSorted } from '../../actors/risk/index.js';
import type { HeldBook } from './held-columns.js';
import { optionDeltas, optionProfits } from './option-bend.js';
import { YEAR } from './risk-bets.js';

/** Chances that the bands of a fan lie between, ascending; the middle one is the median. */
const FAN_CHANCES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

/** Longest window: a month of sessions. */
const SESSIONS_MAX = 21;

/** Windows that a step needs for its outer quantiles to be more than the worst and the best. */
const WINDOWS_MIN = 100;

/** Windows of one length. Returns are compounded fractions. */
export interface FanStep {
  readonly sessions: number;
  /** One for each of `FAN_CHANCES`. */
  readonly quantiles: readonly number[];
  readonly worst: number;
  /** Windows there are; they overlap. */
  readonly windows: number;
}

/**
 * The steps of a fan, from one session to a month; none where there is too little past. Stocks are
 * set back to their weights at every close. Options are left alone: they are worth what they are
 * at the end of the window, its time gone, and if they ended within, what they then pay there.
 */
export function returnFan({ weights, recent, equity, options = [] }: HeldBook): FanStep[] {
  const deltas = optionDeltas(options, equity);
  const rows = [...weights.keys()];
  const stocks = rows.map((row) => weights.get(row)! - (deltas.get(row) ?? 0)); // Its own keys.
  const returns = portfolioProfits(recent.columns, stocks);
  const steps: FanStep[] = [];
  for (let sessions = 1; sessions <= SESSIONS_MAX; sessions++) {
    const windows = overlappingReturns(returns, sessions);
    if (windows.length < WINDOWS_MIN) break;
    const gains = optionProfits(options, equity, { yearsGone: sessions / YEAR });
    rows.forEach((row, at) => {
      const gainOf = gains.get(row);
      if (gainOf === undefined) return;
      overlappingReturns(recent.columns[at]!, sessions).forEach((move, window) => {
        windows[window] = windows[window]! + gainOf(move);
      });
    });
    const sorted = windows.sort();
    steps.push({
      sessions,
      quantiles: FAN_CHANCES.map((chance) => quantileOfSorted(sorted, chance)),
      worst: sorted[0]!,
      windows: sorted.length,
    });
  }
  return steps;
}
