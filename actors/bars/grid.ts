// The grid of time bars: which interval of New York time an instant falls into.

import {
  CALENDAR_FIRST_DATE,
  CALENDAR_LAST_DATE,
  dateOf,
  daysOf,
  isSession,
  newYorkMidnightUs,
  sessionOf,
  tradingDateOf,
  weekday,
} from '../calendar/index.js';

/** Length of a time bar; days, weeks and months come singly. */
export interface Every {
  readonly unit: 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month';
  readonly count: number;
}

/** The regular session alone, or every hour of the day. */
export type Hours = 'regular' | 'all';

/** From its start, included, to its end, not included. Units: microseconds since 1970 UTC. */
export interface Interval {
  startUs: number;
  endUs: number;
}

/** Finds the interval of an instant; undefined outside the hours. */
export type Grid = (timeUs: number) => Readonly<Interval> | undefined;

const UNIT_US = { second: 1_000_000, minute: 60_000_000, hour: 3_600_000_000 } as const;
const DAY_US = 24 * UNIT_US.hour;

/** Whether such bars exist: intervals within a day, or one day, week or month. */
export function isEvery({ unit, count }: Every): boolean {
  if (!Number.isInteger(count) || count < 1) return false;
  if (unit === 'second' || unit === 'minute' || unit === 'hour') {
    return count * UNIT_US[unit] < DAY_US;
  }
  return count === 1;
}

const UNITS: Readonly<Record<string, Every['unit']>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
};

/** Texts that `everyOf` reads, for people. */
export const EVERY_EXPECTED = 'such as 1s, 5m, 1h (below a day), 1d, 1w or 1mo';

/** The length that a text such as `5m` names; undefined where it names none. */
export function everyOf(text: string): Every | undefined {
  const [, count, letters] = /^(\d+)(mo|[smhdw])$/.exec(text) ?? [];
  const unit = UNITS[letters ?? ''];
  if (unit === undefined) return undefined;
  const every: Every = { unit, count: Number(count) };
  return isEvery(every) ? every : undefined;
}

/**
 * The grid of a length. Within a day intervals are counted from the open, or from midnight where
 * all hours count, and the last one of a session ends with it. Days, weeks (from Monday) and months
 * reach from their first open to their last close, or from midnight to midnight.
 */
export function createGrid(every: Every, hours: Hours): Grid {
  const { unit, count } = every;
  const day = createDays(hours);
  if (unit === 'second' || unit === 'minute' || unit === 'hour') {
    const lengthUs = count * UNIT_US[unit];
    const interval: Interval = { startUs: 0, endUs: 0 };
    return (timeUs) => {
      const within = day(timeUs);
      if (within === undefined) return undefined;
      const { startUs, endUs } = within;
      interval.startUs = startUs + Math.floor((timeUs - startUs) / lengthUs) * lengthUs;
      interval.endUs = Math.min(interval.startUs + lengthUs, endUs);
      return interval;
    };
  }
  if (unit === 'day') return day;
  const spanOf = unit === 'week' ? weekOf : monthOf;
  let span: Interval = { startUs: 0, endUs: 0 };
  return (timeUs) => {
    if (day(timeUs) === undefined) return undefined;
    if (timeUs < span.startUs || timeUs >= span.endUs) {
      span = reach(spanOf(tradingDateOf(timeUs)), hours);
    }
    return span;
  };
}

/** The day, or its session, around an instant; the last one found is remembered. */
function createDays(hours: Hours): Grid {
  let known: Interval = { startUs: 0, endUs: 0 };
  return (timeUs) => {
    if (timeUs >= known.startUs && timeUs < known.endUs) return known;
    const date = tradingDateOf(timeUs);
    if (hours === 'regular' && !trades(date)) return undefined;
    const within = reach([date, date], hours);
    if (timeUs < within.startUs || timeUs >= within.endUs) return undefined;
    known = within;
    return known;
  };
}

/** Whether a date has a session; outside the calendar's years every weekday is taken for one. */
function trades(date: number): boolean {
  if (date >= CALENDAR_FIRST_DATE && date <= CALENDAR_LAST_DATE) return isSession(date);
  const on = weekday(daysOf(date));
  return on !== 0 && on !== 6;
}

/** First and last date of the week, Monday to Sunday, of a date. */
function weekOf(date: number): readonly [number, number] {
  const monday = daysOf(date) - ((weekday(daysOf(date)) + 6) % 7);
  return [dateOf(monday), dateOf(monday + 6)];
}

/** First and last date of the month of a date. */
function monthOf(date: number): readonly [number, number] {
  const first = Math.floor(date / 100) * 100 + 1;
  const next = (Math.floor(date / 100) % 100 === 12 ? first + 8_800 : first) + 100;
  return [first, dateOf(daysOf(next) - 1)];
}

/** From the first open to the last close between two dates, or from midnight to midnight. */
function reach([first, last]: readonly [number, number], hours: Hours): Interval {
  if (hours === 'all') {
    return {
      startUs: newYorkMidnightUs(first),
      endUs: newYorkMidnightUs(dateOf(daysOf(last) + 1)),
    };
  }
  let [from, to] = [daysOf(first), daysOf(last)];
  while (from < to && !trades(dateOf(from))) from++;
  while (to > from && !trades(dateOf(to))) to--;
  return { startUs: sessionOf(dateOf(from)).openUs, endUs: sessionOf(dateOf(to)).closeUs };
}
