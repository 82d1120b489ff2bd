// The measures against plain recomputation, the papers' formulas and planted parameters.

import fc from 'fast-check';
import t from 'tap';
import { Book } from '../book/index.js';
import { volumeBuckets, vpin } from '../execution/index.js';
import {
  fitSquareRoot,
  HeatMap,
  InformedFlow,
  imbalance,
  Liquidity,
  leeReady,
  microPrice,
  OrderFlow,
  type Quote,
  QuoteHistory,
  quoteRule,
  TickRule,
  TradingCosts,
  VolumeProfile,
  VwapBands,
  WeightedMean,
} from './index.js';

/** The part of a tap test that is used here. */
interface Tap {
  ok(value: unknown, text: string): unknown;
}

const QUOTE: Quote = { bid: 100, bidSize: 30, ask: 101, askSize: 10 };

function near(t: Tap, got: number, expected: number, tolerance = 1e-9): void {
  const scale = Math.max(1, Math.abs(expected));
  t.ok(Math.abs(got - expected) <= tolerance * scale, `expected ${expected}, was ${got}`);
}

t.test('the microprice leans to the side with less in the way', (t) => {
  t.equal(microPrice(QUOTE), (100 * 10 + 101 * 30) / 40);
  const book = new Book();
  for (const [level, size] of [5, 4, 3, 2, 1, 100].entries()) book.bids.set(100 - level, size);
  for (const [level, size] of [1, 1, 1, 1, 1, 100].entries()) book.asks.set(101 + level, size);
  t.equal(imbalance(book, 1), 4 / 6);
  t.equal(imbalance(book, 5), 10 / 20);
  t.ok(Number.isNaN(imbalance(new Book(), 5)));
  t.end();
});

/** Equation 2 of Cont, Kukanov and Stoikov, as printed. */
function contFlow(before: Quote, now: Quote): number {
  const bids =
    now.bid > before.bid
      ? now.bidSize
      : now.bid === before.bid
        ? now.bidSize - before.bidSize
        : -before.bidSize;
  const asks =
    now.ask < before.ask
      ? now.askSize
      : now.ask === before.ask
        ? now.askSize - before.askSize
        : -before.askSize;
  return bids - asks;
}

