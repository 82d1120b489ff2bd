// Checks dates and session times against known days, over both changes of the clocks.

import fc from 'fast-check';
import t from 'tap';
import { dateOf, daysOf, isDate, weekday } from './civil.js';
import { isDaylightSaving, sessionOf, tradingDateOf } from './session.js';

t.test('a date and its day number are inverse over five centuries', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -60_000, max: 120_000 }), (d) => daysOf(dateOf(d)) === d),
  );
  t.equal(daysOf(19700101), 0);
  t.equal(daysOf(20210421), 18_738);
});

t.test('weekdays are right', async (t) => {
  t.equal(weekday(daysOf(20210421)), 3);
  t.equal(weekday(daysOf(20210104)), 1);
});

t.test('what is not a date is told apart', async (t) => {
  t.equal(isDate(20210229), false);
  t.equal(isDate(20200229), true);
  t.equal(isDate(20211301), false);
  t.equal(isDate(2021.5), false);
});

t.test('daylight saving begins on 14 March and ends on 7 November 2021', async (t) => {
  t.equal(isDaylightSaving(20210313), false);
  t.equal(isDaylightSaving(20210314), true);
  t.equal(isDaylightSaving(20211106), true);
  t.equal(isDaylightSaving(20211107), false);
});

t.test('sessions open at 14:30 UTC in winter and 13:30 UTC in summer', async (t) => {
  t.equal(sessionOf(20210104).openUs, Date.UTC(2021, 0, 4, 14, 30) * 1000);
  t.equal(sessionOf(20210421).openUs, Date.UTC(2021, 3, 21, 13, 30) * 1000);
  t.equal(sessionOf(20210421).closeUs, Date.UTC(2021, 3, 21, 20, 0) * 1000);
});

t.test('an event time falls on its New York date', async (t) => {
  t.equal(tradingDateOf(sessionOf(20210104).openUs), 20210104);
  t.equal(tradingDateOf(Date.UTC(2021, 0, 5, 3, 0) * 1000), 20210104);
});
