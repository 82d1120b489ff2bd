// Margin of options with their stock, against worked sums of the rule and all ways of pairing.

import fc from 'fast-check';
import t from 'tap';
import { DEFAULT_MARGIN, stockMargin, writtenMargin } from './margin.js';
import { legOf } from './margin-leg.js';
import { optionMargin, savedInTurn } from './option-margin.js';
import type { MarginOption } from './spread-margin.js';

const JUNE = 20210618;
const JULY = 20210716;

/** A leg of so many shares, written below zero. */
function leg(
  type: 'call' | 'put',
  strike: number,
  shares: number,
  price: number,
  changes: Partial<MarginOption> = {},
): MarginOption {
  const { expiryDate = JUNE } = changes;
  const symbol = `${type} ${strike} ${expiryDate} ${shares}`;
  const base = { symbol, type, strike, expiryDate, shares, price };
  return { ...base, isLongDated: false, isAdjusted: false, ...changes };
}

/** What options ask beside the stock, to the cent. */
const asked = (spot: number, shares: number, ...options: MarginOption[]): number =>
  Number(optionMargin({ spot, shares, options }, DEFAULT_MARGIN).toFixed(2));

t.test('spreads ask their value and what they may lose', async (t) => {
  // Paid 2 for the one, received 5 for the other: ten wide, so that 700 of 1,000 are at stake.
  t.equal(asked(100, 0, leg('call', 100, -100, 5), leg('call', 110, 100, 2)), 1_000 + 200 - 500);
  t.equal(asked(100, 0, leg('put', 100, -100, 5), leg('put', 90, 100, 2)), 1_000 + 200 - 500);
  const debit = [leg('call', 110, -100, 2), leg('call', 100, 100, 5)];
  t.equal(asked(100, 0, ...debit), 300, 'a debit spread can lose what it is worth');
  const wide = [leg('call', 100, -100, 5), leg('call', 160, 100, 0.1)];
  t.equal(asked(100, 0, ...wide), 2_000 + 10, 'a wide one asks what the call written asks alone');
  t.equal(asked(1e9, 0, leg('put', 90, 100, 0)), 0);
});

t.test('a leg bought bounds what ends no later, of its kind', async (t) => {
  const written = leg('call', 100, -100, 5);
  const later = leg('call', 110, 100, 3, { expiryDate: JULY });
  t.equal(asked(100, 0, written, later), 1_000 + 300 - 500);
  const sooner = [leg('call', 100, -100, 5, { expiryDate: JULY }), leg('call', 110, 100, 2)];
  t.equal(asked(100, 0, ...sooner), 2_000 + 200, 'not what ends later');
  t.equal(asked(100, 0, written, leg('put', 110, 100, 11)), 2_000 + 1_100);
  const adjusted = leg('call', 110, 100, 3, { isAdjusted: true });
  t.equal(asked(100, 0, written, adjusted), 2_000 + 300, 'nor what delivers something else');
  const half = leg('call', 110, 100, 2);
  t.equal(asked(100, 0, leg('call', 100, -200, 5), half), 700 + 2_000, 'as far as it goes');
});

t.test('spreads that end alike ask for the largest loss of all', async (t) => {
  const calls = [leg('call', 110, -100, 2), leg('call', 120, 100, 1)];
  const puts = [leg('put', 90, -100, 2), leg('put', 80, 100, 1)];
  t.equal(asked(100, 0, ...calls), 900);
  t.equal(asked(100, 0, ...calls, ...puts), 1_000 - 200, 'an iron condor loses on one side');
  const butterfly = [leg('call', 90, 100, 11), leg('call', 100, -200, 5), leg('call', 110, 100, 2)];
  t.equal(asked(100, 0, ...butterfly), 300, 'a butterfly loses what it is worth');
});

