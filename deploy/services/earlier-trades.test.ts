// What was traded between two processes: asked for, in its order, each once; and holes told.

import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { manualClock } from '../adapters/sources/clock.js';
import { LoopbackVendor } from '../adapters/sources/conformance/loopback-vendor.js';
import { type Tape, tapeOf } from '../adapters/sources/conformance/tape.js';
import { alpacaWire } from '../adapters/sources/conformance/wires-stocks.js';
import { packPrints } from '../adapters/sources/packing.js';
import type { TradeRecord } from '../adapters/sources/record.js';
import {
  type LiveSink,
  type MarketDataSource,
  noLiveCounters,
} from '../adapters/sources/source.js';
import { alpaca } from '../adapters/sources/vendors/alpaca.js';
import { vendorSource } from '../adapters/sources/vendors/vendor.js';
import { no } from '../app/answers.js';
import { EarlierTrades } from './earlier-trades.js';
import { knownTrades } from './known-trades.js';
import { startSourceFeed } from './source-feed.js';
import { type Life, startSmallMarket, temporaryFolder, until } from './test-system.js';

/** The session behind the replay, and the last price of AAPL in that. */
const { openUs } = sessionOf(20210121);
const PRICE = 132;

/** A trade a second from the open on. */
function tradeAt(index: number, symbol = 'AAPL'): TradeRecord {
  const [timeUs, price] = [openUs + index * 1e6, PRICE + (index % 5) / 100];
  const named = { id: `${index}`, sequence: index + 1, conditions: '' };
  return { kind: 'trade', symbol, timeUs, price, size: 100 + index, ...named };
}

/** A market that has streamed, under a data directory that earlier ones may have left. */
async function openLife(dataDir: string): Promise<Life> {
  const life = await startSmallMarket(dataDir);
  await life.market.stream();
  return life;
}

const outsideOf = ({ system }: Life): number => Number(system.market.feed().outsideTicks);

t.test('trades between two processes are asked for and taken once, in order', async (t) => {
  const folder = temporaryFolder(t, 'earlier');
  // Two that are equal in all but their names.
  const trades = Array.from({ length: 60 }, (_, index) => ({
    ...tradeAt(index === 16 ? 15 : index),
    sequence: index + 1,
  }));
  const tape: Tape = { ...tapeOf('AAPL'), trades };
  const vendor = await LoopbackVendor.start(alpacaWire, tape);
  t.teardown(() => vendor.close());
  const told: string[] = [];
  const feedOf = ({ system }: Life, seconds: number) => {
    const clock = manualClock((openUs + seconds * 1e6) / 1000);
    const source = vendorSource(alpaca, vendor.settings, { clock });
    const options = { symbols: ['AAPL'], clock, tell: (text: string) => told.push(text) };
    return startSourceFeed(system, source, options);
  };

  const first = await openLife(folder);
  const before = feedOf(first, 0);
  t.ok(await until(() => vendor.subscribed === 1));
  for (const trade of trades.slice(0, 10)) vendor.send(trade);
  t.ok(await until(() => outsideOf(first) === 10));
  await before.close(60_000);
  await first.market.close(2_000);
  t.same(told, []);

  vendor.visible = 30;
  const second = await openLife(folder);
  t.equal(outsideOf(second), 10, 'they come again');
  // An hour later: what comes live as well may be older than the stream.
  const after = feedOf(second, 3_630);
  t.ok(await until(() => outsideOf(second) === 30), `${outsideOf(second)} of 30`);
  t.ok(await until(() => told.length > 0));
  t.match(told, [/was asked for trades of after an earlier run, since .*: 20 came$/]);
  // Two that were asked for come live as well.
  t.ok(await until(() => vendor.subscribed === 1));
  for (const trade of trades.slice(28, 40)) vendor.send(trade);
  t.ok(await until(() => outsideOf(second) === 40), `${outsideOf(second)} of 40`);
  await after.close(60_000);
  t.equal(after.dropped(), 0);
  t.same(told.length, 1);
  await second.market.settle();
  const quote = second.system.market.symbol('AAPL', 1);
  t.equal(quote.ok && quote.value.quote?.last, trades[39]!.price);
  const rejected = second.market.sequencer.rejectedByReason();
  t.notOk('out_of_order' in rejected, JSON.stringify(rejected));
  await second.market.close(2_000);
});

/** A source that tells the past of `trades` in pages of two, but not that of one symbol. */
function pastOf(trades: readonly TradeRecord[], lacking: string, asked: string[]) {
  const source: Pick<MarketDataSource, 'name' | 'capabilities' | 'history'> = {
    name: 'hand',
    capabilities: {
      ...{ history: ['trade'], bars: [], live: ['trade'], repair: [] },
      ...{ isNumbered: false, timeStepUs: 1_000_000 },
    },
    async *history({ symbol, fromUs, toUs }) {
      asked.push(`${symbol} ${(fromUs - openUs) / 1e6} ${(toUs - openUs) / 1e6}`);
      const own = trades.filter((trade) => trade.symbol === symbol);
      for (let at = 0; at < own.length; at += 2) {
        yield { ok: true, value: { records: own.slice(at, at + 2), rejectedByReason: {} } };
        if (symbol === lacking) yield no('source.unavailable', 'hand: it did not answer');
      }
    },
  };
  return source;
}

