// Live bars against a batch of the same prints, copied in the middle, and as they are shown.

import fc from 'fast-check';
import t from 'tap';
import { sessionOf } from '../calendar/index.js';
import type { Bar, BarEvent } from './bar.js';
import { BarHistory } from './history.js';
import { LiveBars, type SymbolBars } from './live.js';
import {
  type BarSeries,
  createSeriesBuilder,
  type Print,
  rowsWithBars,
  SERIES_STYLES,
  type SeriesStyle,
} from './series.js';

const { openUs: OPEN_US } = sessionOf(20210104);
const SECOND_US = 1_000_000;
const RUNS = { numRuns: 60, seed: 20210105 };

const STYLES: readonly SeriesStyle[] = [
  { kind: 'time', every: { unit: 'minute', count: 1 }, hours: 'regular' },
  { kind: 'heikin-ashi', every: { unit: 'minute', count: 1 }, hours: 'regular' },
  { kind: 'quote', every: { unit: 'minute', count: 1 }, hours: 'regular' },
  { kind: 'tick', size: 5 },
  { kind: 'volume', size: 900 },
  { kind: 'dollar', size: 60_000 },
  { kind: 'range', size: 0.2 },
  { kind: 'renko', size: 0.1 },
  { kind: 'renko-atr', sessions: 1 },
  { kind: 'point-and-figure', size: 0.1, reversal: 2 },
];
const SERIES: readonly BarSeries[] = STYLES.map((style) => ({ name: style.kind, style }));

/** Prints of one symbol; now and then one is late, by up to two minutes. */
const prints = fc
  .array(
    fc.record({
      seconds: fc.integer({ min: 0, max: 50 }),
      cents: fc.integer({ min: -20, max: 20 }),
      size: fc.integer({ min: 1, max: 400 }),
      lateSeconds: fc.oneof(
        { weight: 5, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 120 }) },
      ),
    }),
    { minLength: 2, maxLength: 120 },
  )
  .map((steps) => {
    let timeUs = OPEN_US;
    let cents = 10_000;
    return steps.map(({ seconds, cents: move, size, lateSeconds }): Print => {
      timeUs += seconds * SECOND_US;
      cents += move;
      const price = cents / 100;
      const at = Math.max(OPEN_US, timeUs - lateSeconds * SECOND_US);
      const sizes = { bidSize: Number.NaN, askSize: Number.NaN };
      return { timeUs: at, price, size, setsPrice: true, bid: price, ask: price + 0.01, ...sizes };
    });
  });

function feed(live: LiveBars, row: number, { timeUs, price, size, bid, ask }: Print): void {
  live.print(row, timeUs, price, size, bid, ask);
}

/** Bars of each series by the builders alone. */
function batch(list: readonly Print[]): BarEvent[][] {
  return SERIES.map(({ style }) => {
    const builder = createSeriesBuilder(style);
    const events: BarEvent[] = [];
    for (const print of list) builder.push(print, (event) => events.push(event));
    return events;
  });
}

t.test('what is built live, and goes on from a copy, is what a batch builds', async (t) => {
  t.same(new Set(STYLES.map(({ kind }) => kind)), new Set(SERIES_STYLES));
  fc.assert(
    fc.property(prints, fc.nat(), (list, cut) => {
      const told: { series: number; bar: Bar }[] = [];
      let live = new LiveBars(SERIES, 3);
      live.add(1);
      list.forEach((print, index) => {
        if (index === cut % list.length) {
          told.push(...live.takeTold());
          // A copy alone: no builder may remember anything beside its state.
          const kept: SymbolBars = structuredClone(live.stateOf(1)!);
          live = new LiveBars(SERIES, 3);
          live.add(1, kept);
        }
        feed(live, 1, print);
      });
      told.push(...live.takeTold());
      const wanted = batch(list);
      return SERIES.every(
        (_, series) =>
          JSON.stringify(told.filter((one) => one.series === series).map(({ bar }) => bar)) ===
          JSON.stringify(wanted[series]!.map(({ bar }) => bar)),
      );
    }),
    RUNS,
  );
});