t.test('a call and a put written bare ask as the larger', async (t) => {
  const call = leg('call', 100, -100, 5);
  const put = leg('put', 90, -100, 2);
  t.equal(asked(100, 0, call), 2_000);
  t.equal(asked(100, 0, put), 1_000);
  t.equal(asked(100, 0, call, put), 2_000);
  t.equal(asked(100, 0, call, { ...put, shares: -300 }), 2_000 + 2_000);
});

t.test('shares cover what is written on them, and are hedged by what is bought', async (t) => {
  t.equal(asked(100, 100, leg('call', 110, -100, 2)), 0);
  t.equal(asked(100, 100, leg('call', 110, -300, 2)), 2 * 1_000);
  t.equal(asked(100, -100, leg('put', 90, -100, 2)), 0);
  t.equal(asked(100, -100, leg('call', 110, -100, 2)), 1_000);
  // A tenth of 95 and the 5 until there are 14.5 a share, less than the quarter of 100.
  t.equal(asked(100, 100, leg('put', 95, 100, 3)), 300 - (2_500 - 1_450));
  t.equal(asked(100, 100, leg('put', 50, 100, 0.1)), 10, 'one too far away hedges nothing');
  t.equal(asked(100, -100, leg('call', 105, 100, 3)), 300 - (3_000 - 1_550));
  const collar = [leg('call', 110, -100, 2), leg('put', 95, 100, 3)];
  t.equal(asked(100, 100, ...collar), 300 - 1_050, 'both of a collar');
});

t.test('what is bought asks its value, a quarter less past nine months', async (t) => {
  t.equal(asked(100, 0, leg('call', 100, 100, 5)), 500);
  t.equal(asked(100, 0, leg('call', 100, 100, 8, { isLongDated: true })), 600);
});

t.test('without a price of the stock nobody knows what is written asks', async (t) => {
  t.ok(Number.isNaN(asked(Number.NaN, 100, leg('call', 110, -100, 2))));
  t.equal(asked(Number.NaN, 0, leg('call', 110, 100, 2)), 200);
});

/** A hundred at a strike of whole dollars, of either date, worth what is intrinsic and more. */
const LEG = fc
  .record({
    type: fc.constantFrom('call' as const, 'put' as const),
    strike: fc.integer({ min: 70, max: 130 }),
    side: fc.constantFrom(-1, 1),
    more: fc.double({ min: 0, max: 9, noNaN: true }),
    expiryDate: fc.constantFrom(JUNE, JULY),
  })
  .map(({ type, strike, side, more, expiryDate }) => {
    const worth = Math.max(0, type === 'call' ? 100 - strike : strike - 100);
    return leg(type, strike, side * 100, worth + more, { expiryDate });
  });

/** What all ask with nothing paired. */
function apart(legs: readonly MarginOption[]): number {
  return legs.reduce((sum, one) => {
    const each = one.shares > 0 ? one.price : writtenMargin({ ...one, spot: 100 }, DEFAULT_MARGIN);
    return sum + 100 * each;
  }, 0);
}

t.test(
  'a conversion asks a tenth of its strike, a collar no more than its call leaves',
  async (t) => {
    const conversion = [leg('call', 95, -100, 8), leg('put', 95, 100, 3)];
    t.equal(asked(100, 100, ...conversion), 300 - (2_500 - 950));
    const later = leg('put', 95, 100, 3, { expiryDate: JULY });
    t.equal(asked(100, 100, conversion[0]!, later), 300 - 1_050, 'not where they end apart');
    // A tenth of 50 and 50 until there are more than a quarter of 60.
    const collar = [leg('call', 60, -100, 41), leg('put', 50, 100, 1)];
    t.equal(asked(100, 100, ...collar), 100 - (2_500 - 1_500));
    t.equal(asked(100, 50, ...collar), 2_000 + 100, 'shares short of a contract cover none');
    // A tenth of 105 and the 5 that its put is in the money: no less than its call alone leaves.
    const reverse = [leg('put', 105, -100, 7), leg('call', 105, 100, 2)];
    t.equal(asked(100, -100, ...reverse), 200 - (3_000 - 1_050 - 500));
  },
);

