// Which later session a print from outside may open: one wrong date must not move the market there.

import {
  countSessions,
  EVENT_US_MAX,
  isSession,
  tradingDateOf,
} from '../../../actors/calendar/index.js';

/** Sessions that a print may be ahead of the open one, where both are of the past: a week. */
const SESSIONS_AHEAD_MAX = 5;

/** Clocks may differ, and New York's evening is tomorrow elsewhere. Units: microseconds. */
const CLOCKS_US = 86_400_000_000;

/**
 * The later session that a print of that time opens; undefined for none. It must be one of the
 * exchange, and no further ahead of the open one than a week or than the day on which it came.
 * Prints of earlier versions (`arrivalUs` absent) open whatever date they name, as they did then.
 */
export function sessionToOpen(
  timeUs: number,
  date: number,
  arrivalUs: number | undefined,
): number | undefined {
  if (!(timeUs < EVENT_US_MAX)) return undefined;
  const next = tradingDateOf(timeUs);
  if (next <= date) return undefined;
  if (arrivalUs === undefined) return next;
  if (!isSession(next)) return undefined;
  const isNear = countSessions(date, next) - (isSession(date) ? 1 : 0) <= SESSIONS_AHEAD_MAX;
  return isNear || timeUs <= arrivalUs + CLOCKS_US ? next : undefined;
}