t.test('a bar that is being made is, once it is closed, the bar that was shown', async () => {
  fc.assert(
    fc.property(prints, (list) => {
      const live = new LiveBars(SERIES, 1);
      live.add(0);
      let shown = new Map<number, Bar>();
      return list.every((print) => {
        feed(live, 0, print);
        const closed = live.takeTold().filter(({ bar }) => bar.version === 1);
        const agrees = closed.every(({ series, bar }) => {
          const before = shown.get(series);
          // Bars of time close as they were shown last: the print that closes one is not in it.
          const isTime = STYLES[series]!.kind === 'time';
          return !isTime || before?.id !== bar.id || before.volume === bar.volume;
        });
        shown = new Map(
          live
            .takeNow()
            .flatMap(({ series, forming }) =>
              forming === undefined ? [] : [[series, forming] as const],
            ),
        );
        return agrees && [...shown.values()].every(({ version }) => version === 0);
      });
    }),
    RUNS,
  );
});

t.test('only the rows of the plan are built, and a row that was given away no more', async (t) => {
  t.same(
    [...rowsWithBars({ series: SERIES, symbols: ['B', 'Z'], kept: 1 }, ['A', 'B', 'C'])],
    [0, 1, 0],
  );
  t.same([...rowsWithBars({ series: SERIES, symbols: 'all', kept: 1 }, ['A', 'B'])], [1, 1]);
  t.same([...rowsWithBars({ series: [], symbols: 'all', kept: 1 }, ['A', 'B'])], [0, 0]);
  const live = new LiveBars(SERIES, 3);
  live.add(2);
  live.add(0);
  t.same(live.rows(), [0, 2]);
  live.remove(2);
  t.same([...live.isBuilt], [1, 0, 0]);
  t.equal(live.stateOf(2), undefined);
});

const bar = (id: number, version = 1, close = 10): Bar => ({
  id,
  startUs: id,
  endUs: id + 1,
  open: 10,
  high: 11,
  low: 9,
  close,
  volume: 100,
  turnover: 1_000,
  trades: 1,
  version,
});

const counts = (taken: number) => ({ taken, outside: 0, late: 0, tooLate: 0, tooFar: 0 });

t.test('a history keeps the newest version of the newest bars, and knows repeats', async (t) => {
  const history = new BarHistory(3);
  t.equal(history.take(bar(1), 1), 'new');
  t.equal(history.take(bar(3), 2), 'new');
  t.equal(history.take(bar(2), 3), 'new', 'a bar of an interval that had none');
  t.same(
    history.since(0).map(({ id }) => id),
    [1, 2, 3],
  );
  t.equal(history.take(bar(1, 2, 12), 4), 'new');
  t.equal(history.take(bar(1, 1), 5), 'repeated', 'an older version');
  t.equal(history.take(bar(1, 2, 12), 5), 'repeated');
  t.equal(history.take(bar(1, 2, 13), 5), 'contradicted');
  t.same(
    history.since(3).map(({ id, close }) => [id, close]),
    [[1, 12]],
  );
  for (let id = 4; id < 20; id++) history.take(bar(id), id);
  t.same(
    history.since(0).map(({ id }) => id),
    [17, 18, 19],
  );
  t.equal(history.take(bar(2, 2), 30), 'dropped', 'it is not kept any more');
  t.same(
    history.since(0, 1).map(({ id }) => id),
    [19],
  );
});

t.test('the bar that is being made goes with its close, and never goes back', async (t) => {
  const history = new BarHistory(3);
  history.takeNow(bar(1, 0), counts(5), 1);
  t.equal(history.forming?.id, 1);
  history.takeNow(bar(0, 0), counts(3), 2);
  t.equal(history.forming?.id, 1, 'a thread that goes through its past again');
  history.take(bar(1), 3);
  t.equal(history.forming, undefined);
  history.takeNow(undefined, counts(6), 4);
  t.match(history.counters, { taken: 6 });
});
