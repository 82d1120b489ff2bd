// The sessions a run streams: of the sample, of a file of any other years, and where there are few.

import t from 'tap';
import { dateOf } from '../../actors/calendar/index.js';
import { daysOf } from './run-days.js';

/** So many days in a row up to one. */
function datesUntil(lastDay: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => dateOf(lastDay - count + 1 + index));
}

/** 2021-04-21 and 2018-12-31, in days since 1970. */
const SAMPLE_END = 18_738;
const YEARS_BEFORE = 17_896;

const UNSAID = { from: undefined, to: undefined, warmDays: undefined };

t.test('streams from the first session of 2021 on, where a file has it', async (t) => {
  const dates = datesUntil(SAMPLE_END, 1_000);
  const { firstDay, endDay, warmDays } = daysOf(UNSAID, dates);
  t.equal(dates[firstDay], 20_210_104);
  t.same([endDay, warmDays], [1_000, firstDay]);
  t.equal(daysOf({ ...UNSAID, warmDays: 30 }, dates).warmDays, 30);
});

t.test('streams the last sessions of a file of other years, half of a short one', async (t) => {
  t.equal(daysOf(UNSAID, datesUntil(YEARS_BEFORE, 1_000)).firstDay, 925);
  t.equal(daysOf(UNSAID, datesUntil(SAMPLE_END + 3_000, 1_000)).firstDay, 925);
  t.equal(daysOf(UNSAID, datesUntil(SAMPLE_END, 31)).firstDay, 16, 'which begins after 2021-01-04');
  t.same(daysOf(UNSAID, datesUntil(YEARS_BEFORE, 3)), { firstDay: 2, endDay: 3, warmDays: 2 });
});

t.test('refuses what leaves nothing to stream, or nothing to warm up on', async (t) => {
  const dates = datesUntil(SAMPLE_END, 1_000);
  const late = { ...UNSAID, from: 20_220_103 };
  t.throws(() => daysOf(late, dates), { code: 'data.no_sessions', message: /from 2022-01-03/ });
  const early = { ...UNSAID, from: dates[1]! };
  t.throws(() => daysOf(early, dates), { code: 'data.too_little_history', message: /was 1;/ });
  for (const count of [1, 2]) {
    const few = datesUntil(YEARS_BEFORE, count);
    t.throws(() => daysOf(UNSAID, few), { code: 'data.too_little_history' }, `${count} sessions`);
  }
});