t.test('what saves most at once is not paired where two others save more', async (t) => {
  // Together 105 would cover 100 for 5 a share, and leave 110 with nothing to bound.
  const legs = [
    leg('call', 100, -100, 5),
    leg('call', 104, -100, 4, { expiryDate: JULY }),
    leg('call', 105, 100, 4, { expiryDate: JULY }),
    leg('call', 110, 100, 3),
  ];
  t.equal(asked(100, 0, ...legs), 300 - 500 + 1_000 + (400 - 400 + 100));
});

/** All ways to part items into heaps. */
function partitions<T>(items: readonly T[]): readonly (readonly (readonly T[])[])[] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return partitions(rest).flatMap((heaps) => [
    [[first], ...heaps],
    ...heaps.map((heap, at) =>
      heaps.map((other, place) => (place === at ? [first, ...heap] : other)),
    ),
  ]);
}

/** A hundred shares, or an option on them. */
type Item = 'shares' | MarginOption;

/** What a heap asks beside the shares' own, by the rule in so many words; endless if it is none. */
function heapAsks(heap: readonly Item[], side: number): number {
  const options = heap.filter((item) => item !== 'shares');
  const written = options.filter(({ shares }) => shares < 0);
  const bought = options.filter(({ shares }) => shares > 0);
  const [short, long] = [written[0], bought[0]];
  if (heap.length === options.length) {
    if (heap.length === 1) return apart(options);
    const isStraddle = written.length === 2 && bought.length === 0;
    if (isStraddle && written[0]!.type !== written[1]!.type) {
      return Math.max(apart([written[0]!]), apart([written[1]!]));
    }
    return spreadsAsk(written, bought);
  }
  if (heap.length - options.length > 1 || written.length > 1 || bought.length > 1) {
    return Number.POSITIVE_INFINITY;
  }
  if (short !== undefined && short.type !== (side > 0 ? 'call' : 'put'))
    return Number.POSITIVE_INFINITY;
  if (long === undefined) return 0;
  if (long.type !== (side > 0 ? 'put' : 'call')) return Number.POSITIVE_INFINITY;
  const own = side > 0 ? 2_500 : 3_000;
  const ways = [own, 10 * long.strike + 100 * Math.max(0, side * (100 - long.strike))];
  if (side > 0 && short?.expiryDate === long.expiryDate) {
    if (short.strike === long.strike) ways.push(10 * long.strike);
    if (short.strike > long.strike) ways.push(25 * short.strike);
  }
  return apart([long]) + Math.min(...ways) - own;
}

/** Spreads whose written and bought legs end on one day each: value, and the most they may lose. */
function spreadsAsk(written: readonly MarginOption[], bought: readonly MarginOption[]): number {
  const count = (legs: readonly MarginOption[], type: string): number =>
    legs.filter((one) => one.type === type).length;
  const isBalanced = ['call', 'put'].every((type) => count(written, type) === count(bought, type));
  const days = [written, bought].map((legs) => [...new Set(legs.map((one) => one.expiryDate))]);
  const isAlike = days.every((ends) => ends.length === 1) && days[1]![0]! >= days[0]![0]!;
  if (!isBalanced || !isAlike) return Number.POSITIVE_INFINITY;
  const all = [...written, ...bought];
  const value = all.reduce((sum, one) => sum + one.shares * one.price, 0);
  const lossAt = (end: number): number =>
    -all.reduce((sum, { type, strike, shares }) => {
      return sum + shares * Math.max(0, type === 'call' ? end - strike : strike - end);
    }, 0);
  return Math.max(0, value + Math.max(0, ...all.map(({ strike }) => lossAt(strike))));
}

