// A vendor's live stream into a running market: every trade once, the market's rows follow.

import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { manualClock, systemClock } from '../adapters/sources/clock.js';
import { LoopbackVendor } from '../adapters/sources/conformance/loopback-vendor.js';
import { tapeOf } from '../adapters/sources/conformance/tape.js';
import { alpacaWire } from '../adapters/sources/conformance/wires-stocks.js';
import {
  type LiveSink,
  type MarketDataSource,
  noLiveCounters,
} from '../adapters/sources/source.js';
import { alpaca } from '../adapters/sources/vendors/alpaca.js';
import { vendorSource } from '../adapters/sources/vendors/vendor.js';
import { no } from '../app/answers.js';
import { startSourceFeed } from './source-feed.js';
import { openSystem, until } from './test-system.js';
import { BATCH_MAX, PAUSE_AT, WAITING_MAX } from './trade-queue.js';

t.test('trades of a live source move the market', async (t) => {
  const { market, system } = await openSystem(t);
  const vendor = await LoopbackVendor.start(alpacaWire, tapeOf('AAPL'));
  t.teardown(() => vendor.close());
  const clock = manualClock(Date.now());
  const options = { symbols: ['AAPL'], clock: systemClock, tell: (text: string) => t.fail(text) };
  const feed = startSourceFeed(system, vendorSource(alpaca, vendor.settings, { clock }), options);
  t.ok(await until(() => feed.session.state() === 'live' && vendor.subscribed > 0));
  t.match(system.market.feed(), { derived: true, outsideTicks: 0n });
  const before = market.sequencer.prints;
  const { openUs } = sessionOf(20210121);
  // Near the last price of the replay: prints far from it would be refused as bad.
  const last = system.market.symbol('AAPL', 1);
  const near = Math.round((last.ok ? (last.value.quote?.last ?? 0) : 0) * 100) / 100;
  const prices = Array.from({ length: 40 }, (_, index) => near + (index % 5) / 100);
  vendor.tape.trades.slice(0, 40).forEach((trade, index) => {
    vendor.send({ ...trade, price: prices[index]!, timeUs: openUs + (index + 1) * 1e6 });
  });
  t.ok(await until(() => market.sequencer.prints === before + 40));
  await feed.close(2_000);
  await market.settle();
  const quote = system.market.symbol('AAPL', 1);
  t.equal(quote.ok && quote.value.quote?.last, prices[39]);
  t.equal(feed.dropped(), 0);
  const seen = { delivered: 40n, holes: 0n, connects: 1n, dropped: 0n, earlier_holes: 0n };
  t.match((await system.quality.report()).live, [{ source: 'live-alpaca', counts: seen }]);
  t.equal(quote.ok && quote.value.quote?.derived, false, 'it was traded');
  const others = system.market.changed(0);
  t.same(
    others.ok && others.value.message().quotes.filter(({ derived }) => !derived).length,
    1,
    'the others were not',
  );
  t.match(system.market.feed(), { derived: true, outsideTicks: 40n });
});

/** A source whose trades the test gives by hand; it can wait if `said` takes when it has to. */
function handSource(
  said?: string[],
  date = 20210121,
): {
  readonly source: MarketDataSource;
  give(count: number): void;
} {
  let sink: LiveSink | undefined;
  const waits = said && { pause: () => said.push('pause'), resume: () => said.push('resume') };
  const source: MarketDataSource = {
    name: 'hand',
    capabilities: {
      history: [],
      bars: [],
      live: ['trade'],
      isNumbered: false,
      repair: [],
      timeStepUs: 1,
    },
    async *history() {},
    live(_subscription, listener) {
      sink = listener;
      const close = async (): Promise<void> => {};
      return { counters: noLiveCounters(), state: () => 'live', close, ...waits };
    },
  };
  const trade = {
    kind: 'trade',
    symbol: 'AAPL',
    timeUs: sessionOf(date).openUs + 1e6,
    price: 130,
    size: 100,
    sequence: Number.NaN,
    id: '',
    conditions: '',
  } as const;
  return {
    source,
    give(count) {
      for (let index = 0; index < count; index++) sink!.onRecord(trade);
    },
  };
}

