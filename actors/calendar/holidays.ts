// Days on which the New York Stock Exchange does not trade, or closes early: rules and exceptions.

import { dateOf, daysOf, weekday } from './civil.js';

/** A weekday without a session, or with a short one. */
export interface SpecialDay {
  /** yyyymmdd. */
  readonly date: number;
  readonly name: string;
}

/** A day that returns every year, in the years it is kept. */
interface YearlyRule {
  readonly name: string;
  /** First and last year it is kept; always, where absent. */
  readonly since?: number;
  readonly until?: number;
  /** Days since 1970 of the day it is kept on; undefined in a year without it. */
  dayOf(year: number): number | undefined;
}

const SUNDAY = 0;
const MONDAY = 1;
const TUESDAY = 2;
const WEDNESDAY = 3;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;

/** Regular hours in minutes after midnight of New York. Source: NYSE Rule 7.34. */
export const OPEN_MINUTE = 9 * 60 + 30;

/** As `OPEN_MINUTE`. */
export const CLOSE_MINUTE = 16 * 60;

/** Close of a short session since 1993. Source: NYSE holiday and early-close notices. */
export const EARLY_CLOSE_MINUTE = 13 * 60;

function dayIn(year: number, month: number, day: number): number {
  return daysOf(year * 10_000 + month * 100 + day);
}

/** The n-th such weekday of a month, as days since 1970. */
export function nthWeekday(year: number, month: number, day: number, nth: number): number {
  const first = dayIn(year, month, 1);
  return first + ((7 + day - weekday(first)) % 7) + (nth - 1) * 7;
}

/** The last such weekday of a month that is not December, as days since 1970. */
export function lastWeekday(year: number, month: number, day: number): number {
  const last = dayIn(year, month + 1, 1) - 1;
  return last - ((7 + weekday(last) - day) % 7);
}

/**
 * A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after.
 * Source: NYSE Rule 7.2 (before 2017 Rule 51).
 */
function observed(day: number): number {
  const on = weekday(day);
  return on === SATURDAY ? day - 1 : on === SUNDAY ? day + 1 : day;
}

/**
 * Easter Sunday of the Gregorian calendar, as days since 1970. Source: the anonymous computus in
 * Nature, 20 April 1876 (Meeus, Astronomical Algorithms, chapter 8).
 */
export function easterOf(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const toSunday =
    (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  const sum = epact + toSunday - 7 * late + 114;
  return dayIn(year, Math.floor(sum / 31), (sum % 31) + 1);
}

/** Days without a session, every year. Source: NYSE Rule 7.2 (before 2017 Rule 51). */
const HOLIDAYS: readonly YearlyRule[] = [
  {
    name: "New Year's Day",
    // On a Saturday it is not kept at all: the Friday before ends the accounting year. Rule 7.2.
    dayOf(year) {
      const day = dayIn(year, 1, 1);
      return weekday(day) === SATURDAY ? undefined : observed(day);
    },
  },
  {
    name: 'Martin Luther King, Jr. Day',
    since: 1998,
    dayOf: (year) => nthWeekday(year, 1, MONDAY, 3),
  },
  { name: "Washington's Birthday", dayOf: (year) => nthWeekday(year, 2, MONDAY, 3) },
  { name: 'Good Friday', dayOf: (year) => easterOf(year) - 2 },
  { name: 'Memorial Day', dayOf: (year) => lastWeekday(year, 5, MONDAY) },
  // Source: Juneteenth National Independence Day Act, 17 June 2021; NYSE from 2022.
  { name: 'Juneteenth', since: 2022, dayOf: (year) => observed(dayIn(year, 6, 19)) },
  { name: 'Independence Day', dayOf: (year) => observed(dayIn(year, 7, 4)) },
  { name: 'Labor Day', dayOf: (year) => nthWeekday(year, 9, MONDAY, 1) },
  { name: 'Thanksgiving Day', dayOf: (year) => nthWeekday(year, 11, THURSDAY, 4) },
  { name: 'Christmas Day', dayOf: (year) => observed(dayIn(year, 12, 25)) },
];

/** Days without a session that no rule gives. Source: NYSE, special closings since 1885. */
const CLOSINGS: readonly SpecialDay[] = [
  { date: 20010911, name: 'Attacks of 11 September' },
  { date: 20010912, name: 'Attacks of 11 September' },
  { date: 20010913, name: 'Attacks of 11 September' },
  { date: 20010914, name: 'Attacks of 11 September' },
  { date: 20040611, name: 'Mourning for President Reagan' },
  { date: 20070102, name: 'Mourning for President Ford' },
  { date: 20121029, name: 'Hurricane Sandy' },
  { date: 20121030, name: 'Hurricane Sandy' },
  { date: 20181205, name: 'Mourning for President George H. W. Bush' },
  { date: 20250109, name: 'Mourning for President Carter' },
];

/** A day of the year when it falls on one of some weekdays. */
function onlyOn(month: number, day: number, days: readonly number[]): YearlyRule['dayOf'] {
  return (year) => {
    const at = dayIn(year, month, day);
    return days.includes(weekday(at)) ? at : undefined;
  };
}

/** Short sessions, every year. Source: NYSE early-close notices; exchange_calendars XNYS. */
const EARLY_CLOSES: readonly YearlyRule[] = [
  { name: 'Day before Independence Day', dayOf: onlyOn(7, 3, [MONDAY, TUESDAY, THURSDAY]) },
  // A Thursday's holiday used to shorten the Friday after it, since 2013 the Wednesday before.
  { name: 'Day after Independence Day', until: 2012, dayOf: onlyOn(7, 5, [FRIDAY]) },
  { name: 'Day before Independence Day', since: 2013, dayOf: onlyOn(7, 3, [WEDNESDAY]) },
  { name: 'Day after Thanksgiving', dayOf: (year) => nthWeekday(year, 11, THURSDAY, 4) + 1 },
  // On a Friday it is the holiday itself, since Christmas Day is then a Saturday.
  {
    name: 'Christmas Eve',
    dayOf: onlyOn(12, 24, [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]),
  },
];

/** Short sessions that no rule gives. Source: as `EARLY_CLOSES`. */
const SHORT_SESSIONS: readonly SpecialDay[] = [
  { date: 19991231, name: "New Year's Eve 1999" },
  { date: 20031226, name: 'Day after Christmas 2003' },
];

function daysIn(
  year: number,
  rules: readonly YearlyRule[],
  exceptions: readonly SpecialDay[],
): SpecialDay[] {
  const days = exceptions.filter(({ date }) => Math.floor(date / 10_000) === year);
  for (const { name, since = year, until = year, dayOf } of rules) {
    const day = dayOf(year);
    if (year < since || year > until || day === undefined) continue;
    days.push({ date: dateOf(day), name });
  }
  return days.sort((a, b) => a.date - b.date);
}

/** Weekdays of a year without a session, in order. The rules hold from 1998 on. */
export function holidaysOf(year: number): readonly SpecialDay[] {
  return daysIn(year, HOLIDAYS, CLOSINGS);
}

/** Sessions of a year that end at 13:00 in New York, in order. The rules hold from 1998 on. */
export function earlyClosesOf(year: number): readonly SpecialDay[] {
  return daysIn(year, EARLY_CLOSES, SHORT_SESSIONS);
}