t.test('nothing that a rule allows asks less', async (t) => {
  fc.assert(
    fc.property(
      fc.array(LEG, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: -2, max: 2 }),
      (options, hundreds) => {
        const sum = optionMargin({ spot: 100, shares: 100 * hundreds, options }, DEFAULT_MARGIN);
        const shares = Array<Item>(Math.abs(hundreds)).fill('shares');
        let least = Number.POSITIVE_INFINITY;
        for (const heaps of partitions<Item>([...options, ...shares])) {
          const asks = heaps.reduce((all, heap) => all + heapAsks(heap, Math.sign(hundreds)), 0);
          least = Math.min(least, asks);
        }
        return Math.abs(sum - least) < 1e-6;
      },
    ),
    { seed: 10, numRuns: 400 },
  );
  t.pass();
});

t.test(
  'what is paired in turn asks no less than the least, and no more than nothing paired',
  async (t) => {
    fc.assert(
      fc.property(
        fc.array(LEG, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: -3, max: 3 }),
        (options, hundreds) => {
          const name = { spot: 100, shares: 100 * hundreds, options };
          const legs = options.map((option) => legOf(option, 100, DEFAULT_MARGIN));
          const inTurn = apart(options) - savedInTurn(legs, name, DEFAULT_MARGIN);
          const least = optionMargin(name, DEFAULT_MARGIN);
          return least <= inTurn + 1e-6 && inTurn <= apart(options) + 1e-6;
        },
      ),
      { seed: 11, numRuns: 300 },
    );
    t.pass();
  },
);

t.test('more options than can be tried are paired in turn, at once', async (t) => {
  const options = Array.from({ length: 200 }, (_, at) =>
    leg(at % 2 === 0 ? 'call' : 'put', 60 + at / 2, at % 3 === 0 ? -100 : 100, 5),
  );
  const legs = options.map((option) => legOf(option, 100, DEFAULT_MARGIN));
  const name = { spot: 100, shares: 300, options };
  const inTurn = apart(options) - savedInTurn(legs, name, DEFAULT_MARGIN);
  t.equal(optionMargin(name, DEFAULT_MARGIN), inTurn);
});

t.test('spreads of one date lose no more than they ask, wherever the stock ends', async (t) => {
  const balanced = fc.array(fc.tuple(LEG, LEG), { minLength: 1, maxLength: 3 }).map((pairs) =>
    pairs.flatMap(([one, other]) => [
      { ...one, shares: -100, expiryDate: JUNE },
      { ...other, type: one.type, shares: 100, expiryDate: JUNE },
    ]),
  );
  // Where what is written bare asks less than may be lost, the rule lets it.
  const policy = { ...DEFAULT_MARGIN, option: 10, optionMin: 10 };
  fc.assert(
    fc.property(balanced, fc.integer({ min: 0, max: 300 }), (options, end) => {
      const sum = optionMargin({ spot: 100, shares: 0, options }, policy);
      const change = options.reduce((all, { type, strike, shares, price }) => {
        return all + shares * (Math.max(0, type === 'call' ? end - strike : strike - end) - price);
      }, 0);
      return -change <= sum + 1e-6;
    }),
    { seed: 8, numRuns: 1_000 },
  );
  t.pass();
});

t.test('hedged shares lose no more than they ask and a tenth of the strike', async (t) => {
  const side = fc.constantFrom(-1, 1);
  fc.assert(
    fc.property(side, fc.integer({ min: 60, max: 140 }), (sign, strike) => {
      const hedge = leg(sign > 0 ? 'put' : 'call', strike, 100, 50);
      const alone = stockMargin(sign * 100, sign * 10_000, DEFAULT_MARGIN);
      const sum =
        alone + optionMargin({ spot: 100, shares: sign * 100, options: [hedge] }, DEFAULT_MARGIN);
      const loss = 100 * Math.max(0, sign * (100 - strike));
      return sum - 5_000 <= Math.min(alone, loss + 10 * strike) + 1e-6;
    }),
    { seed: 9 },
  );
  t.pass();
});
