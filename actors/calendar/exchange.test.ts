// The exchange's sessions against the reference, known days, and a second way of counting them.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { ReferenceCase } from '../reference/index.js';
import { dateOf, daysOf, weekday } from './civil.js';
import {
  addSessions,
  CALENDAR_FIRST_DATE,
  CALENDAR_LAST_DATE,
  countSessions,
  isEarlyClose,
  isSession,
  nextSession,
  previousSession,
  sessionsBetween,
  whyClosed,
} from './exchange.js';
import { earlyClosesOf, easterOf, holidaysOf } from './holidays.js';
import {
  isDaylightSaving,
  newYorkMidnightUs,
  newYorkOffsetUs,
  sessionOf,
  tradingDateOf,
} from './session.js';
import { verifyCalendarCase } from './verify.js';

const FIXTURES = new URL('../../../actors/calendar/fixtures/', import.meta.url);

t.test('agrees with exchange_calendars on every reference case', async (t) => {
  const { cases } = JSON.parse(readFileSync(new URL('calendar.json', FIXTURES), 'utf8')) as {
    cases: ReferenceCase[];
  };
  t.equal(cases.length, 38);
  for (const reference of cases) {
    const { status, notes } = verifyCalendarCase(reference);
    t.equal(status, 'passed', `${reference.id}: ${notes.join('; ')}`);
  }
});

t.test('a wrong reference fails, an unknown function or exchange is skipped', async (t) => {
  const reference: ReferenceCase = {
    id: 'x',
    function: 'nyse_sessions_count',
    params: { from: '2021-01-04', to: '2021-01-08' },
    input: { exchange: 'XNYS' },
    tolerance: {},
    expected: { count: 4 },
  };
  t.same(verifyCalendarCase(reference).notes, ['count: expected 4, was 5']);
  t.equal(verifyCalendarCase({ ...reference, function: 'other' }).status, 'skipped');
  t.equal(verifyCalendarCase({ ...reference, input: { exchange: 'XLON' } }).status, 'skipped');
  const nasdaq = { ...reference, input: { exchange: 'XNAS' }, expected: { count: 5 } };
  t.equal(verifyCalendarCase(nasdaq).status, 'passed', "it keeps New York's sessions");
  const params = { ...reference.params, halfDays: true };
  t.equal(verifyCalendarCase({ ...reference, params }).status, 'skipped');
  for (const date of ['2018-02-30', 'today', '1997-12-31', '2041-01-02']) {
    const session = { ...reference, function: 'nyse_session', params: { date } };
    t.throws(() => verifyCalendarCase(session), /expected (a )?date/, date);
  }
});

t.test('Easter falls on its known Sundays', async (t) => {
  const easters = [20000423, 20080323, 20110424, 20190421, 20240331, 20300421];
  for (const date of easters) t.equal(dateOf(easterOf(Math.floor(date / 10_000))), date);
});

t.test('holidays move off a weekend, but not into a year that ends', async (t) => {
  t.equal(whyClosed(20100101), "New Year's Day");
  t.ok(isSession(20101231), 'New Year on Saturday is not kept on the Friday');
  t.equal(whyClosed(20120102), "New Year's Day");
  t.equal(whyClosed(20270618), 'Juneteenth', 'Saturday moves to Friday');
  t.equal(whyClosed(20270705), 'Independence Day', 'Sunday moves to Monday');
  t.equal(whyClosed(20211224), 'Christmas Day');
  t.ok(isSession(20210618), 'Juneteenth was not yet kept in 2021');
});

t.test('special closings are known by reason', async (t) => {
  t.equal(whyClosed(20010914), 'Attacks of 11 September');
  t.equal(nextSession(20010910), 20010917);
  t.equal(whyClosed(20040611), 'Mourning for President Reagan');
  t.equal(whyClosed(20070102), 'Mourning for President Ford');
  t.equal(previousSession(20121031), 20121026);
  t.equal(whyClosed(20250109), 'Mourning for President Carter');
  t.equal(whyClosed(20210102), 'Saturday');
  t.equal(whyClosed(20210103), 'Sunday');
  t.equal(whyClosed(20210104), undefined);
});

