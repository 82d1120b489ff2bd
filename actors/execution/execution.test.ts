// Tests of schedules, costs and liquidity against reference vectors and their invariants.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { ReferenceCase } from '../reference/index.js';
import {
  almgrenChriss,
  amihudIlliquidity,
  type BarColumns,
  implementationShortfall,
  kyleLambda,
  rollSpread,
  squareRootImpact,
  twapSchedule,
  verifyExecutionCase,
  volumeBuckets,
  vpin,
  vwapSchedule,
} from './index.js';

const { bars, cases } = JSON.parse(
  readFileSync(
    new URL('../../../actors/execution/fixtures/execution.json', import.meta.url),
    'utf8',
  ),
) as { bars: BarColumns; cases: ReferenceCase[] };

/** What a computation gave; fails the test on a refusal. */
function accepted<T>(result: T): Exclude<T, { code: string }> {
  if (typeof result === 'object' && result !== null && 'code' in result) {
    throw new Error(`refused: ${JSON.stringify(result)}`);
  }
  // What is left once a refusal is out.
  return result as Exclude<T, { code: string }>;
}

const LIQUIDATION = {
  shares: 1_000_000,
  horizon: 5,
  periods: 5,
  sigma: 0.95,
  epsilon: 0.0625,
  gamma: 2.5e-7,
  eta: 2.5e-6,
  riskAversion: 1e-6,
};

t.test('the reference vectors are met', async (t) => {
  t.ok(cases.length > 15);
  for (const reference of cases) {
    const verdict = verifyExecutionCase(reference, () => bars);
    t.match(verdict, { status: 'passed', notes: [] }, reference.id);
  }
});

t.test('a wrong expectation fails and an unknown word is skipped', async (t) => {
  for (const reference of cases) {
    const params = { ...reference.params, mood: 1 };
    t.equal(verifyExecutionCase({ ...reference, params }, () => bars).status, 'skipped');
    const expected = { surprise: 1 };
    t.equal(verifyExecutionCase({ ...reference, expected }, () => bars).status, 'failed');
  }
  const [first] = cases;
  if (first === undefined) throw new Error('no case');
  t.equal(verifyExecutionCase({ ...first, function: 'pov' }, () => bars).status, 'skipped');
  const few = { ...first, function: 'roll_spread', params: { prices: [1] } };
  const verdict = (expected: unknown) => verifyExecutionCase({ ...few, expected }, () => bars);
  t.match(verdict({ spread_ddof1: null }), { status: 'passed' });
  t.match(verdict({ spread_ddof1: 0 }), {
    status: 'failed',
    notes: [/^refused, execution.prices/],
  });
});

t.test('equal slices sum to the order, in whole lots, never ahead of time', async (t) => {
  const orders = fc.tuple(fc.nat(10_000_000), fc.integer({ min: 1, max: 60 }), fc.nat(300));
  fc.assert(
    fc.property(orders, ([quantity, count, lotLess]) => {
      const lot = lotLess + 1;
      const { slices, idealPerSlice } = accepted(twapSchedule(quantity, count, lot));
      let done = 0;
      slices.forEach((slice, index) => {
        done += slice;
        if (index < count - 1 && (slice % lot !== 0 || slice < 0)) throw new Error('part of a lot');
        if (done > idealPerSlice * (index + 1) + 1e-6) throw new Error('ahead of time');
      });
      const isEven = slices.every((slice) => Math.abs(slice - idealPerSlice) < 1);
      return done === quantity && (lot > 1 || isEven);
    }),
    { seed: 21 },
  );
  t.match(twapSchedule(10.5, 2), { code: 'execution.quantity' });
  t.match(twapSchedule(10, 0), { code: 'execution.slices' });
  t.match(twapSchedule(10, 2, 0), { code: 'execution.lot' });
});

t.test('slices by volume sum to the order and stay within one share of the ideal', async (t) => {
  const profile = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(fc.nat(1_000_000), profile, (quantity, volumes) => {
      const result = vwapSchedule(quantity, [...volumes, 1]);
      if ('code' in result) return volumes.some((volume) => volume > 0 && volume < 1e-20);
      return [result.largestRemainder, result.cumulativeFloor].every(
        (slices) =>
          slices.reduce((sum, slice) => sum + slice, 0) === quantity &&
          slices.every((slice, index) => Math.abs(slice - result.ideal[index]!) <= 1 + 1e-6),
      );
    }),
    { seed: 22 },
  );
  t.match(vwapSchedule(10, [0, 0]), { code: 'execution.profile' });
  t.match(vwapSchedule(10, [1, -1]), { code: 'execution.profile' });
  t.match(vwapSchedule(10, []), { code: 'execution.slices' });
});

