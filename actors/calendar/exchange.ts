// The sessions of the New York Stock Exchange from 1998 to 2040, to look up, count and step over.

import { dateOf, daysOf, weekday } from './civil.js';
import { earlyClosesOf, holidaysOf } from './holidays.js';

/**
 * First and last date the calendar answers for, yyyymmdd: the rules hold from 1998 on, and for the
 * years to come as far as nobody changes them.
 */
export const CALENDAR_FIRST_DATE = 19980101;

/** As `CALENDAR_FIRST_DATE`. */
export const CALENDAR_LAST_DATE = 20401231;

/** The neighbours of the first and last session lie in the years around. */
const FIRST_YEAR = 1997;
const LAST_YEAR = 2041;

/** Every session as days since 1970, in order. */
const SESSION_DAYS = listSessions();

const EARLY_CLOSES: ReadonlySet<number> = new Set(
  years().flatMap((year) => earlyClosesOf(year).map(({ date }) => date)),
);

function years(): number[] {
  return Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, index) => FIRST_YEAR + index);
}

function listSessions(): Int32Array {
  const closed = new Set(
    years().flatMap((year) => holidaysOf(year).map(({ date }) => daysOf(date))),
  );
  const days: number[] = [];
  const end = daysOf(LAST_YEAR * 10_000 + 1231);
  for (let day = daysOf(FIRST_YEAR * 10_000 + 101); day <= end; day++) {
    const isWeekday = weekday(day) !== 0 && weekday(day) !== 6;
    if (isWeekday && !closed.has(day)) days.push(day);
  }
  return Int32Array.from(days);
}

/** How many sessions come before a day. */
function rankOf(day: number): number {
  let low = 0;
  let high = SESSION_DAYS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (SESSION_DAYS[middle]! < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether the calendar answers for a date, yyyymmdd. */
export function isCovered(date: number): boolean {
  return date >= CALENDAR_FIRST_DATE && date <= CALENDAR_LAST_DATE;
}

/** Whether the exchange trades on a date, yyyymmdd; false outside the years covered. */
export function isSession(date: number): boolean {
  if (!isCovered(date)) return false;
  const day = daysOf(date);
  return SESSION_DAYS[rankOf(day)] === day;
}

/** Whether the session of a date, yyyymmdd, ends at 13:00; false where nothing is known of it. */
export function isEarlyClose(date: number): boolean {
  return EARLY_CLOSES.has(date);
}

/** Why there is no session on a date: `Saturday`, `Sunday` or a holiday; undefined if there is. */
export function whyClosed(date: number): string | undefined {
  const on = weekday(daysOf(date));
  if (on === 6) return 'Saturday';
  if (on === 0) return 'Sunday';
  return holidaysOf(Math.floor(date / 10_000)).find((day) => day.date === date)?.name;
}

/** The first session after a date, both yyyymmdd; undefined outside the years covered. */
export function nextSession(date: number): number | undefined {
  return addSessions(date, 1);
}

/** The last session before a date, both yyyymmdd; undefined outside the years covered. */
export function previousSession(date: number): number | undefined {
  return addSessions(date, -1);
}

/**
 * The session so many sessions after a date (before it, when negative), yyyymmdd. 0 is the date
 * itself. Undefined where that is no session or leaves the years covered.
 */
export function addSessions(date: number, count: number): number | undefined {
  if (!isCovered(date) || !Number.isInteger(count)) return undefined;
  const day = daysOf(date);
  const rank = rankOf(day);
  const isOpen = SESSION_DAYS[rank] === day;
  if (count === 0) return isOpen ? date : undefined;
  // From a day without a session the first step forward already lands on the one at its rank.
  const target = SESSION_DAYS[rank + count - (count > 0 && !isOpen ? 1 : 0)];
  return target === undefined ? undefined : dateOf(target);
}

/** How many sessions lie between two dates, yyyymmdd, both included, in the years covered. */
export function countSessions(from: number, to: number): number {
  const first = Math.max(from, CALENDAR_FIRST_DATE);
  const last = Math.min(to, CALENDAR_LAST_DATE);
  return first > last ? 0 : rankOf(daysOf(last) + 1) - rankOf(daysOf(first));
}

/** The sessions between two dates, both included, in order; all yyyymmdd. */
export function sessionsBetween(from: number, to: number): readonly number[] {
  const first = rankOf(daysOf(Math.max(from, CALENDAR_FIRST_DATE)));
  const count = countSessions(from, to);
  return Array.from(SESSION_DAYS.subarray(first, first + count), dateOf);
}
