// Opening and closing times of the New York regular session, in UTC, by the daylight-saving rule.

import { dateOf, daysOf, weekday } from './civil.js';

const HOUR_US = 3_600_000_000;
const MINUTE_US = 60_000_000;
const DAY_US = 24 * HOUR_US;

/** One regular session. Units: microseconds since 1970-01-01 UTC. */
export interface Session {
  /** yyyymmdd in New York. */
  readonly date: number;
  readonly openUs: number;
  readonly closeUs: number;
}

/** The n-th Sunday of a month, as days since 1970. */
function nthSunday(year: number, month: number, nth: number): number {
  const first = daysOf(year * 10_000 + month * 100 + 1);
  return first + ((7 - weekday(first)) % 7) + (nth - 1) * 7;
}

/**
 * Whether New York keeps daylight-saving time at noon of that date.
 * Source: US Energy Policy Act of 2005, section 110: second Sunday of March to first Sunday of
 * November. Valid from 2007.
 */
export function isDaylightSaving(date: number): boolean {
  const year = Math.floor(date / 10_000);
  const days = daysOf(date);
  return days >= nthSunday(year, 3, 2) && days < nthSunday(year, 11, 1);
}

/**
 * The regular session of a trading date: 09:30 to 16:00 in New York. Early closes are not known
 * here; the caller decides which dates trade.
 */
export function sessionOf(date: number): Session {
  const midnightUs = daysOf(date) * DAY_US;
  const offsetUs = (isDaylightSaving(date) ? 4 : 5) * HOUR_US;
  return {
    date,
    openUs: midnightUs + 9 * HOUR_US + 30 * MINUTE_US + offsetUs,
    closeUs: midnightUs + 16 * HOUR_US + offsetUs,
  };
}

/** The New York date, yyyymmdd, of an event time. */
export function tradingDateOf(timeUs: number): number {
  const utcDate = dateOf(Math.floor(timeUs / DAY_US));
  const offsetUs = (isDaylightSaving(utcDate) ? 4 : 5) * HOUR_US;
  return dateOf(Math.floor((timeUs - offsetUs) / DAY_US));
}
