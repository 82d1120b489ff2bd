// Failover between two vendors that carry one tape, and the policies that sources share.

import t from 'tap';
import { manualClock } from './clock.js';
import { difference, reached } from './conformance/checks.js';
import { LoopbackVendor } from './conformance/loopback-vendor.js';
import { TAPE_START_US, tapeOf } from './conformance/tape.js';
import { coinbaseWire } from './conformance/wires-crypto.js';
import { alpacaWire, polygonWire } from './conformance/wires-stocks.js';
import { type FailoverSession, failoverSource } from './failover.js';
import { createBreaker, delayMs, RateLimiter } from './patience.js';
import type { MarketRecord } from './record.js';
import { readSourceSettings } from './settings.js';
import { alpaca } from './vendors/alpaca.js';
import { coinbase } from './vendors/coinbase.js';
import { polygon } from './vendors/polygon.js';
import { vendorSource } from './vendors/vendor.js';

t.test('the second source takes over and gives back without a hole or a double', async (t) => {
  const tape = tapeOf('AAPL');
  const first = await LoopbackVendor.start(alpacaWire, tape);
  const second = await LoopbackVendor.start(polygonWire, tape);
  const clock = manualClock(TAPE_START_US / 1000);
  const records: MarketRecord[] = [];
  const happen = (index: number, vendor: LoopbackVendor | undefined): void => {
    first.visible = index + 1;
    second.visible = index + 1;
    vendor?.send(tape.trades[index]!);
  };
  first.visible = 0;
  second.visible = 0;
  const active: string[] = [];
  const source = failoverSource({
    primary: vendorSource(alpaca, first.settings, { clock }),
    secondary: vendorSource(polygon, second.settings, { clock }),
    clock,
    onSwitch: (name) => active.push(name),
  });
  t.match(source, { name: 'alpaca-or-polygon', capabilities: { live: ['trade', 'quote', 'bar'] } });
  // What it opens is a session of two.
  const session = source.live!(
    { symbols: ['AAPL'], kinds: ['trade'] },
    { onRecord: (record) => records.push(record) },
  ) as FailoverSession;
  t.teardown(async () => {
    await session.close();
    await first.close();
    await second.close();
  });
  await reached(() => first.subscribed > 0 && session.state() === 'live');
  for (let index = 0; index < 5; index++) happen(index, first);
  await reached(() => records.length === 5);
  clock.advance(3_600_000);
  first.isDown = true;
  first.cut();
  for (let index = 5; index < 9; index++) happen(index, undefined);
  t.ok(await reached(() => session.active() === 'secondary' && second.subscribed > 0));
  for (let index = 9; index < 14; index++) happen(index, second);
  t.ok(await reached(() => records.length === 14), 'the second fills the hole and goes on');
  first.isDown = false;
  t.ok(await reached(() => session.active() === 'primary'), 'the first has it again');
  for (let index = 14; index < 20; index++) happen(index, first);
  await reached(() => records.length >= 20);
  t.equal(difference(records, tape.trades.slice(0, 20)), undefined);
  t.equal(session.switches(), 1);
  t.same(active, ['polygon', 'alpaca']);
  t.ok(session.counters.duplicates >= 9, 'the first told again what it had missed');
  const parts = session.parts?.();
  t.ok(Number(parts?.get('alpaca')?.counters.connects) > 1);
  t.match(parts?.get('polygon'), { counters: { connects: 1, delivered: 5 } });
  t.equal(parts?.get('polygon')?.state(), 'closed');
});

t.test('the past is asked of the second where the first gives none of it', async (t) => {
  const tape = tapeOf('AAPL');
  const first = await LoopbackVendor.start(alpacaWire, tape);
  const second = await LoopbackVendor.start(polygonWire, tape);
  t.teardown(() => second.close());
  const clock = manualClock(TAPE_START_US / 1000);
  const source = failoverSource({
    primary: vendorSource(alpaca, first.settings, { clock }),
    secondary: vendorSource(polygon, second.settings, { clock }),
    clock,
  });
  t.equal(source.capabilities.timeStepUs, 1_000, 'the coarser of both');
  await first.close();
  const span = { fromUs: TAPE_START_US, toUs: TAPE_START_US + 3_600e6 };
  const records: MarketRecord[] = [];
  for await (const page of source.history({
    ...{ kind: 'trade', every: '1m', symbol: 'AAPL' },
    ...span,
  })) {
    t.ok(page.ok, 'the refusal of the first is none');
    if (page.ok) records.push(...page.value.records);
  }
  t.equal(difference(records, tape.trades), undefined);
});

t.test('a session that is paused reads nothing, and misses nothing', async (t) => {
  const tape = tapeOf('AAPL');
  const vendor = await LoopbackVendor.start(alpacaWire, tape);
  const records: MarketRecord[] = [];
  const clock = manualClock(TAPE_START_US / 1000);
  const source = vendorSource(alpaca, vendor.settings, { clock });
  const session = source.live!(
    { symbols: ['AAPL'], kinds: ['trade'] },
    { onRecord: (record) => records.push(record) },
  );
  t.teardown(async () => {
    await session.close();
    await vendor.close();
  });
  const happen = (from: number, to: number): void => {
    for (let index = from; index < to; index++) {
      vendor.visible = index + 1;
      vendor.send(tape.trades[index]!);
    }
  };
  await reached(() => vendor.subscribed > 0 && session.state() === 'live');
  happen(0, 5);
  await reached(() => records.length === 5);
  session.pause?.();
  session.pause?.();
  happen(5, 9);
  // What was sent has long been there when the same server has answered.
  for (let times = 0; times < 3; times++) await fetch(vendor.settings.baseUrl!);
  t.equal(records.length, 5);
  clock.advance(3_600_000);
  t.equal(session.counters.stale, 0, 'it is not silent that nobody listens to');
  session.resume?.();
  t.ok(await reached(() => records.length === 9));
  session.pause?.();
  happen(9, 12);
  vendor.cut();
  session.resume?.();
  t.ok(await reached(() => records.length === 12), 'it breaks off meanwhile, and comes back');
  t.equal(difference(records, tape.trades.slice(0, 12)), undefined);
  t.match(session.counters, { pauses: 2, holes: 0 });
});

