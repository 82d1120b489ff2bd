// Live books through real sockets and real shards: what an exchange on this machine says is shown.

import t from 'tap';
import { systemClock } from '../adapters/sources/clock.js';
import { LoopbackVendor } from '../adapters/sources/conformance/loopback-vendor.js';
import { tapeOf } from '../adapters/sources/conformance/tape.js';
import { binanceWire } from '../adapters/sources/conformance/wires-crypto.js';
import { System } from '../app/system.js';
import { booksWanted, readyBooks } from '../cli/run-books.js';
import { until } from '../services/test-system.js';
import { instrumentOf, type LiveBookFeed } from './live-feed.js';
import { type RunningBooks, startLiveBooks } from './start-books.js';

/** An exchange, and a system that shows its book. */
interface Shown {
  readonly exchange: LoopbackVendor;
  readonly system: System;
  readonly books: RunningBooks<LiveBookFeed>;
  readonly states: readonly string[];
}

async function show(t: { teardown(run: () => Promise<void>): void }): Promise<Shown> {
  const exchange = await LoopbackVendor.start(binanceWire, tapeOf(binanceWire.symbol));
  t.teardown(() => exchange.close());
  const ready = await readyBooks(booksWanted({ feed: 'binance-live' }), at(exchange), systemClock);
  if (ready === undefined || 'pace' in ready) throw new Error('expected live books');
  const system = new System();
  const states: string[] = [];
  const books = startLiveBooks(system, {
    ...ready,
    shardCount: 1,
    onReplaced() {},
    onStopped() {},
    onState: (state) => states.push(state),
  });
  t.teardown(() => books.close(2_000));
  return { exchange, system, books, states };
}

/** The environment that names an exchange. */
function at({ settings }: LoopbackVendor): Readonly<Record<string, string>> {
  return {
    SLUICE_BINANCE_URL: settings.baseUrl,
    SLUICE_BINANCE_STREAM_URL: settings.streamUrl,
  };
}

/** Whether the shown ladder comes to be the exchange's, in sync. */
function isSame({ exchange, system }: Shown): Promise<boolean> {
  const best = (side: 'bids' | 'asks') =>
    exchange.book
      .levels(side)
      .slice(0, 10)
      .map(([price, size]) => [price / 100, size / 1_000]);
  return until(() => {
    const answer = system.books.changed(0, ['BTCUSDT']);
    const book = answer.ok ? answer.value.books[0] : undefined;
    if (book?.synced !== true) return false;
    const found = [book.bids, book.asks].map((levels) =>
      levels.slice(0, 10).map(({ price, size }) => [price, size]),
    );
    return JSON.stringify(found) === JSON.stringify([best('bids'), best('asks')]);
  });
}

/** How often a book lost its sync, and came back. */
function counted({ system }: Shown, name: 'gaps' | 'resyncs'): number {
  const answer = system.books.changed(0, ['BTCUSDT']);
  return answer.ok ? (answer.value.books[0]?.features[name] ?? 0) : 0;
}

t.test('a live book is the exchange’s own, change by change', async (t) => {
  const shown = await show(t);
  await until(() => shown.exchange.subscribed > 0);
  for (let times = 0; times < 300; times++) shown.exchange.changeBook();
  t.ok(await isSame(shown));
  shown.exchange.changeBook();
  t.ok(await isSame(shown));
  t.equal(counted(shown, 'gaps'), 0);
  t.equal(shown.books.feed.dropped, 0);
});

t.test('a cut stream leaves no book standing; a whole one comes after it', async (t) => {
  const shown = await show(t);
  await until(() => shown.exchange.subscribed > 0);
  shown.exchange.changeBook();
  t.ok(await isSame(shown));
  shown.exchange.isDown = true;
  shown.exchange.cut();
  t.ok(
    await until(() => {
      const answer = shown.system.books.changed(0, ['BTCUSDT']);
      const book = answer.ok ? answer.value.books[0] : undefined;
      return book?.synced === false && book.features['bid'] === undefined;
    }),
    'what it was is not shown as if it held',
  );
  shown.exchange.book.change();
  shown.exchange.isDown = false;
  t.ok(await isSame(shown));
  t.equal(counted(shown, 'resyncs'), 1);
  t.ok(shown.states.includes('waiting'));
});

t.test('a thread that dies with its books has them again', async (t) => {
  const shown = await show(t);
  await until(() => shown.exchange.subscribed > 0);
  shown.exchange.changeBook();
  t.ok(await isSame(shown));
  shown.books.shards.kill(0);
  await until(() => shown.books.shards.restarts === 1);
  shown.exchange.changeBook();
  t.ok(await isSame(shown));
});

t.test('books are closed while a whole one is still being asked for', async (t) => {
  const shown = await show(t);
  await until(() => shown.exchange.subscribed > 0);
  // Each is tried again, later and later: it would be asked for half a minute.
  const busy = { status: 503, body: '' };
  shown.exchange.planned.push(...Array.from({ length: 60 }, () => busy));
  const { requests } = shown.exchange;
  shown.books.feed.session.resync('BTCUSDT');
  await until(() => shown.exchange.requests > requests);
  let isClosed = false;
  void shown.books.close(10).then(() => {
    isClosed = true;
  });
  t.ok(await until(() => isClosed));
});

t.test('a symbol that the exchange does not list ends the start with its code', async (t) => {
  const exchange = await LoopbackVendor.start(binanceWire, tapeOf(binanceWire.symbol));
  t.teardown(() => exchange.close());
  const wanted = booksWanted({ feed: 'binance-live', bookSymbols: 'NOSUCH' });
  const asked = readyBooks(wanted, at(exchange), systemClock);
  await t.rejects(asked, { code: 'source.unknown_symbol' });
});

t.test('flags of books are refused by name', async (t) => {
  t.equal(booksWanted({}), undefined);
  t.same(booksWanted({ feed: 'binance-capture', bookPace: 'max' }), { kind: 'captured', pace: 0 });
  t.same(booksWanted({ feed: 'binance-live', bookSymbols: 'ethusdt, BTCUSDT,ETHUSDT' }), {
    kind: 'live',
    symbols: ['ETHUSDT', 'BTCUSDT'],
  });
  for (const [name, wrong] of [
    ['--feed', { feed: 'binance' }],
    ['--feed', { feed: 'binance-live', once: true }],
    ['--book-pace', { feed: 'binance-capture', bookPace: '0' }],
    ['--book-symbols', { bookSymbols: 'BTCUSDT' }],
    ['--book-symbols', { feed: 'binance-live', bookSymbols: 'BTC/USDT' }],
    ['--book-symbols', { feed: 'binance-live', bookSymbols: '' }],
  ] as const) {
    const message = new RegExp(`^${name}: expected .*, was "`);
    t.throws(() => booksWanted(wrong), { code: 'flag.invalid', message }, JSON.stringify(wrong));
  }
});

t.test('rows and buckets follow the price and the volume of a market', async (t) => {
  const of = (price: number, volume: number, priceDecimals: number, sizeDecimals: number) =>
    instrumentOf({ symbol: 'X', title: 'x', price, volume, priceDecimals, sizeDecimals });
  t.match(of(61_686, 20_000, 2, 5), { ticksPerPrice: 100, rowHeight: 5, bucketSize: 400 });
  t.match(of(0.000_012, 1e12, 8, 0), { rowHeight: 1e-8, lotsPerSize: 1, bucketSize: 2e10 });
  t.match(of(3, 0, 4, 2), { rowHeight: 2e-4, bucketSize: 0.01 });
});
