// Bars of a few trades and quotes whose outcome is plain: corrections, grids, quotes, odd trades.

import t from 'tap';
import { newYorkMidnightUs, sessionOf } from '../calendar/index.js';
import { type Bar, type BarEvent, DRAFTS_KEPT, latestBars, type Trade } from './bar.js';
import { nextEndOf } from './due.js';
import { createGrid, isEvery } from './grid.js';
import { createQuoteBars } from './quote-bars.js';
import { type BarStyle, barsOf, createBarBuilder } from './style.js';

const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
const { openUs: OPEN_US, closeUs: CLOSE_US } = sessionOf(20210104);

const MINUTES = { kind: 'time', every: { unit: 'minute', count: 1 }, hours: 'regular' } as const;

function stream(style: BarStyle, list: readonly Trade[]): BarEvent[] {
  const builder = createBarBuilder(style);
  const events: BarEvent[] = [];
  const emit = (event: BarEvent): void => {
    events.push(event);
  };
  for (const one of list) builder.push(one, emit);
  builder.finish(emit);
  return events;
}

const trade = (seconds: number, price: number, size = 100, setsPrice = true): Trade => ({
  timeUs: OPEN_US + seconds * SECOND_US,
  price,
  size,
  setsPrice,
});

t.test(
  'a late trade makes a second version of a closed bar, or a bar where there was none',
  async (t) => {
    const list = [trade(1, 10), trade(61, 11), trade(182, 12), trade(30, 13), trade(125, 9)];
    const events = stream(MINUTES, list);
    t.same(
      events.map(({ kind, bar }) => [kind, (bar.startUs - OPEN_US) / MINUTE_US, bar.version]),
      [
        ['closed', 0, 1],
        ['closed', 1, 1],
        ['amended', 0, 2],
        ['closed', 2, 1],
        ['closed', 3, 1],
      ],
    );
    t.match(events[2]!.bar, { open: 10, high: 13, low: 10, close: 13, volume: 200 });
  },
);

t.test(
  'an advance closes a bar before its next trade, and late trades still find it',
  async (t) => {
    const builder = createBarBuilder(MINUTES);
    const events: BarEvent[] = [];
    const emit = (event: BarEvent): void => {
      events.push(event);
    };
    builder.push(trade(1, 10), emit);
    builder.advance(OPEN_US + MINUTE_US - 1, emit);
    t.equal(events.length, 0);
    builder.advance(OPEN_US + MINUTE_US, emit);
    t.equal(events.length, 1);
    builder.push(trade(59, 11), emit);
    t.match(events[1], { kind: 'amended', bar: { close: 11, version: 2 } });
    t.match(builder.counters, { taken: 2, late: 1, tooLate: 0 });
  },
);

t.test('what is older than every bar kept is counted, not folded in', async (t) => {
  const list = Array.from({ length: DRAFTS_KEPT + 3 }, (_, index) => trade(60 * index, 10));
  const builder = createBarBuilder(MINUTES);
  const events: BarEvent[] = [];
  for (const each of [...list, trade(1, 11)]) builder.push(each, (event) => events.push(event));
  t.equal(builder.counters.tooLate, 1);
  t.equal(builder.counters.taken, list.length);
  t.ok(events.every(({ kind }) => kind === 'closed'));
  const bricks = createBarBuilder({ kind: 'renko', size: 1 });
  for (const each of [trade(5, 10), trade(4, 20)]) bricks.push(each, () => t.fail('no brick'));
  t.equal(bricks.counters.tooLate, 1);
});

t.test('a late trade is folded into the event bar that was open at its time', async (t) => {
  const list = [trade(0, 10), trade(10, 10), trade(20, 11), trade(30, 11), trade(15, 14)];
  const events = stream({ kind: 'tick', size: 2 }, list);
  t.same(
    events.map(({ kind, bar }) => [kind, bar.id, bar.high, bar.trades, bar.version]),
    [
      ['closed', 0, 10, 2, 1],
      ['closed', 1, 11, 2, 1],
      ['amended', 1, 14, 3, 2],
    ],
  );
});

t.test('a trade that sets no price counts for volume alone', async (t) => {
  const [bar] = barsOf(MINUTES, [trade(0, 10), trade(1, 99, 5, false), trade(2, 11)]);
  t.match(bar, { open: 10, high: 11, low: 10, close: 11, volume: 205, trades: 3 });
  const [empty] = barsOf(MINUTES, [trade(1, 99, 5, false)]);
  t.ok(Number.isNaN(empty!.open) && empty!.volume === 5);
  t.equal(barsOf({ ...MINUTES, kind: 'heikin-ashi' }, [trade(1, 99, 5, false)]).length, 0);
});

t.test(
  'intervals are counted from the open, end with the session and skip closed days',
  async (t) => {
    const hour = createGrid({ unit: 'hour', count: 1 }, 'regular');
    t.same(hour(CLOSE_US - 1), { startUs: CLOSE_US - 30 * MINUTE_US, endUs: CLOSE_US });
    t.equal(hour(CLOSE_US), undefined);
    t.equal(hour(OPEN_US - 1), undefined);
    const short = sessionOf(20201127);
    t.same(hour(short.closeUs - 1)!.endUs, short.openUs + 3.5 * 60 * MINUTE_US, 'half day');
    const holiday = sessionOf(20210118);
    t.equal(hour(holiday.openUs), undefined);
    const week = createGrid({ unit: 'week', count: 1 }, 'regular');
    t.same(week(sessionOf(20210120).openUs), {
      startUs: sessionOf(20210119).openUs,
      endUs: sessionOf(20210122).closeUs,
    });
    const month = createGrid({ unit: 'month', count: 1 }, 'regular');
    t.same(month(sessionOf(20201215).openUs), {
      startUs: sessionOf(20201201).openUs,
      endUs: sessionOf(20201231).closeUs,
    });
  },
);

