// Books against models that are plainly right: maps of levels, lists of orders.

import fc from 'fast-check';
import t from 'tap';
import { ASK, BestCheck, BID, Book, DepthBook, Ladder, OrderBook, type Side } from './index.js';

const side = fc.constantFrom(BID, ASK);

function levelsOf(ladder: Ladder): [number, number][] {
  return Array.from({ length: ladder.count }, (_, at) => [ladder.priceAt(at), ladder.sizeAt(at)]);
}

t.test('a ladder holds the levels that a sorted map would', (t) => {
  const change = fc.record({ price: fc.integer({ min: -60, max: 60 }), size: fc.nat(5) });
  fc.assert(
    fc.property(side, fc.array(change, { maxLength: 300 }), (of, changes) => {
      const ladder = new Ladder(of, 200);
      const model = new Map<number, number>();
      for (const { price, size } of changes) {
        ladder.set(price, size);
        if (size === 0) model.delete(price);
        else model.set(price, size);
      }
      const expected = [...model].sort(([a], [b]) => (b - a) * of);
      t.same(levelsOf(ladder), expected);
      t.equal(
        ladder.sumTo(5),
        expected.slice(0, 5).reduce((sum, [, size]) => sum + size, 0),
      );
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('a full ladder gives up its worst level for a better one and counts it', (t) => {
  const ladder = new Ladder(BID, 2);
  ladder.set(10, 1);
  ladder.set(11, 1);
  ladder.set(9, 1);
  t.same(
    [levelsOf(ladder), ladder.dropped],
    [
      [
        [11, 1],
        [10, 1],
      ],
      1,
    ],
  );
  ladder.set(12, 1);
  t.same(
    [levelsOf(ladder), ladder.dropped],
    [
      [
        [12, 1],
        [11, 1],
      ],
      2,
    ],
  );
  ladder.clear();
  ladder.set(5, 7);
  t.same(levelsOf(ladder), [[5, 7]]);
  t.end();
});

/** An order of the model. */
interface ModelOrder {
  readonly id: number;
  readonly of: Side;
  readonly price: number;
  left: number;
}

/** The same messages on a list of orders, in the order they came. */
class Model {
  orders: ModelOrder[] = [];
  add(id: number, of: Side, price: number, left: number): void {
    if (!this.orders.some((order) => order.id === id)) this.orders.push({ id, of, price, left });
  }
  reduce(id: number, size: number): void {
    const order = this.orders.find((each) => each.id === id);
    if (order !== undefined) order.left -= size;
    this.orders = this.orders.filter(({ left }) => left > 0);
  }
  modify(id: number, of: Side, price: number, size: number): void {
    const order = this.orders.find((each) => each.id === id);
    if (order === undefined) return;
    const keeps = order.of === of && order.price === price && size <= order.left;
    if (keeps) order.left = size;
    else {
      this.orders = this.orders.filter((each) => each.id !== id);
      this.add(id, of, price, size);
    }
  }
  levels(of: Side): [number, number][] {
    const sums = new Map<number, number>();
    for (const order of this.orders) {
      if (order.of === of) sums.set(order.price, (sums.get(order.price) ?? 0) + order.left);
    }
    return [...sums].sort(([a], [b]) => (b - a) * of);
  }
  ahead({ of, price, id }: ModelOrder): number {
    const queue = this.orders.filter((order) => order.of === of && order.price === price);
    const before = queue.slice(
      0,
      queue.findIndex((order) => order.id === id),
    );
    return before.reduce((sum, { left }) => sum + left, 0);
  }
}

t.test('an order book has the levels and queues of a list of orders', (t) => {
  const message = fc.record({
    what: fc.constantFrom('add', 'reduce', 'remove', 'modify'),
    id: fc.integer({ min: 1, max: 40 }),
    of: side,
    price: fc.integer({ min: 1, max: 12 }),
    size: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 400 }), (messages) => {
      const orders = new OrderBook(64, 64);
      const model = new Model();
      for (const { what, id, of, price, size } of messages) {
        // Far-apart ids share their low bits, so that the index meets collisions.
        const far = id * 2 ** 40;
        if (what === 'add') [orders.add(far, of, price, size), model.add(far, of, price, size)];
        else if (what === 'reduce') [orders.reduce(far, size, of, price), model.reduce(far, size)];
        else if (what === 'remove') [orders.remove(far), model.reduce(far, Infinity)];
        else [orders.modify(far, of, price, size), model.modify(far, of, price, size)];
      }
      t.same(levelsOf(orders.book.bids), model.levels(BID));
      t.same(levelsOf(orders.book.asks), model.levels(ASK));
      t.equal(orders.count, model.orders.length);
      for (const order of model.orders) {
        t.equal(orders.leftOf(order.id), order.left);
        t.equal(orders.aheadOf(order.id), model.ahead(order));
      }
    }),
    { numRuns: 150 },
  );
  t.end();
});

t.test('an order book says what was wrong with a message and counts it', (t) => {
  const orders = new OrderBook(2, 4);
  t.equal(orders.add(1, BID, 100, 5), 'done');
  t.equal(orders.add(1, BID, 100, 5), 'repeated');
  t.equal(orders.add(2, ASK, 101, 0.5), 'bad');
  t.equal(orders.add(2, ASK, 101, 5), 'done');
  t.equal(orders.add(3, ASK, 102, 5), 'full');
  t.equal(orders.reduce(9, 1, BID, 100), 'unknown');
  t.equal(orders.addUnnamed(BID, 100, 3), 'done');
  t.equal(orders.aheadOf(1), 3, 'those nobody named were there first');
  t.equal(orders.reduce(9, 3, BID, 100), 'done');
  t.equal(orders.reduce(9, 1, BID, 100), 'unknown', 'the unnamed size is used up');
  t.equal(orders.reduce(1, 6, BID, 100), 'excess');
  t.same(orders.faults, { unknown: 2, repeated: 1, full: 1, excess: 1, bad: 1 });
  t.same([orders.count, orders.book.bids.count], [1, 0]);
  t.end();
});

/** One event of levels on the bid side. */
function event(book: DepthBook, previousId: number, lastId: number, bid: number): boolean {
  book.begin(false, previousId, lastId);
  book.level(BID, bid, lastId);
  return book.end();
}

function snapshot(book: DepthBook, lastId: number): boolean {
  book.begin(true, -1, lastId);
  book.level(BID, 100, 1);
  book.level(ASK, 200, 1);
  return book.end();
}

t.test('events before a snapshot wait for it; those it holds are stale', (t) => {
  const book = new DepthBook();
  t.notOk(event(book, 4, 8, 101));
  t.notOk(event(book, 8, 12, 102));
  t.notOk(event(book, 12, 15, 103));
  t.ok(snapshot(book, 10));
  t.equal(book.lastId, 15);
  t.same(levelsOf(book.book.bids), [
    [103, 15],
    [102, 12],
    [100, 1],
  ]);
  t.match(book.counters, { stale: 1, gaps: 0, resyncs: 0, events: 3 });
  t.notOk(event(book, 12, 15, 104), 'an event told twice changes nothing');
  t.ok(event(book, 15, 16, 104));
  t.end();
});

t.test('a gap empties the book until a snapshot joins on to what came since', (t) => {
  const book = new DepthBook();
  snapshot(book, 10);
  t.notOk(event(book, 12, 14, 101), 'ids 11 and 12 are missing');
  t.notOk(book.isSynced);
  t.notOk(book.book.isTwoSided());
  t.notOk(event(book, 14, 18, 102));
  t.notOk(snapshot(book, 11), 'it ends before the kept events begin');
  t.match(book.counters, { gaps: 2, resyncs: 1 });
  t.ok(snapshot(book, 13));
  t.equal(book.lastId, 18);
  t.same(levelsOf(book.book.bids), [
    [102, 18],
    [101, 14],
    [100, 1],
  ]);
  t.match(book.counters, { gaps: 2, resyncs: 2 });
  t.end();
});

t.test('a book that crosses itself is out of sync', (t) => {
  const book = new DepthBook();
  snapshot(book, 10);
  t.notOk(event(book, 10, 11, 200));
  t.match(book.counters, { gaps: 1 });
  t.end();
});

t.test('what waits is bounded: the oldest events are forgotten and counted', (t) => {
  const book = new DepthBook();
  for (let id = 0; id < 3_000; id++) event(book, id, id + 1, 50);
  t.equal(book.counters.forgotten, 2_048);
  t.notOk(snapshot(book, 10), 'what follows it is forgotten');
  t.ok(snapshot(book, 2_500));
  t.equal(book.lastId, 3_000);
  const wide = new DepthBook();
  wide.begin(false, 0, 1);
  for (let level = 1; level < 70_000; level++) wide.level(BID, level, 1);
  wide.end();
  event(wide, 1, 2, 50);
  t.equal(wide.counters.forgotten, 1, 'an event too large to keep whole is not kept');
  t.end();
});

t.test('levels that are no whole numbers are counted, and their event loses sync', (t) => {
  const book = new DepthBook();
  snapshot(book, 1);
  book.begin(false, 1, 2);
  for (const value of [Number.NaN, -1, 0.5, Infinity]) book.level(BID, 100, value);
  for (const value of [Number.NaN, 0.5, Infinity]) book.level(BID, value, 1);
  book.end();
  t.equal(book.counters.bad, 7);
  t.notOk(book.isSynced, 'the book of the exchange has what could not be read');
  t.notOk(event(book, 2, 3, 101));
  book.begin(false, 3, 4);
  book.level(BID, Number.NaN, 1);
  book.end();
  t.notOk(event(book, 4, 5, 102));
  t.notOk(snapshot(book, 3), 'what waits does not join on: an event was lost');
  t.ok(snapshot(book, 5));
  t.match(book.counters, { bad: 8, forgotten: 2 });
  t.same(levelsOf(book.book.bids), [[100, 1]]);
  t.end();
});

t.test('ids that begin anew are followed anew', (t) => {
  const book = new DepthBook();
  snapshot(book, 1_000);
  t.ok(snapshot(book, 5), 'a snapshot of the new ids');
  for (let id = 5; id < 50; id++) t.ok(event(book, id, id + 1, 110));
  t.match(book.counters, { resets: 1, stale: 0, gaps: 1 });
  const waiting = new DepthBook();
  snapshot(waiting, 1_000);
  event(waiting, 2_000, 2_001, 120);
  t.ok(snapshot(waiting, 5));
  t.ok(event(waiting, 5, 6, 110));
  const events = new DepthBook();
  snapshot(events, 1_000);
  t.notOk(event(events, 5, 6, 110));
  t.notOk(events.isSynced, 'it is not known what lies below these');
  event(events, 6, 7, 111);
  t.ok(snapshot(events, 6));
  t.equal(events.lastId, 7);
  const early = new DepthBook();
  event(early, 2_000, 2_001, 120);
  event(early, 5, 6, 110);
  t.ok(snapshot(early, 5), 'nor does it wait for what came before any snapshot');
  const close = new DepthBook();
  snapshot(close, 1_000_000);
  for (let id = 600_000; close.isSynced && id < 700_000; id++) event(close, id, id + 1, 110);
  t.match(close.counters, { resets: 1, stale: 1_025 });
  t.ok(snapshot(close, close.counters.stale + 600_001));
  t.end();
});

t.test('a book is compared with the best in force at its id, whichever comes first', (t) => {
  const book = new Book();
  book.bids.set(10, 1);
  book.asks.set(12, 2);
  const check = new BestCheck();
  check.booked(3, book);
  check.told(5, 10, 1, 12, 2);
  t.same([check.comparisons, check.unchecked], [0, 1], 'no best was told up to 3');
  check.booked(5, book);
  t.same([check.comparisons, check.exact], [1, 1]);
  check.booked(7, book);
  t.equal(check.comparisons, 1, 'a best of 6 or 7 may still come');
  check.told(7, 10, 1, 12, 3);
  t.same([check.comparisons, check.mismatches, check.exact], [2, 1, 2]);
  t.same(check.samples, [{ id: 7, booked: [10, 1, 12, 2], told: [10, 1, 12, 3] }]);
  check.told(9, 10, 1, 12, 2);
  check.booked(10, book);
  check.told(11, 99, 1, 100, 1);
  t.same([check.comparisons, check.mismatches], [3, 1], 'at 10 the best of 9 was in force');
  check.told(10, 10, 1, 12, 2);
  t.equal(check.stale, 1, 'a best of an id before is counted');
  check.booked(12, book);
  check.finish();
  t.equal(check.unchecked, 2);
  t.end();
});
