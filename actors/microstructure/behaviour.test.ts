// The book actor: frames in, features out; what is cut short, and whatever comes in any order.

import fc from 'fast-check';
import t from 'tap';
import {
  Columns,
  createColumns,
  FRAME_INTS,
  FRAME_LANES,
  TurnRecorder,
} from '../../engine/index.js';
import {
  BOOK_BEST,
  BOOK_EVENT,
  BOOK_LEVEL,
  BOOK_LOST,
  BOOK_TRADE,
} from '../../proto/frames/book.js';
import { ASK, BID } from '../book/index.js';
import {
  BOOK_COLUMNS,
  BOOK_FEATURES,
  type BookMessage,
  createBookBehaviour,
  type Instrument,
  SymbolBook,
} from './index.js';

const INSTRUMENT: Instrument = {
  symbol: 'X',
  title: 'a test',
  ticksPerPrice: 100,
  lotsPerSize: 10,
  rowHeight: 1,
  bucketSize: 5,
  quoteClock: 'exchange',
  quoteDelayUs: 1,
};

/** Frames as they lie in a ring. */
function frames(...rows: readonly (readonly number[])[]): BookMessage {
  const floats = new Float64Array(rows.length * FRAME_LANES);
  const ints = new Int32Array(floats.buffer);
  rows.forEach(([kind, ...lanes], row) => {
    ints[row * FRAME_INTS] = kind!;
    lanes.forEach((lane, index) => {
      floats[row * FRAME_LANES + 1 + index] = lane;
    });
  });
  return { kind: 'book_frames', floats };
}

const SNAPSHOT = [
  [BOOK_EVENT.kind, 1_000_000, 5, 1, -1, 10, 4],
  [BOOK_LEVEL.kind, BID, 10_000, 30],
  [BOOK_LEVEL.kind, BID, 9_900, 50],
  [BOOK_LEVEL.kind, ASK, 10_100, 10],
  [BOOK_LEVEL.kind, ASK, 10_200, 20],
];

/** A book actor that has seen nothing, and the values of its row. */
function open() {
  const columns = new Columns(createColumns(BOOK_COLUMNS, 1));
  const behaviour = createBookBehaviour([INSTRUMENT], columns);
  const state = behaviour.initial('X');
  const turn = new TurnRecorder();
  const receive = (message: BookMessage): void => behaviour.receive(state, message, turn);
  const value = (name: string): number => columns.at(0, columns.indexOf(name));
  return { behaviour, columns, state, receive, value };
}

function isNear(got: number, expected: number): boolean {
  return Math.abs(got - expected) <= 1e-9;
}

t.test('a book actor takes frames and shows its features in its row', (t) => {
  const { columns, state, receive, value } = open();
  t.ok(Number.isNaN(value('mid')), 'what is not known is NaN');
  receive(
    frames(
      ...SNAPSHOT,
      [BOOK_BEST.kind, 2_000_000, 6, 12, 10_000, 20, 10_100, 40],
      [BOOK_TRADE.kind, 2_000_005, 7, 1, 10_100, 15, 1],
      [BOOK_LEVEL.kind, BID, 1, 1],
      [99, 0, 0],
    ),
  );
  t.same(
    ['bid', 'ask', 'mid', 'spread', 'bid_size', 'ask_size'].map(value),
    [100, 101, 100.5, 1, 2, 4],
  );
  t.same(['imbalance_5', 'depth_bid_10', 'depth_ask_10'].map(value), [50 / 110, 8, 3]);
  t.ok(isNear(value('imbalance_1'), -2 / 6));
  t.ok(isNear(value('effective_spread_bps'), (2 * 0.5 * 10_000) / 100.5));
  t.same(['lee_ready_accuracy', 'trades', 'is_synced', 'vwap'].map(value), [1, 1, 1, 101]);
  t.same(['bid_price_2', 'bid_level_size_2', 'ask_price_1'].map(value), [99, 5, 101]);
  t.equal(state.misplaced, 2, 'a level of no event and an unknown kind');
  for (const { name } of BOOK_FEATURES) t.ok(columns.layout.has(name), name);
  t.end();
});

t.test('an event that is cut short changes nothing; a gap makes book features unknown', (t) => {
  const { behaviour, state, receive, value } = open();
  receive(frames(...SNAPSHOT));
  receive(frames([BOOK_EVENT.kind, 3_000_000, 8, 0, 20, 21, 0]));
  t.same(['is_synced', 'gaps'].map(value), [0, 1]);
  t.ok(['imbalance_5', 'depth_bid_10', 'bid_price_1'].every((name) => Number.isNaN(value(name))));
  receive(frames([BOOK_EVENT.kind, 3e6, 8, 0, 21, 22, 5], SNAPSHOT[1]!));
  receive(frames([BOOK_TRADE.kind, 3_000_001, 9, 2, 10_000, 1, -1]));
  t.equal(state.misplaced, 1);
  receive(behaviour.decode(behaviour.encode(state), 1) && { kind: 'show_book' });
  t.end();
});