t.test('days of all hours have 23 or 25 where the clocks change', async (t) => {
  const day = createGrid({ unit: 'day', count: 1 }, 'all');
  const hours = (date: number): number => {
    const { startUs, endUs } = day(newYorkMidnightUs(date) + 12 * 60 * MINUTE_US)!;
    return (endUs - startUs) / (60 * MINUTE_US);
  };
  t.same([hours(20210313), hours(20210314), hours(20211107)], [24, 23, 25]);
  const hour = createGrid({ unit: 'hour', count: 6 }, 'all');
  const last = hour(newYorkMidnightUs(20211108) - 1)!;
  t.equal(last.endUs - last.startUs, 60 * MINUTE_US, 'the 25th hour stands alone');
  t.equal(isEvery({ unit: 'minute', count: 1440 }), false);
  t.equal(isEvery({ unit: 'day', count: 2 }), false);
  t.equal(isEvery({ unit: 'second', count: 1 }), true);
});

t.test(
  'bricks of the average true range wait for it, and change size with the session',
  async (t) => {
    const at = (date: number, price: number): Trade => ({
      timeUs: sessionOf(date).openUs,
      price,
      size: 1,
      setsPrice: true,
    });
    const list = [
      at(20210104, 100),
      at(20210105, 102),
      at(20210106, 105),
      at(20210107, 100),
      at(20210108, 109),
    ];
    const bars = barsOf({ kind: 'renko-atr', sessions: 1 }, list);
    // Ranges against the close before: 2 as of the 6th, 3 as of the 7th, 5 as of the 8th, when a
    // rise of 4 above the brick is not enough.
    t.same(
      bars.map(({ open, close }) => [open, close]),
      [[105, 102]],
    );
    const further = barsOf({ kind: 'renko-atr', sessions: 1 }, [...list, at(20210108, 110)]);
    t.match(further[1], { open: 105, close: 110, trades: 2 });
  },
);

t.test('a move of absurdly many bricks draws none and is counted', async (t) => {
  const builder = createBarBuilder({ kind: 'renko', size: 1e-6 });
  for (const each of [trade(0, 10), trade(1, 11)]) builder.push(each, () => t.fail('no brick'));
  t.equal(builder.counters.tooFar, 1);
});

t.test('quote bars open with the quote that stood, and keep both sides', async (t) => {
  const builder = createQuoteBars(createGrid({ unit: 'minute', count: 1 }, 'regular'));
  const bars: Bar[] = [];
  const emit = ({ bar }: BarEvent): void => {
    bars.push(bar);
  };
  const quote = (seconds: number, bid: number, ask: number): void =>
    builder.push({ timeUs: OPEN_US + seconds * SECOND_US, bid, ask, bidSize: 1, askSize: 2 }, emit);
  quote(0, 10, 0);
  quote(1, 0, 11);
  quote(2, 9, 12);
  t.match(builder.forming(), { version: 0, sides: { quotes: 3, bid: { close: 9 } } });
  quote(61, 10, 0);
  quote(3, 1, 1);
  builder.advance(OPEN_US + 2 * MINUTE_US, emit);
  quote(100, 5, 5);
  builder.finish(emit);
  t.equal(bars.length, 2);
  t.match(bars[0]!.sides, {
    quotes: 3,
    bid: { open: 10, high: 10, low: 9, close: 9 },
    ask: { open: 11, high: 12 },
  });
  t.match(bars[1]!.sides, {
    bid: { open: 9, high: 10, low: 9, close: 10 },
    ask: { open: 12, low: 12 },
  });
  t.match(builder.counters, { taken: 4, tooLate: 2 });
});

t.test('a trade may set high and low alone, also when it comes late', async (t) => {
  const range = { ...trade(20, 15, 100, false), setsRange: true };
  const volume = trade(21, 99, 100, false);
  const wanted = { open: 10, high: 15, low: 10, close: 11, volume: 400 };
  const inTime = stream(MINUTES, [trade(1, 10), range, volume, trade(30, 11)]);
  t.match(inTime[0]!.bar, { ...wanted, version: 1 });
  const late = stream(MINUTES, [trade(1, 10), trade(30, 11), trade(61, 12), range, volume]);
  t.match(latestBars(late)[0], { ...wanted, version: 3 });
});

t.test('bars of time are due at the first end of any series, and of no other style', async (t) => {
  const daily = { ...MINUTES, every: { unit: 'day', count: 1 } } as const;
  const seconds = { unit: 'second', count: 90 } as const;
  const nextEnd = nextEndOf([
    { name: 'bricks', style: { kind: 'renko', size: 1 } },
    { name: 'daily', style: daily },
    { name: 'quotes', style: { kind: 'quote', every: seconds, hours: 'regular' } },
  ])!;
  t.equal(nextEnd(OPEN_US), OPEN_US + 90 * SECOND_US);
  t.equal(nextEnd(OPEN_US + 90 * SECOND_US), OPEN_US + 180 * SECOND_US);
  t.equal(nextEnd(CLOSE_US - 1), CLOSE_US);
  t.equal(nextEnd(CLOSE_US), Number.POSITIVE_INFINITY, 'nothing is open any more');
  t.equal(nextEndOf([{ name: 'bricks', style: { kind: 'renko', size: 1 } }]), undefined);
});
