// Compares the calendar with a reference case; pure, the caller reads the files.

import {
  differences,
  type ReferenceCase,
  type ReferenceVerdict,
  skipped,
  type Tolerance,
  textOf,
  unknownWord,
  verdictOf,
  wholeOf,
} from '../reference/index.js';
import { dateOf, isDate } from './civil.js';
import {
  addSessions,
  countSessions,
  isCovered,
  isSession,
  nextSession,
  previousSession,
} from './exchange.js';
import { earlyClosesOf, holidaysOf } from './holidays.js';
import { sessionOf } from './session.js';

const DAY_US = 86_400_000_000;

type Words = ReferenceCase['params'];

/** Exchanges that keep New York's sessions, by their codes and the names they go by. */
const EXCHANGES = ['XNYS', 'NYSE', 'XNAS', 'NASDAQ', 'XASE', 'ARCX', 'BATS', 'IEXG'];

/** What the calendar says, by the function of a case, and the parameters it says it by. */
const ANSWERS: Readonly<
  Record<string, { readonly needs: readonly string[]; readonly answer: (params: Words) => unknown }>
> = {
  nyse_year: {
    needs: ['year'],
    answer(params) {
      const year = wholeOf(params, 'year');
      checkCovered(year * 10_000 + 101);
      return {
        weekday_holidays: holidaysOf(year).map(({ date }) => dateText(date)),
        early_closes_1300: earlyClosesOf(year).map(({ date }) => dateText(date)),
        sessions: countSessions(year * 10_000 + 101, year * 10_000 + 1231),
      };
    },
  },
  nyse_session: {
    needs: ['date'],
    answer(params) {
      const date = dateIn(params, 'date');
      const { openUs, closeUs } = sessionOf(date);
      const isOpen = isSession(date);
      return {
        session: isOpen,
        ...(isOpen ? { open_utc: timeText(openUs), close_utc: timeText(closeUs) } : {}),
        next_session: dateText(nextSession(date)),
        previous_session: dateText(previousSession(date)),
      };
    },
  },
  nyse_sessions_count: {
    needs: ['from', 'to'],
    answer: (params) => ({
      count: countSessions(dateIn(params, 'from'), dateIn(params, 'to')),
    }),
  },
  nyse_add_sessions: {
    needs: ['date', 'n'],
    answer: (params) => dateText(addSessions(dateIn(params, 'date'), wholeOf(params, 'n'))),
  },
};

/** Asks the calendar what the case asks and compares every value it states. */
export function verifyCalendarCase(reference: ReferenceCase): ReferenceVerdict {
  const { function: name, params, input } = reference;
  const asked = Object.hasOwn(ANSWERS, name) ? ANSWERS[name] : undefined;
  const { exchange = 'XNYS' } = input;
  if (asked === undefined || !EXCHANGES.includes(String(exchange))) {
    return skipped(`no function ${name} for ${String(exchange)}`);
  }
  const word = unknownWord(params, asked.needs);
  if (word !== undefined) return skipped(`${name} has no parameter ${word}`);
  // The schema gives this file one tolerance a case.
  const tolerance = reference.tolerance as Tolerance;
  return verdictOf(differences(asked.answer(params), reference.expected, tolerance));
}

/** A date of the case, yyyymmdd. Errors: a text, for the verdict. */
function dateIn(params: Words, name: string): number {
  const text = textOf(params, name);
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? Number(text.replaceAll('-', '')) : Number.NaN;
  if (!isDate(date)) throw new TypeError(`expected ${name} to be a date, was ${text}`);
  checkCovered(date);
  return date;
}

function checkCovered(date: number): void {
  if (isCovered(date)) return;
  throw new TypeError(`expected a date in the years of the calendar, was ${date}`);
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
