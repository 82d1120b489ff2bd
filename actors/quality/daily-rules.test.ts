// Daily bars: what is wrong in a row, between rows and against the calendar, each told once.

import t from 'tap';
import { sessionsBetween } from '../calendar/index.js';
import { type DailyFinding, type DailyRow, DailyRules, withMarketMoves } from './daily-rules.js';

const DATES = sessionsBetween(20160104, 20160331);

function row(date: number, changes: Partial<DailyRow> = {}): DailyRow {
  const prices = { open: 100, high: 101, low: 99, close: 100 };
  return { date, ...prices, volume: 1_000, split: 1, dividend: 0, ...changes };
}

/** A close of its own, with a range around it. */
function at(date: number, close: number, volume = 1_000): DailyRow {
  return row(date, { open: close, high: close + 1, low: close - 1, close, volume });
}

function check(rows: readonly DailyRow[]): string[] {
  const rules = new DailyRules(DATES[0]!, DATES.at(-1)!);
  const found: DailyFinding[] = [];
  for (const one of rows) rules.check(one, (finding) => found.push(finding));
  rules.finish((finding) => found.push(finding));
  return found.map(({ code, date, value }) => `${code} ${date} ${Number(value.toFixed(2))}`);
}

const sound = (): DailyRow[] => DATES.map((date) => row(date));

function withRow(index: number, changes: Partial<DailyRow>): DailyRow[] {
  return sound().map((one, place) => (place === index ? { ...one, ...changes } : one));
}

t.test('sound rows of every session have no finding', async (t) => {
  t.same(check(sound()), []);
});

t.test('a row is judged by itself', async (t) => {
  const date = DATES[9]!;
  t.same(check(withRow(9, { open: Number.NaN })), [`not_a_number ${date} 0`]);
  t.same(check(withRow(9, { low: 0 })), [`price_not_positive ${date} 0`]);
  t.same(check(withRow(9, { volume: -1 })), [`size_negative ${date} 0`]);
  t.same(check(withRow(9, { low: 100.5 })), [`range_broken ${date} 0`]);
  t.same(check(withRow(9, { high: 99.5 })), [`range_broken ${date} 0`]);
  t.same(check(withRow(9, { volume: 0 })), [`no_volume ${date} 0`]);
  t.same(check(withRow(9, { low: 100, high: 100 })), []);
});

t.test('rows are held against each other and against the calendar', async (t) => {
  const rows = sound();
  t.same(check([...rows.slice(0, 5), rows[4]!, ...rows.slice(5)]), [`duplicate ${DATES[4]} 0`]);
  const swapped = [...rows.slice(0, 5), rows[6]!, rows[5]!, ...rows.slice(7)];
  t.same(check(swapped), [`gap ${DATES[6]} 1`, `out_of_order ${DATES[5]} 0`]);
  t.same(check([...rows.slice(0, 5), ...rows.slice(8)]), [`gap ${DATES[8]} 3`]);
  t.same(check(rows.slice(3)), [`late_start ${DATES[3]} 3`]);
  t.same(check(rows.slice(0, -2)), [`early_end ${DATES.at(-3)} 2`]);
  const holiday = row(20160118);
  t.same(check([...rows.slice(0, 9), holiday, ...rows.slice(9)]), ['outside_session 20160118 0']);
});

t.test(
  'a row behind a later date is judged by itself too, and told when it comes again',
  async (t) => {
    const rows = sound();
    const [late, bad] = [rows[4]!, { ...rows[4]!, open: -5, close: Number.NaN }];
    const behind = [...rows.slice(0, 4), rows[5]!, bad, late, ...rows.slice(6)];
    t.same(check(behind), [
      `gap ${DATES[5]} 1`,
      `out_of_order ${DATES[4]} 0`,
      `not_a_number ${DATES[4]} 0`,
      `duplicate ${DATES[4]} 0`,
    ]);
  },
);

t.test('a move is a bad print if it comes back calmly, an action if it stays calmly', async (t) => {
  const moved = (indices: readonly number[], close: number, volume: number): DailyRow[] =>
    DATES.map((date, index) => (indices.includes(index) ? at(date, close, volume) : at(date, 100)));
  const after = DATES.map((_, index) => index).filter((index) => index >= 30);
  t.same(check(moved([30], 50, 1_000)), [`bad_print ${DATES[30]} -0.69`]);
  t.same(check(moved(after, 50, 1_000)), [`unadjusted_action ${DATES[30]} -0.69`]);
  t.same(check(moved(after, 50, 9_000)), [`large_move ${DATES[30]} -0.69`]);
  t.same(check(moved(after, 80, 9_000)), [], 'a fifth is no large move');
  const split = moved(after, 50, 1_000).map((one) =>
    one.date === DATES[30] ? { ...one, split: 2 } : one,
  );
  t.same(check(split), [], 'the file tells the split');
});

t.test('where many moved on one date it was the market', async (t) => {
  const finding = (code: DailyFinding['code'], date: number) => ({
    code,
    date,
    value: -1,
    row: undefined,
  });
  const many = Array.from({ length: 5 }, () => finding('unadjusted_action', 20200309));
  const mixed = withMarketMoves([
    ...many,
    finding('bad_print', 20200310),
    finding('gap', 20200309),
  ]);
  t.same(
    mixed.map(({ code }) => code),
    [...many.map(() => 'large_move'), 'bad_print', 'gap'],
  );
});