t.test('order-flow imbalance is the sum of the paper over the span', (t) => {
  const quote = fc.record({
    bid: fc.integer({ min: 95, max: 99 }),
    bidSize: fc.integer({ min: 1, max: 9 }),
    ask: fc.integer({ min: 100, max: 104 }),
    askSize: fc.integer({ min: 1, max: 9 }),
  });
  const timed = fc.record({ quote, passedUs: fc.nat(400) });
  fc.assert(
    fc.property(fc.array(timed, { minLength: 2, maxLength: 80 }), (quotes) => {
      const flow = new OrderFlow(1_000, 10);
      let timeUs = 0;
      const seen: { timeUs: number; quote: Quote; flow: number }[] = [];
      for (const { quote: now, passedUs } of quotes) {
        timeUs += passedUs;
        flow.push(timeUs, now);
        const last = seen[seen.length - 1];
        seen.push({ timeUs, quote: now, flow: last === undefined ? 0 : contFlow(last.quote, now) });
      }
      const oldest = Math.floor(timeUs / 100) - 9;
      const expected = seen
        .filter((each) => Math.floor(each.timeUs / 100) >= oldest)
        .reduce((sum, each) => sum + each.flow, 0);
      t.equal(flow.value, expected);
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('trades are sided by tick, by quote, and by both', (t) => {
  const rule = new TickRule();
  t.same(
    [100, 101, 101, 100.5, 100.5, 102].map((price) => rule.classify(price)),
    [0, 1, 1, -1, -1, 1],
  );
  t.same(
    [101, 100, 100.5].map((price) => quoteRule(price, QUOTE)),
    [1, -1, 0],
  );
  t.equal(leeReady(100.5, QUOTE, -1), -1, 'at the middle the tick decides');
  t.equal(leeReady(101, QUOTE, -1), 1);
  t.end();
});

t.test('a realised spread waits for its delay and adds up with the impact', (t) => {
  const costs = new TradingCosts(5_000_000);
  costs.push(0, { side: 1, price: 100.5, size: 2 }, 100);
  costs.push(1_000_000, { side: -1, price: 99.5, size: 1 }, 100);
  near(t, costs.effectiveBps, 100);
  costs.onMid(4_999_999, 101);
  t.ok(Number.isNaN(costs.realisedBps), 'not yet');
  costs.onMid(5_000_000, 100.2);
  near(t, costs.realisedBps, 60);
  near(t, costs.impactBps, 40);
  costs.onMid(6_000_000, 99.9);
  near(t, costs.realisedBps, (60 * 2 + 80) / 3);
  near(t, costs.realisedBps + costs.impactBps, costs.effectiveBps);
  t.end();
});

t.test('a weighted mean of the newest values is that of the list of them', (t) => {
  const value = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 50 }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
      const mean = new WeightedMean(7);
      for (const [each, weight] of values) mean.push(each / 3, weight);
      const kept = values.slice(-7);
      const weights = kept.reduce((sum, [, weight]) => sum + weight, 0);
      near(t, mean.value, kept.reduce((sum, [each, w]) => sum + (each / 3) * w, 0) / weights);
    }),
  );
  t.end();
});

t.test('the quote before a trade is the last one of that time or before', (t) => {
  const step = fc.record({ isQuote: fc.boolean(), passedUs: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const history = new QuoteHistory();
      const quotes: (readonly [number, number])[] = [];
      const out: Quote = { bid: 0, bidSize: 0, ask: 0, askSize: 0 };
      let timeUs = 0;
      steps.forEach(({ isQuote, passedUs }, index) => {
        timeUs += passedUs;
        if (isQuote) {
          quotes.push([timeUs, index]);
          history.push(timeUs, { ...QUOTE, bid: index });
          return;
        }
        const expected = quotes.findLast(([at]) => at <= timeUs - 2);
        t.equal(history.read(timeUs - 2, out), expected !== undefined);
        if (expected !== undefined) t.equal(out.bid, expected[1]);
      });
    }),
  );
  const history = new QuoteHistory();
  for (let quote = 0; quote < 10_000; quote++) history.push(quote, { ...QUOTE, bid: quote });
  t.notOk(history.read(5, { ...QUOTE }), 'one that gave way is not made up');
  t.end();
});

t.test('the value area grows from the point of control by the fuller pair of rows', (t) => {
  const profile = new VolumeProfile(10);
  const volumes = [5, 10, 20, 40, 30, 15, 10, 2];
  for (const [row, volume] of volumes.entries()) {
    profile.push(1000 + row * 10 + 3, volume, row % 2 === 0 ? 1 : -1);
  }
  // 132 in all, 92.4 wanted: 40, and 45 above against 30 below makes 85, then 30 below.
  t.same(profile.valueArea(), { pointOfControl: 1030, low: 1010, high: 1060, share: 115 / 132 });
  t.same(profile.rows()[3], { lowTicks: 1030, bought: 0, sold: 40, unsided: 0 });
  profile.push(1033, 7, 0);
  t.match(profile.rows()[3], { bought: 0, sold: 40, unsided: 7 }, 'nobody knows who began it');
  profile.push(1e9, 1, 1);
  t.equal(profile.outside, 1);
  t.equal(new VolumeProfile(1).valueArea(), undefined);
  t.end();
});

t.test('VWAP and its deviation are those of two passes', (t) => {
  const trade = fc.tuple(
    fc.integer({ min: 6_000_000, max: 6_000_900 }),
    fc.integer({ min: 1, max: 99 }),
  );
  fc.assert(
    fc.property(fc.array(trade, { minLength: 1, maxLength: 50 }), (trades) => {
      const bands = new VwapBands();
      for (const [cents, size] of trades) bands.push(cents / 100, size);
      const total = trades.reduce((sum, [, size]) => sum + size, 0);
      const mean = trades.reduce((sum, [cents, size]) => sum + (cents / 100) * size, 0) / total;
      const squares = trades.reduce(
        (sum, [cents, size]) => sum + (cents / 100 - mean) ** 2 * size,
        0,
      );
      near(t, bands.vwap, mean, 1e-12);
      near(t, bands.deviation, Math.sqrt(squares / total), 1e-6);
    }),
  );
  t.end();
});

