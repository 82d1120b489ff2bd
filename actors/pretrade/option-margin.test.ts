// Margin of options with their stock, against worked sums of the rule and what no pairing can beat.

import fc from 'fast-check';
import t from 'tap';
import { DEFAULT_MARGIN, stockMargin, writtenMargin } from './margin.js';
import { optionMargin } from './option-margin.js';
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

/**
 * The least of all ways to match calls and puts written with those bought, each pair by the rule in
 * so many words, tried one after the other: what is made together asks no more than in pairs.
 */
function leastOfPairs(legs: readonly MarginOption[]): number {
  const [first, ...rest] = legs.filter(({ shares }) => shares < 0);
  const bought = legs.filter(({ shares }) => shares > 0);
  if (first === undefined) return apart(bought);
  const others = (without?: MarginOption): MarginOption[] => [
    ...rest,
    ...bought.filter((one) => one !== without),
  ];
  let least = apart([first]) + leastOfPairs(others());
  for (const one of bought) {
    if (one.type !== first.type || one.expiryDate < first.expiryDate) continue;
    const gap = one.type === 'call' ? one.strike - first.strike : first.strike - one.strike;
    const alone = first.price + writtenMargin({ ...first, spot: 100 }, DEFAULT_MARGIN);
    const asks = one.price - first.price + Math.min(alone, Math.max(0, gap));
    least = Math.min(least, 100 * Math.max(0, asks) + leastOfPairs(others(one)));
  }
  return least;
}

t.test(
  'pairing never asks more than nothing paired, nor much more than the best pairs',
  async (t) => {
    let equal = 0;
    fc.assert(
      fc.property(fc.array(LEG, { minLength: 1, maxLength: 6 }), (legs) => {
        const sum = optionMargin({ spot: 100, shares: 0, options: legs }, DEFAULT_MARGIN);
        const best = leastOfPairs(legs);
        if (sum <= best + 1e-6) equal++;
        return sum >= -1e-6 && sum <= apart(legs) + 1e-6;
      }),
      { seed: 7, numRuns: 1_000 },
    );
    t.ok(equal >= 950, `as little as the best pairs, or less, in ${equal} of 1,000`);
  },
);

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
