// Every style against a plain way of building it, however trades come in and clocks advance.

import fc from 'fast-check';
import t from 'tap';
import { sessionOf } from '../calendar/index.js';
import { type Bar, type BarEvent, latestBars, type Trade } from './bar.js';
import { BAR_STYLES, type BarStyle, barsOf, createBarBuilder } from './style.js';

const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
const { openUs: OPEN_US } = sessionOf(20210104);
const RUNS = { numRuns: 150, seed: 20210104 };

const MINUTES = { kind: 'time', every: { unit: 'minute', count: 1 }, hours: 'regular' } as const;
const STYLES: readonly BarStyle[] = [
  MINUTES,
  { kind: 'time', every: { unit: 'hour', count: 1 }, hours: 'all' },
  { kind: 'heikin-ashi', every: { unit: 'minute', count: 5 }, hours: 'regular' },
  { kind: 'tick', size: 7 },
  { kind: 'volume', size: 1_000 },
  { kind: 'dollar', size: 50_000 },
  { kind: 'range', size: 0.3 },
  { kind: 'renko', size: 0.1 },
  { kind: 'renko-atr', sessions: 1 },
  { kind: 'point-and-figure', size: 0.1, reversal: 3 },
];

/** Trades in time order within one session, in cents and whole shares. */
const trades = fc
  .array(
    fc.record({
      seconds: fc.integer({ min: 0, max: 90 }),
      cents: fc.integer({ min: -25, max: 25 }),
      size: fc.integer({ min: 1, max: 400 }),
    }),
    { minLength: 1, maxLength: 200 },
  )
  .map((steps) => {
    let timeUs = OPEN_US;
    let cents = 10_000;
    return steps.map(({ seconds, cents: move, size }): Trade => {
      timeUs += seconds * SECOND_US;
      cents += move;
      return { timeUs, price: cents / 100, size, setsPrice: true };
    });
  });

function stream(style: BarStyle, list: readonly Trade[], advances: boolean): BarEvent[] {
  const builder = createBarBuilder(style);
  const events: BarEvent[] = [];
  const emit = (event: BarEvent): void => {
    events.push(event);
  };
  list.forEach((trade, index) => {
    builder.push(trade, emit);
    const next = list[index + 1];
    if (advances && next !== undefined) builder.advance(next.timeUs, emit);
  });
  builder.finish(emit);
  return events;
}

t.test('a stream that is told the time gives the bars of a batch, each once', async (t) => {
  t.same(new Set(STYLES.map(({ kind }) => kind)), new Set(BAR_STYLES));
  for (const style of STYLES) {
    fc.assert(
      fc.property(trades, (list) => {
        const events = stream(style, list, true);
        return (
          events.every(({ kind, bar }) => kind === 'closed' && bar.version === 1) &&
          JSON.stringify(latestBars(events)) === JSON.stringify(barsOf(style, list))
        );
      }),
      RUNS,
    );
  }
});

/** Bars by plain grouping of trades. */
function grouped(groups: Iterable<readonly Trade[]>): Partial<Bar>[] {
  return Array.from(groups, (group) => ({
    open: group[0]!.price,
    high: Math.max(...group.map(({ price }) => price)),
    low: Math.min(...group.map(({ price }) => price)),
    close: group.at(-1)!.price,
    volume: group.reduce((sum, { size }) => sum + size, 0),
    trades: group.length,
  }));
}

function plain(bars: readonly Bar[]): Partial<Bar>[] {
  return bars.map(({ open, high, low, close, volume, trades: count }) => ({
    open,
    high,
    low,
    close,
    volume,
    trades: count,
  }));
}

t.test('time bars hold the trades of their minute', async () => {
  fc.assert(
    fc.property(trades, (list) => {
      const byMinute = new Map<number, Trade[]>();
      for (const trade of list) {
        const minute = Math.floor((trade.timeUs - OPEN_US) / MINUTE_US);
        byMinute.set(minute, [...(byMinute.get(minute) ?? []), trade]);
      }
      const bars = barsOf(MINUTES, list);
      return (
        JSON.stringify(plain(bars)) === JSON.stringify(grouped(byMinute.values())) &&
        bars.every(({ startUs, endUs }) => endUs - startUs === MINUTE_US)
      );
    }),
    RUNS,
  );
});

