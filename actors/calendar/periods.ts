// Sessions that end a week, a month or a quarter: when calendars of rebalancing fall due.

import { daysOf } from './civil.js';
import { isSession, nextSession } from './exchange.js';

/** Spans of time that have a last session. */
export const PERIODS = ['weekly', 'monthly', 'quarterly'] as const;

/** One of them. */
export type Period = (typeof PERIODS)[number];

/** Days from 1969-12-29, a Monday, to 1970-01-01. */
const FROM_MONDAY = 3;

/** Which week, month or quarter a date lies in, as a number that rises with time. */
function periodOf(date: number, period: Period): number {
  if (period === 'weekly') return Math.floor((daysOf(date) + FROM_MONDAY) / 7);
  const month = Math.floor(date / 10_000) * 12 + (Math.floor(date / 100) % 100) - 1;
  return period === 'monthly' ? month : Math.floor(month / 3);
}

/** Whether a date, yyyymmdd, is the last session of its week, month or quarter. */
export function endsPeriod(date: number, period: Period): boolean {
  const next = isSession(date) ? nextSession(date) : undefined;
  return next !== undefined && periodOf(next, period) !== periodOf(date, period);
}

/** The first session after a date, yyyymmdd, that ends a period; undefined beyond the calendar. */
export function nextPeriodEnd(date: number, period: Period): number | undefined {
  let session = nextSession(date);
  while (session !== undefined && !endsPeriod(session, period)) session = nextSession(session);
  return session;
}