t.test('VPIN, streaming, is that of all trades at once', (t) => {
  const trade = fc.tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.constantFrom('B' as const, 'S' as const),
  );
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 80 }), (trades) => {
      const flow = new InformedFlow(10, 5);
      for (const [size, side] of trades) flow.push(size, side === 'B' ? 1 : -1);
      const buckets = volumeBuckets(trades, 10);
      if (!('complete' in buckets)) return;
      const expected = vpin(buckets.complete, 10, 5);
      if (Number.isNaN(expected)) t.ok(Number.isNaN(flow.value));
      else near(t, flow.value, expected);
    }),
    { numRuns: 200 },
  );
  t.end();
});

/** Numbers between -1 and 1 that follow from a seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
}

t.test('the planted constant of the square-root law is found within its error', (t) => {
  const next = chance(7);
  const signed = Array.from({ length: 300 }, () => Math.round(next() * 1_000));
  const volumes = signed.map((size) => Math.abs(size) + 500);
  const volume = volumes.reduce((sum, each) => sum + each, 0) / 300;
  const made = signed.map(
    (size) => 0.002 * Math.sign(size) * Math.sqrt(Math.abs(size) / volume) + 0.0004 * next(),
  );
  const mean = made.reduce((sum, each) => sum + each, 0) / 300;
  const sigma = Math.sqrt(made.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 299);
  const { coefficient, error } = fitSquareRoot(made, signed, volumes);
  t.ok(Math.abs(coefficient - 0.002 / sigma) < 3 * error, `${coefficient} +- ${error}`);
  t.ok(error > 0 && error < 0.05);
  t.ok(Number.isNaN(fitSquareRoot([0, 0, 0], [1, 2, 3], [1, 2, 3]).coefficient));
  t.end();
});

t.test("liquidity finds the planted price impact and Roll's bounce, an interval at a time", (t) => {
  const next = chance(11);
  const liquidity = new Liquidity(1_000_000);
  let mid = 1_000;
  for (let second = 0; second < 200; second++) {
    liquidity.onMid(second * 1_000_000, mid);
    const size = Math.round(next() * 50);
    const side = size >= 0 ? 1 : -1;
    liquidity.onTrade(mid + 0.05 * side, Math.abs(size), side);
    mid += size * 0.01;
    liquidity.onMid(second * 1_000_000 + 500_000, mid);
    if (second === 29) t.ok(Number.isNaN(liquidity.estimates.kyleLambda), 'too few intervals');
  }
  near(t, liquidity.estimates.kyleLambda, 0.01, 1e-6);
  t.ok(liquidity.estimates.amihud > 0);
  t.ok(liquidity.estimates.impactCoefficient > 0 && liquidity.estimates.impactError > 0);
  const bounce = new Liquidity(1_000_000);
  for (let second = 0; second < 200; second++) {
    bounce.onMid(second * 1_000_000, 100);
    bounce.onTrade(100 + (next() > 0 ? 0.05 : -0.05), 1, 0);
  }
  near(t, bounce.estimates.rollSpread, 0.1, 0.15);
  t.ok(Number.isNaN(bounce.estimates.kyleLambda), 'a price that stands still tells nothing');
  t.end();
});

t.test('the heat map keeps a column a second, around the middle', (t) => {
  const heat = new HeatMap(10);
  const book = new Book();
  book.bids.set(995, 3);
  book.bids.set(980, 4);
  book.bids.set(100, 9);
  book.asks.set(1005, 5);
  heat.onBook(1_000_000, book);
  heat.onBook(1_900_000, book);
  heat.onBook(2_000_000, book);
  const [first] = heat.samples();
  t.equal(heat.samples().length, 2);
  t.equal(first?.lowTicks, (100 - 32) * 10);
  t.same(
    [30, 31, 32].map((row) => first?.sizes[row]),
    [4, 3, 5],
  );
  for (let second = 3; second < 400; second++) heat.onBook(second * 1_000_000, book);
  t.equal(heat.samples().length, 240);
  t.end();
});