t.test('a hole that could not be filled is counted once', async (t) => {
  const tape = tapeOf('BTC/USD');
  const vendor = await LoopbackVendor.start(coinbaseWire, tape);
  const records: MarketRecord[] = [];
  const source = vendorSource(coinbase, vendor.settings, {
    clock: manualClock(TAPE_START_US / 1000),
  });
  const session = source.live!(
    { symbols: ['BTC/USD'], kinds: ['trade'] },
    { onRecord: (record) => records.push(record) },
  );
  t.teardown(async () => {
    await session.close();
    await vendor.close();
  });
  await reached(() => vendor.subscribed > 0 && session.state() === 'live');
  for (const trade of tape.trades.slice(0, 4)) vendor.send(trade);
  await reached(() => records.length === 4);
  vendor.planned.push({ status: 401, body: '{}' });
  for (const trade of tape.trades.slice(7, 10)) vendor.send(trade);
  t.ok(await reached(() => records.length === 7));
  t.match(session.counters, { gaps: 3, holes: 1, repaired: 0 });
});

t.test('delays double up to a minute, and chance takes at most a half', async (t) => {
  for (let attempt = 0; attempt < 40; attempt++) {
    const whole = Math.min(60_000, 500 * 2 ** attempt);
    t.equal(
      delayMs(attempt, () => 0),
      whole / 2,
    );
    t.ok(delayMs(attempt, () => 0.999) < whole);
  }
});

t.test('a breaker opens at the fifth failure and lets one call try after its pause', async (t) => {
  const clock = manualClock(0);
  const breaker = createBreaker(clock);
  for (let failure = 0; failure < 4; failure++) breaker.failed();
  t.equal(breaker.allows(), true);
  breaker.failed();
  t.equal(breaker.allows(), false);
  clock.advance(29_999);
  t.equal(breaker.allows(), false);
  clock.advance(1);
  t.same([breaker.allows(), breaker.allows()], [true, false], 'one call tries');
  breaker.failed();
  t.equal(breaker.allows(), false, 'and opens it again');
  clock.advance(30_000);
  t.equal(breaker.allows(), true);
  breaker.succeeded();
  t.same([breaker.allows(), breaker.allows(), breaker.opened()], [true, true, 2]);
});

t.test('no span holds more calls than the limit', async (t) => {
  const clock = manualClock(0);
  const limiter = new RateLimiter(clock, { calls: 3, perMs: 1_000 });
  const times: number[] = [];
  for (let call = 0; call < 12; call++) {
    await limiter.take();
    times.push(clock.nowMs());
    if (call % 4 === 0) clock.advance(170);
  }
  for (let call = 3; call < times.length; call++) {
    t.ok(times[call]! - times[call - 3]! >= 1_000, `call ${call}`);
  }
});

t.test('a clock that is set back holds up no call, and one set ahead lets none pass', async (t) => {
  const clock = manualClock(1e12);
  const breaker = createBreaker(clock);
  const limiter = new RateLimiter(clock, { calls: 1, perMs: 1_000 });
  await limiter.take();
  for (let failure = 0; failure < 5; failure++) breaker.failed();
  clock.set(2e12);
  t.equal(breaker.allows(), false);
  await limiter.take();
  clock.set(0);
  await limiter.take();
  t.same(clock.slept, [1_000, 1_000]);
  clock.advance(28_000);
  t.equal(breaker.allows(), true);
});

t.test('settings are checked, and no fault tells a value', async (t) => {
  const names = {
    baseUrl: 'https://data.example',
    streamUrl: '',
    base: 'web',
    needsKey: true,
    needsSecret: false,
    extras: ['feed'],
  } as const;
  const read = (environment: Readonly<Record<string, string>>) =>
    readSourceSettings('alpaca', names, environment);
  const key = { SLUICE_ALPACA_KEY: 'k3y-of-mine' };
  t.match(read({ ...key, SLUICE_ALPACA_FEED: 'sip' }), {
    key: 'k3y-of-mine',
    extras: { feed: 'sip' },
  });
  const wrong = [
    {},
    { SLUICE_ALPACA_KEY: 'k3y-of-mine\r\nx: 1' },
    { ...key, SLUICE_ALPACA_URL: 'http://data.example' },
    { ...key, SLUICE_ALPACA_URL: 'https://me:k3y-of-mine@data.example' },
    { ...key, SLUICE_ALPACA_URL: 'file:///etc/passwd' },
    { ...key, SLUICE_ALPACA_STREAM_URL: 'ws://stream.example' },
  ];
  for (const environment of wrong) {
    try {
      read(environment);
      t.fail('expected a fault');
    } catch (error) {
      t.match(error, { code: 'config.invalid', message: /^SLUICE_ALPACA_/ });
      t.notMatch(String(error), /k3y-of-mine/);
    }
  }
  t.equal(read({ ...key, SLUICE_ALPACA_URL: 'http://127.0.0.1:1/' }).baseUrl, 'http://127.0.0.1:1');
});
