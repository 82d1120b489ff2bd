// Compares the calendar with a reference case; pure, the caller reads the files.

import { dateOf } from './civil.js';
import { addSessions, countSessions, isSession, nextSession, previousSession } from './exchange.js';
import { earlyClosesOf, holidaysOf } from './holidays.js';
import { sessionOf } from './session.js';

/** One case of `calendar.json`. */
export interface CalendarCase {
  readonly id: string;
  readonly function: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly input: { readonly exchange?: string };
  readonly expected: unknown;
}

/** What became of a case. */
export interface CalendarVerdict {
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly notes: readonly string[];
}

const DAY_US = 86_400_000_000;

/** What the calendar says, by the function of a case. */
const ANSWERS: Readonly<Record<string, (params: CalendarCase['params']) => unknown>> = {
  nyse_year(params) {
    const year = Number(params['year']);
    return {
      weekday_holidays: holidaysOf(year).map(({ date }) => dateText(date)),
      early_closes_1300: earlyClosesOf(year).map(({ date }) => dateText(date)),
      sessions: countSessions(year * 10_000 + 101, year * 10_000 + 1231),
    };
  },
  nyse_session(params) {
    const date = dateOfText(params['date']);
    const { openUs, closeUs } = sessionOf(date);
    const isOpen = isSession(date);
    return {
      session: isOpen,
      ...(isOpen ? { open_utc: timeText(openUs), close_utc: timeText(closeUs) } : {}),
      next_session: dateText(nextSession(date)),
      previous_session: dateText(previousSession(date)),
    };
  },
  nyse_sessions_count: (params) => ({
    count: countSessions(dateOfText(params['from']), dateOfText(params['to'])),
  }),
  nyse_add_sessions: (params) =>
    dateText(addSessions(dateOfText(params['date']), Number(params['n']))),
};

/** Asks the calendar what the case asks and compares every value it states. */
export function verifyCalendarCase(reference: CalendarCase): CalendarVerdict {
  const answer = Object.hasOwn(ANSWERS, reference.function)
    ? ANSWERS[reference.function]
    : undefined;
  const exchange = reference.input.exchange ?? 'XNYS';
  if (answer === undefined || exchange !== 'XNYS') {
    return { status: 'skipped', notes: [`no function ${reference.function} for ${exchange}`] };
  }
  const notes: string[] = [];
  compare('', answer(reference.params), reference.expected, notes);
  return { status: notes.length === 0 ? 'passed' : 'failed', notes };
}

function compare(at: string, got: unknown, expected: unknown, notes: string[]): void {
  if (typeof expected === 'object' && expected !== null && !Array.isArray(expected)) {
    for (const [key, value] of Object.entries(expected)) {
      const inner = typeof got === 'object' && got !== null ? Object.entries(got) : [];
      compare(key, inner.find(([name]) => name === key)?.[1], value, notes);
    }
    return;
  }
  const [left, right] = [JSON.stringify(got), JSON.stringify(expected)];
  if (left !== right) notes.push(`${at === '' ? 'value' : at}: expected ${right}, was ${left}`);
}

function dateOfText(text: string | number | undefined): number {
  return Number(String(text).replaceAll('-', ''));
}

function dateText(date: number | undefined): string | null {
  if (date === undefined) return null;
  return String(date).replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3');
}

function timeText(timeUs: number): string {
  const seconds = Math.floor((timeUs % DAY_US) / 1_000_000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const clock = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${dateText(dateOf(Math.floor(timeUs / DAY_US)))}T${clock}Z`;
}
