// How far returns may spread as time goes on: quantiles of windows of the past, by their length.

import { overlappingReturns, quantileOfSorted } from '../../actors/risk/index.js';

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

/** The steps of a fan, from one session to a month; none where there is too little past. */
export function returnFan(returns: Float64Array): FanStep[] {
  const steps: FanStep[] = [];
  for (let sessions = 1; sessions <= SESSIONS_MAX; sessions++) {
    const sorted = overlappingReturns(returns, sessions).sort();
    if (sorted.length < WINDOWS_MIN) break;
    steps.push({
      sessions,
      quantiles: FAN_CHANCES.map((chance) => quantileOfSorted(sorted, chance)),
      worst: sorted[0]!,
      windows: sorted.length,
    });
  }
  return steps;
}
