// Whether a gain is short or long term.

import { dateOf, daysOf } from '../calendar/index.js';
import type { LotMatch } from './lot.js';

/** What tax tells apart. */
export type Term = 'short' | 'long';

/**
 * First day on which shares held from a day count as long term, both in days since 1970: the
 * period starts the day after, and must be longer than a year.
 * Source: 26 USC 1222; Rev. Rul. 66-7 (months are counted by the calendar, from the day after).
 */
export function longTermFromDay(heldFromDay: number): number {
  const start = dateOf(heldFromDay + 1);
  // 29 February has no twin a year later: the rule for dates gives the first of March.
  return daysOf(start + 10_000);
}

/**
 * Term of what a closing took from a lot. Covering a short sale with shares bought for it is
 * short term however long it was open. Source: 26 USC 1222 and 1233(a); 26 CFR 1.1233-1(a)(3).
 */
export function termOf(match: LotMatch, closedDay: number): Term {
  if (match.quantity < 0n) return 'short';
  return closedDay >= longTermFromDay(match.heldFromDay) ? 'long' : 'short';
}
