// Opening and closing times of New York sessions, in UTC, by the daylight-saving and holiday rules.

import { dateOf, daysOf } from './civil.js';
import { isEarlyClose } from './exchange.js';
import {
  CLOSE_MINUTE,
  EARLY_CLOSE_MINUTE,
  lastWeekday,
  nthWeekday,
  OPEN_MINUTE,
} from './holidays.js';

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

/**
 * Whether New York keeps daylight-saving time at noon of that date: from the second Sunday of
 * March to the first of November, before 2007 from the first Sunday of April to the last of
 * October. Valid from 1987. Source: US Energy Policy Act of 2005, section 110; Public Law 99-359.
 */
export function isDaylightSaving(date: number): boolean {
  const year = Math.floor(date / 10_000);
  const days = daysOf(date);
  if (year < 2007) return days >= nthWeekday(year, 4, 0, 1) && days < lastWeekday(year, 10, 0);
  return days >= nthWeekday(year, 3, 0, 2) && days < nthWeekday(year, 11, 0, 1);
}

/**
 * The hours of a date: 09:30 to 16:00 in New York, 13:00 where the calendar knows an early close.
 * The caller decides which dates trade; outside the years of the calendar every close is regular.
 */
export function sessionOf(date: number): Session {
  const midnightUs = daysOf(date) * DAY_US + (isDaylightSaving(date) ? 4 : 5) * HOUR_US;
  const closeMinute = isEarlyClose(date) ? EARLY_CLOSE_MINUTE : CLOSE_MINUTE;
  return {
    date,
    openUs: midnightUs + OPEN_MINUTE * MINUTE_US,
    closeUs: midnightUs + closeMinute * MINUTE_US,
  };
}

/**
 * New York's distance behind UTC at an instant, in microseconds: the clocks go forward at 02:00
 * standard time and back at 02:00 daylight-saving time. Valid from 1987. Source: as above.
 */
export function newYorkOffsetUs(timeUs: number): number {
  const standard = dateOf(Math.floor((timeUs - 5 * HOUR_US) / DAY_US));
  const today = isDaylightSaving(standard);
  const yesterday = isDaylightSaving(dateOf(daysOf(standard) - 1));
  if (today === yesterday) return (today ? 4 : 5) * HOUR_US;
  const changeUs = daysOf(standard) * DAY_US + (today ? 7 : 6) * HOUR_US;
  return (timeUs >= changeUs === today ? 4 : 5) * HOUR_US;
}

/** The instant at which a New York date, yyyymmdd, begins. Units: microseconds since 1970 UTC. */
export function newYorkMidnightUs(date: number): number {
  // The clocks change after midnight: a day begins with the offset that the one before ends with.
  const wasDaylight = isDaylightSaving(dateOf(daysOf(date) - 1));
  return daysOf(date) * DAY_US + (wasDaylight ? 4 : 5) * HOUR_US;
}

/** The New York date, yyyymmdd, of an event time. */
export function tradingDateOf(timeUs: number): number {
  return dateOf(Math.floor((timeUs - newYorkOffsetUs(timeUs)) / DAY_US));
}