t.test('an order that filled nothing cost only the opportunity', async (t) => {
  const order = {
    side: 'buy',
    decision: '10',
    arrival: '10.1',
    fills: [],
    ordered: 100,
    final: '11',
    feePerShare: '0.01',
  } as const;
  const result = accepted(implementationShortfall(order));
  t.match(result, { executed: 0, unfilled: 100, opportunityCost: 100, fees: 0, total: 100 });
  t.ok(Number.isNaN(result.averagePrice));
  t.match(implementationShortfall({ ...order, decision: 'x' }), { code: 'execution.price' });
  t.match(implementationShortfall({ ...order, fills: [['10', 101]] }), {
    code: 'execution.quantity',
  });
  t.match(implementationShortfall({ ...order, fills: [['-1', 1]] }), { code: 'execution.price' });
});

t.test('no trajectory near the optimal one has a better utility', async (t) => {
  const best = accepted(almgrenChriss(LIQUIDATION));
  const { sigma, gamma, epsilon, shares, riskAversion } = LIQUIDATION;
  const utilityOf = (holdings: readonly number[]): number => {
    let utility = (gamma * shares * shares) / 2;
    for (let index = 1; index < holdings.length; index++) {
      const trade = holdings[index - 1]! - holdings[index]!;
      utility += epsilon * Math.abs(trade) + (best.etaTilde / best.tau) * trade * trade;
      utility += riskAversion * sigma * sigma * best.tau * holdings[index]! ** 2;
    }
    return utility;
  };
  t.ok(Math.abs(utilityOf(best.holdings) - best.utility) < 1e-6);
  for (const index of [1, 2, 3, 4]) {
    for (const shift of [-1000, 1000]) {
      const other = best.holdings.map((held, at) => (at === index ? held + shift : held));
      t.ok(utilityOf(other) > best.utility, `moved by ${shift} after period ${index}`);
    }
  }
  const urgent = accepted(almgrenChriss({ ...LIQUIDATION, riskAversion: 1e6 }));
  t.ok(urgent.holdings.every(Number.isFinite), 'an endless hurry does not overflow');
  t.ok(urgent.holdings[1]! < 1);
  t.match(almgrenChriss({ ...LIQUIDATION, eta: 1e-9 }), { code: 'execution.impact' });
  t.match(almgrenChriss({ ...LIQUIDATION, periods: 0 }), { code: 'execution.slices' });
  t.match(almgrenChriss({ ...LIQUIDATION, shares: Number.NaN }), { code: 'execution.quantity' });
});

t.test('measures of liquidity refuse what they cannot measure', async (t) => {
  t.match(rollSpread([1, 2, 3], 1), { code: 'execution.prices' });
  t.match(amihudIlliquidity([1, 2], [1, 0]), { code: 'execution.prices' });
  t.equal(accepted(amihudIlliquidity([100, 150, 150], [1, 1000, 0])), 0.5 / 1000);
  t.match(kyleLambda([1, 1, 1], [1, 2, 3]), { code: 'execution.prices' });
  t.match(kyleLambda([1, 2], [1, 2, 3]), { code: 'execution.prices' });
  t.match(
    squareRootImpact({
      ...{ coefficient: 1, dailyVolatility: 0.02, quantity: 1 },
      adv: 0,
      price: 1,
    }),
    {
      code: 'execution.impact',
    },
  );
});

t.test('buckets of volume keep every share', async (t) => {
  const sides = fc.constantFrom('B' as const, 'S' as const);
  const trades = fc.array(fc.tuple(fc.nat(1000), sides), { maxLength: 50 });
  fc.assert(
    fc.property(trades, fc.integer({ min: 1, max: 700 }), (list, bucketVolume) => {
      const { complete, incomplete } = accepted(volumeBuckets(list, bucketVolume));
      const total = (side: 'B' | 'S'): number =>
        list.filter(([, own]) => own === side).reduce((sum, [size]) => sum + size, 0);
      const all = [...complete, incomplete];
      return (
        complete.every(([bought, sold]) => bought + sold === bucketVolume) &&
        incomplete[0] + incomplete[1] < bucketVolume &&
        all.reduce((sum, [bought]) => sum + bought, 0) === total('B') &&
        all.reduce((sum, [, sold]) => sum + sold, 0) === total('S')
      );
    }),
    { seed: 23 },
  );
  t.ok(Number.isNaN(vpin([[1, 1]], 2, 2)), 'fewer buckets than asked for give nothing');
  t.match(volumeBuckets([[1, 'B']], 0), { code: 'execution.bucket' });
  t.match(volumeBuckets([[-1, 'B']], 1), { code: 'execution.quantity' });
});