t.test('tick, volume, dollar and range bars end with the trade that fills them', async () => {
  const filled: Readonly<Record<string, (group: readonly Trade[]) => boolean>> = {
    tick: (group) => group.length >= 7,
    volume: (group) => group.reduce((sum, { size }) => sum + size, 0) >= 1_000,
    dollar: (group) => group.reduce((sum, { size, price }) => sum + size * price, 0) >= 50_000,
    range: (group) => {
      const cents = group.map(({ price }) => Math.round(price * 100));
      return Math.max(...cents) - Math.min(...cents) >= 30;
    },
  };
  for (const style of STYLES) {
    const isFilled = filled[style.kind];
    if (isFilled === undefined) continue;
    fc.assert(
      fc.property(trades, (list) => {
        const groups: Trade[][] = [];
        let group: Trade[] = [];
        for (const trade of list) {
          group.push(trade);
          if (!isFilled(group)) continue;
          groups.push(group);
          group = [];
        }
        return JSON.stringify(plain(barsOf(style, list))) === JSON.stringify(grouped(groups));
      }),
      RUNS,
    );
  }
});

t.test('Renko bricks are the steps of the price in whole cents', async () => {
  fc.assert(
    fc.property(trades, (list) => {
      const bricks: [number, number][] = [];
      let top = Math.round(list[0]!.price * 100);
      let bottom = top;
      for (const { price } of list) {
        const cents = Math.round(price * 100);
        for (; cents >= top + 10; [bottom, top] = [top, top + 10]) bricks.push([top, top + 10]);
        for (; cents <= bottom - 10; [top, bottom] = [bottom, bottom - 10]) {
          bricks.push([bottom, bottom - 10]);
        }
      }
      const built = barsOf({ kind: 'renko', size: 0.1 }, list).map(({ open, close }) => [
        Math.round(open * 100),
        Math.round(close * 100),
      ]);
      return JSON.stringify(built) === JSON.stringify(bricks);
    }),
    RUNS,
  );
});

t.test(
  'columns of point and figure alternate, hold every price and turn by three boxes',
  async () => {
    fc.assert(
      fc.property(trades, (list) => {
        const bars = barsOf({ kind: 'point-and-figure', size: 0.1, reversal: 3 }, list);
        return bars.every(({ open, close, high, low }, index) => {
          const next = bars[index + 1];
          if (high < low) return false;
          // A column that was never turned may be one box: it can't have been short before.
          const boxes = Math.round((high - low) / 0.1) + 1;
          if (next === undefined) return true;
          const rises = close > open || (close === open && next.close < close);
          const nextRises = next.close > next.open;
          const begins = Math.abs(Math.abs(next.open - close) - 0.1) < 1e-9;
          return begins && rises !== nextRises && (index === 0 || boxes >= 3);
        });
      }),
      RUNS,
    );
    const rise = [10, 10.1, 10.5, 10.3, 10.25, 10.2, 10.6, 10.4].map((price, index) => ({
      timeUs: OPEN_US + index,
      price,
      size: 1,
      setsPrice: true,
    }));
    t.same(
      barsOf({ kind: 'point-and-figure', size: 0.1, reversal: 3 }, rise).map(
        ({ open, close, trades: count }) => [open, close, count],
      ),
      [
        [10, 10.5, 5],
        [10.4, 10.2, 1],
        [10.3, 10.6, 2],
      ],
    );
  },
);

t.test('late trades amend the bars of their time, as if they had come in time', async () => {
  const style: BarStyle = { ...MINUTES, every: { unit: 'second', count: 30 } };
  const averaged: BarStyle = { ...style, kind: 'heikin-ashi' };
  fc.assert(
    fc.property(trades, fc.array(fc.nat(60), { maxLength: 200 }), (list, delays) => {
      const queue = list.map((trade, index) => ({ trade, at: index + (delays[index] ?? 0) }));
      queue.sort((a, b) => a.at - b.at);
      const arrived = queue.map(({ trade }) => trade);
      const inTime = [...arrived].sort((a, b) => a.timeUs - b.timeUs);
      for (const each of [style, averaged]) {
        const events = stream(each, arrived, false);
        const versions = new Map<number, number>();
        for (const { kind, bar } of events) {
          const before = versions.get(bar.id) ?? 0;
          if (bar.version !== before + 1 || (kind === 'closed') !== (before === 0)) return false;
          versions.set(bar.id, bar.version);
        }
        const got = plain(latestBars(events));
        if (JSON.stringify(got) !== JSON.stringify(plain(barsOf(each, inTime)))) return false;
      }
      return true;
    }),
    RUNS,
  );
});