t.test('trades of several symbols come by their time, and a hole is told', async (t) => {
  const trades = ['AAPL', 'KO', 'PEP'].flatMap((symbol, row) =>
    [0, 1, 2, 3, 4].map((index) => tradeAt(3_600 + index * 3 + row, symbol)),
  );
  const asked: string[] = [];
  const source = pastOf(trades, 'KO', asked);
  const batch = packPrints([
    { trade: tradeAt(3_500), bid: 0, ask: 0 },
    { trade: tradeAt(3_600), bid: 0, ask: 0 },
    { trade: tradeAt(20, 'PEP'), bid: 0, ask: 0 },
    // A broken time is no place that the stream had come to.
    { trade: tradeAt(90_000), bid: 0, ask: 0 },
  ]);
  const nowUs = openUs + 4_000e6;
  const known = knownTrades([{ source: 'live-hand', sequence: 1n, ...batch }], source, nowUs);
  t.equal(known?.lastUs, openUs + 3_600e6);
  const told: string[] = [];
  const earlier = new EarlierTrades({
    ...{ source, symbols: ['AAPL', 'KO', 'PEP'], known: known! },
    ...{ clock: { nowMs: () => nowUs / 1000 }, tell: (text: string) => told.push(text) },
  });
  const taken = earlier.take(4);
  t.same(asked, [], 'nothing before the stream runs');
  earlier.begin();
  const namesOf = (some: readonly TradeRecord[]) =>
    some.map(({ symbol, timeUs }) => `${symbol} ${(timeUs - openUs) / 1e6}`);
  t.same(namesOf(await taken), ['KO 3601', 'PEP 3602', 'AAPL 3603', 'KO 3604']);
  t.same(asked, ['AAPL 3590 4001', 'KO 0 4001', 'PEP 10 4001'], 'quiet ones for an hour');
  t.same(namesOf(await earlier.take(4)), ['PEP 3605', 'AAPL 3606', 'PEP 3608', 'AAPL 3609']);
  t.same(namesOf(await earlier.take(9)), ['PEP 3611', 'AAPL 3612', 'PEP 3614']);
  t.same(await earlier.take(9), []);
  t.match(told, [/: 11 came$/, /^trades of KO have a hole there: source.unavailable: /]);
});

t.test("who stops asks no more, and the past that is nobody's is none", async (t) => {
  const asked: string[] = [];
  const source = pastOf([tradeAt(1)], '', asked);
  t.equal(knownTrades([], source, openUs), undefined);
  const batch = packPrints([{ trade: tradeAt(0), bid: 0, ask: 0 }]);
  const known = knownTrades([{ source: 'live-hand', sequence: 1n, ...batch }], source, openUs);
  const clock = { nowMs: () => openUs / 1000 };
  const tell = (text: string) => t.fail(text);
  const earlier = new EarlierTrades({ source, symbols: ['AAPL'], known: known!, clock, tell });
  const taken = earlier.take(1);
  earlier.stop();
  t.same(await taken, []);
  t.same(asked, []);
});

t.test(
  'who is stopped while the past is asked for leaves what waits to the next run',
  async (t) => {
    const folder = temporaryFolder(t, 'left');
    const first = await openLife(folder);
    const batch = packPrints([{ trade: tradeAt(0), bid: 0, ask: 0 }]);
    await first.system.market.ingest({ source: 'live-hand', sequence: 1n, ...batch });
    await first.market.close(2_000);

    const second = await openLife(folder);
    t.teardown(() => second.market.close(2_000));
    const told: string[] = [];
    let sink: LiveSink | undefined;
    let answer: () => void = () => {};
    const source: MarketDataSource = {
      ...pastOf([], '', []),
      name: 'hand',
      async *history() {
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
      },
      live(_subscription, listener) {
        sink = listener;
        const close = async (): Promise<void> => answer();
        return { counters: noLiveCounters(), state: () => 'live', close };
      },
    };
    const clock = manualClock((openUs + 60e6) / 1000);
    const tell = (text: string) => told.push(text);
    const feed = startSourceFeed(second.system, source, { symbols: ['AAPL'], clock, tell });
    sink!.onState?.('live', 'subscribed');
    for (let index = 50; index < 53; index++) sink!.onRecord(tradeAt(index));
    await feed.close(60_000);
    t.same(told, ['3 trades of live-hand are left to the next run, which asks for them']);
    t.equal(feed.dropped(), 0);
    t.notOk('frame_dropped' in second.market.sequencer.rejectedByReason());
  },
);