t.test('a source while the market takes nothing', async (t) => {
  const { market, system } = await openSystem(t, { isStreamed: false });
  const told: string[] = [];
  const options = {
    symbols: ['AAPL'],
    clock: systemClock,
    tell: (text: string) => told.push(text),
  };
  const { source, give } = handSource(undefined, 20210120);
  const feed = startSourceFeed(system, source, options);
  give(1);
  // It waits for a place that only the replay offers, and that one has not begun.
  t.ok(await until(() => system.market.lastSequence('live-hand') === 1n));
  give(WAITING_MAX + 1);
  t.equal(feed.dropped(), BATCH_MAX, 'the bound holds while a batch is under way');
  t.equal(told.length, 1);
  market.stop();
  await feed.close(60_000);
  t.equal(feed.dropped(), WAITING_MAX + 2, 'what is left at the end is counted');
  t.equal(market.sequencer.rejectedByReason()['frame_dropped'], WAITING_MAX + 2);
});

t.test('trades of after the replay wait until it is over', async (t) => {
  const { market, system } = await openSystem(t, { isStreamed: false });
  const told: string[] = [];
  const tell = (text: string) => told.push(text);
  const { source, give } = handSource();
  const feed = startSourceFeed(system, source, { symbols: ['AAPL'], clock: systemClock, tell });
  give(3);
  t.ok(await until(() => told.length > 0));
  t.match(told, ['trades of live-hand wait until the replay of earlier days is over']);
  await market.stream();
  t.ok(await until(() => system.market.feed().outsideTicks === 3n));
  t.equal(system.market.lastSequence('live-hand'), 1n);
  t.notOk('outside_session' in market.sequencer.rejectedByReason());
  await feed.close(60_000);
  t.equal(feed.dropped(), 0);
  t.equal(told.length, 1);
});

t.test('a source that can wait is paused while the market is behind', async (t) => {
  const { market, system } = await openSystem(t);
  const said: string[] = [];
  const { source, give } = handSource(said);
  const { ingest } = market;
  const take = ingest.take.bind(ingest);
  ingest.take = async () => no('ingest.busy', 'expected fewer batches');
  const before = market.sequencer.prints;
  const options = { symbols: ['AAPL'], clock: systemClock, tell: (text: string) => t.fail(text) };
  const feed = startSourceFeed(system, source, options);
  give(PAUSE_AT - 1);
  t.same(said, []);
  // Some may be on their way by now.
  give(BATCH_MAX + 1);
  t.same(said, ['pause']);
  t.match(system.market.feed(), { sourcePauses: 1n });
  ingest.take = take;
  t.ok(await until(() => said.length === 2));
  t.same(said, ['pause', 'resume']);
  t.ok(await until(() => market.sequencer.prints === before + PAUSE_AT + BATCH_MAX));
  t.equal(feed.dropped(), 0);
  await feed.close(60_000);
});

t.test('a source whose trades are refused, or can not be recorded', async (t) => {
  const { market, system } = await openSystem(t);
  const told: string[] = [];
  const options = {
    symbols: ['AAPL'],
    clock: systemClock,
    tell: (text: string) => told.push(text),
  };
  const { source, give } = handSource();
  const { ingest } = market;
  const take = ingest.take.bind(ingest);
  const before = market.sequencer.prints;
  const feed = startSourceFeed(system, source, options);

  let failures = 0;
  ingest.take = async () => {
    failures++;
    throw new Error('no space left on device');
  };
  give(2);
  t.ok(await until(() => failures > 1), 'it is sent again');
  t.match(told.splice(0), [/not recorded: no space left on device/]);
  ingest.take = take;
  t.ok(await until(() => market.sequencer.prints === before + 2));
  t.equal(feed.dropped(), 0);

  ingest.take = async () => no('ingest.too_many_sources', 'expected fewer sources');
  give(3);
  t.ok(await until(() => feed.dropped() === 3), 'it is not sent again for ever');
  give(1);
  t.ok(await until(() => feed.dropped() === 4));
  t.match(told.splice(0), [/too_many_sources/], 'told once');
  ingest.take = take;
  await feed.close(60_000);
});
