// Ends of weeks, months and quarters by the exchange's calendar, holidays among them.

import t from 'tap';
import { endsPeriod, nextPeriodEnd, PERIODS, sessionsBetween } from './index.js';

t.test('a period ends on its last session, whatever day that is', async (t) => {
  // 2 April 2021 was Good Friday, 31 May 2021 Memorial Day, 31 January 2021 a Sunday.
  t.ok(endsPeriod(20210401, 'weekly'));
  t.notOk(endsPeriod(20210402, 'weekly'), 'no session');
  t.ok(endsPeriod(20210528, 'monthly'));
  t.ok(endsPeriod(20210129, 'monthly'));
  t.notOk(endsPeriod(20210129, 'quarterly'));
  t.ok(endsPeriod(20210331, 'quarterly'));
  t.equal(nextPeriodEnd(20210331, 'quarterly'), 20210630);
  t.equal(nextPeriodEnd(20210402, 'weekly'), 20210409);
  t.equal(nextPeriodEnd(20211231, 'monthly'), 20220131);
});

t.test('a year has 52 weeks, 12 months and 4 quarters, each ended once', async (t) => {
  const sessions = sessionsBetween(20210101, 20211231);
  const counts = PERIODS.map((period) => sessions.filter((one) => endsPeriod(one, period)).length);
  t.same(counts, [52, 12, 4]);
});
