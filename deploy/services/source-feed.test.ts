// A vendor's live stream into a running market: every trade once, the market's rows follow.

import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { manualClock } from '../adapters/sources/clock.js';
import { LoopbackVendor } from '../adapters/sources/conformance/loopback-vendor.js';
import { tapeOf } from '../adapters/sources/conformance/tape.js';
import { alpacaWire } from '../adapters/sources/conformance/wires-stocks.js';
import { alpaca } from '../adapters/sources/vendors/alpaca.js';
import { vendorSource } from '../adapters/sources/vendors/vendor.js';
import { startSourceFeed } from './source-feed.js';
import { openSystem, until } from './test-system.js';

t.test('trades of a live source move the market', async (t) => {
  const { market, system } = await openSystem(t);
  const vendor = await LoopbackVendor.start(alpacaWire, tapeOf('AAPL'));
  t.teardown(() => vendor.close());
  const clock = manualClock(Date.now());
  const feed = startSourceFeed(system, vendorSource(alpaca, vendor.settings, { clock }), ['AAPL']);
  t.ok(await until(() => feed.session.state() === 'live' && vendor.subscribed > 0));
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
  await feed.close();
  await market.settle();
  const quote = system.market.symbol('AAPL', 1);
  t.equal(quote.ok && quote.value.quote?.last, prices[39]);
  t.equal(feed.dropped(), 0);
});