t.test(
  'a feed that broke off leaves neither a book nor a best price; a snapshot brings both',
  (t) => {
    const { receive, value } = open();
    receive(frames(...SNAPSHOT, [BOOK_BEST.kind, 0, 6, 12, 10_000, 30, 10_050, 10]));
    t.equal(value('ask'), 100.5, 'told later than the book');
    receive(frames([BOOK_LOST.kind, 0, 7]));
    t.match([value('is_synced'), value('bid'), value('ask')], [0, Number.NaN, Number.NaN]);
    t.equal(value('gaps'), 1);
    receive(frames([BOOK_LOST.kind, 0, 8]));
    t.equal(value('gaps'), 1, 'what is lost is not lost again');
    const [event, ...levels] = SNAPSHOT;
    receive(frames([...event!.slice(0, 5), 20, 4], ...levels));
    t.match([value('is_synced'), value('ask'), value('resyncs')], [1, 101, 1]);
    t.end();
  },
);

t.test('a best price that is gone is not shown as if it held', (t) => {
  const { receive, value } = open();
  const known = () => ['bid', 'ask', 'mid', 'spread_bps', 'microprice', 'imbalance_1'].map(value);
  receive(frames(...SNAPSHOT));
  t.ok(known().every(Number.isFinite));
  const noAsks = [
    [BOOK_EVENT.kind, 1_000_001, 6, 0, 10, 11, 2],
    [BOOK_LEVEL.kind, ASK, 10_100, 0],
    [BOOK_LEVEL.kind, ASK, 10_200, 0],
  ];
  receive(frames(...noAsks));
  t.equal(value('is_synced'), 1);
  t.same(known(), [100, ...Array.from({ length: 5 }, () => Number.NaN)]);
  receive(frames([BOOK_EVENT.kind, 1_000_002, 7, 0, 11, 12, 1], [BOOK_LEVEL.kind, ASK, 10_100, 9]));
  t.same(known().slice(0, 2), [100, 101]);
  receive(frames([BOOK_EVENT.kind, 1_000_003, 8, 0, 50, 60, 1], [BOOK_LEVEL.kind, BID, 9_000, 9]));
  t.equal(value('is_synced'), 0);
  t.ok(known().every(Number.isNaN), 'the book is lost');
  receive(frames([BOOK_BEST.kind, 1_000_004, 9, 61, 9_950, 1, 10_050, 1]));
  t.same(known().slice(0, 2), [99.5, 100.5], 'a best price that is told holds');
  receive(frames([BOOK_EVENT.kind, 1_000_005, 10, 0, 70, 80, 1], [BOOK_LEVEL.kind, BID, 9_000, 9]));
  t.same(known().slice(0, 2), [99.5, 100.5], 'also while the book is lost');
  t.end();
});

t.test('ids of quotes may begin anew, and one broken time stops no clock', (t) => {
  const { receive, value, state } = open();
  receive(frames([BOOK_BEST.kind, 1_000_000, 1_000_005, 1_000, 9_950, 1, 10_050, 1]));
  receive(frames([BOOK_BEST.kind, 1_000_001, 1_000_006, 6, 9_960, 1, 10_050, 1]));
  t.same([value('bid'), value('update_id')], [99.6, 6]);
  receive(frames([BOOK_BEST.kind, 9e15, 1_000_007, 7, 9_970, 1, 10_050, 1]));
  t.same([value('bid'), value('event_time_us'), state.of.bad], [99.7, 1_000_001, 1]);
  receive(frames([BOOK_BEST.kind, 2_000_000, 2_000_001, 8, 9_980, 1, 10_050, 1]));
  t.equal(value('event_time_us'), 2_000_000);
  t.end();
});

t.test('fuzz: no order of messages and numbers makes a symbol throw', (t) => {
  const number = fc.oneof(fc.integer({ min: -3, max: 12_000 }), fc.double());
  const step = fc.tuple(fc.nat(5), number, number, number, number, number);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const of = new SymbolBook(INSTRUMENT, 16);
      for (const [what, a, b, c, d, e] of steps) {
        if (what === 0) of.clock(a, b);
        else if (what === 1) of.beginEvent(a > 0, b, c);
        else if (what === 2) of.level(a > 0 ? BID : ASK, b, c);
        else if (what === 3) of.endEvent();
        else if (what === 4) of.told(a, b, c, d, e);
        else of.trade(a, b, c > 0 ? 1 : c < 0 ? -1 : 0);
      }
      t.ok(of.depth.book.bids.count <= 16);
    }),
    { numRuns: 500 },
  );
  t.end();
});