t.test('early closes follow the rule of their year', async (t) => {
  const dates = (year: number): number[] => earlyClosesOf(year).map(({ date }) => date);
  t.same(dates(2002), [20020705, 20021129, 20021224], 'the Friday after a Thursday holiday');
  t.same(dates(2003), [20030703, 20031128, 20031224, 20031226]);
  t.same(dates(2013), [20130703, 20131129, 20131224], 'since 2013 the Wednesday before it');
  t.same(dates(2021), [20211126], 'neither where the eve is the holiday itself');
  const short = sessionOf(20021224);
  t.equal(short.closeUs, Date.UTC(2002, 11, 24, 18) * 1000);
  t.equal(sessionOf(20021223).closeUs, Date.UTC(2002, 11, 23, 21) * 1000);
});

t.test('every early close is a session, every holiday a weekday without one', async (t) => {
  for (let year = 1998; year <= 2040; year++) {
    for (const { date } of earlyClosesOf(year)) t.ok(isSession(date) && isEarlyClose(date));
    for (const { date, name } of holidaysOf(year)) {
      t.notOk(isSession(date));
      t.equal(whyClosed(date), name);
      t.ok(weekday(daysOf(date)) >= 1 && weekday(daysOf(date)) <= 5);
    }
    const count = countSessions(year * 10_000 + 101, year * 10_000 + 1231);
    t.ok(count >= 248 && count <= 253, `${year}: ${count} sessions`);
  }
});

t.test(
  'the clocks change as the time-zone database says, on every day of the calendar',
  async (t) => {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: 'America/New_York',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    const last = daysOf(CALENDAR_LAST_DATE);
    for (let day = daysOf(CALENDAR_FIRST_DATE); day <= last; day++) {
      const { openUs, date } = sessionOf(dateOf(day));
      if (format.format(new Date(openUs / 1000)) !== '09:30') t.fail(`${date} opens at ${openUs}`);
    }
    t.equal(isDaylightSaving(20060402), true);
    t.equal(isDaylightSaving(20061029), false);
  },
);

t.test('offsets and midnights are exact through both changes of the clocks', async (t) => {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: 'America/New_York',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  for (const day of [20060402, 20061029, 20210314, 20211107, 20300310, 20301103]) {
    const from = newYorkMidnightUs(day);
    t.match(format.format(new Date(from / 1000)), /, 00:00$/);
    for (let minutes = -120; minutes < 30 * 60; minutes += 15) {
      const timeUs = from + minutes * 60_000_000;
      const local = new Date((timeUs - newYorkOffsetUs(timeUs)) / 1000).toISOString();
      t.equal(format.format(new Date(timeUs / 1000)), local.slice(0, 16).replace('T', ', '));
      t.equal(tradingDateOf(timeUs), Number(local.slice(0, 10).replaceAll('-', '')));
    }
  }
});

t.test('steps, counts and lists of sessions agree with each other', async () => {
  const dates = fc
    .integer({ min: daysOf(CALENDAR_FIRST_DATE), max: daysOf(CALENDAR_LAST_DATE) })
    .map(dateOf);
  fc.assert(
    fc.property(dates, dates, (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const listed = sessionsBetween(from, to);
      const slow: number[] = [];
      for (let day = daysOf(from); day <= daysOf(to); day++) {
        if (isSession(dateOf(day))) slow.push(dateOf(day));
      }
      if (JSON.stringify(listed) !== JSON.stringify(slow)) return false;
      if (countSessions(from, to) !== listed.length) return false;
      return listed.length === 0 || addSessions(listed[0]!, listed.length - 1) === listed.at(-1);
    }),
    { numRuns: 30, seed: 20210104 },
  );
  fc.assert(
    fc.property(dates, fc.integer({ min: 1, max: 300 }), (date, count) => {
      const ahead = addSessions(date, count);
      if (ahead === undefined || ahead > CALENDAR_LAST_DATE) return true;
      const back = addSessions(ahead, -count);
      return isSession(date) ? back === date : back === previousSession(date);
    }),
    { numRuns: 300, seed: 20210104 },
  );
});

t.test('outside its years the calendar says that it does not know', async (t) => {
  t.equal(isSession(19971231), false);
  t.equal(nextSession(19971231), undefined);
  t.equal(previousSession(19980102), 19971231);
  t.equal(nextSession(20401231), 20410102);
  t.equal(addSessions(20210104, 0.5), undefined);
  t.equal(addSessions(20210102, 0), undefined);
  t.equal(countSessions(20410101, 20420101), 0);
});
