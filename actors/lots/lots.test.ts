// Tests of exact decimals, lot choice and holding periods.

import fc from 'fast-check';
import t from 'tap';
import { daysOf } from '../calendar/index.js';
import {
  type Closing,
  closeLots,
  divideToEven,
  formatUnits,
  LOT_METHODS,
  type Lot,
  type LotPick,
  longTermFromDay,
  parseUnits,
  powerOfTen,
  shareOf,
  termOf,
} from './index.js';

function accepted(result: ReturnType<typeof closeLots>): Closing {
  if ('kind' in result) throw new Error(result.text);
  return result;
}

function lot(id: string, date: number, quantity: number, cost: number): Lot {
  const day = daysOf(date);
  const units = { quantity: BigInt(quantity), cost: BigInt(cost) };
  return { id, openedDay: day, heldFromDay: day, ...units };
}

const THREE = [
  lot('a', 20230110, 100, 1000),
  lot('b', 20230210, 50, 700),
  lot('c', 20230310, 80, 1000),
];

t.test('decimals are read and written without a change', async (t) => {
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.nat(20), (units, scale) => {
      const text = formatUnits(units, scale, 0);
      // Twenty-eight digits are written; a number with more is rounded.
      const isWhole = units.toString().replace('-', '').length <= 27;
      return !isWhole || parseUnits(text, scale) === units;
    }),
    { seed: 41 },
  );
  t.equal(parseUnits('-12.345', 3), -12345n);
  t.equal(parseUnits('7', 2), 700n);
  t.equal(parseUnits('1.50', 1), 15n);
  for (const bad of ['', '1.2.3', 'x', '1e5', ' 1', '0x1', '1'.repeat(70)]) {
    t.equal(parseUnits(bad, 6), undefined, bad);
  }
  t.equal(parseUnits('0.001', 2), undefined, 'digits below the scale are not dropped');
  t.equal(formatUnits(-5n, 2), '-0.05');
  t.equal(formatUnits(1500n, 2), '15.00');
  t.equal(formatUnits(powerOfTen(40) / 3n, 40), '0.3333333333333333333333333333'.slice(0, 29));
});

t.test('halves go to the even neighbour', async (t) => {
  t.same(
    [1n, 3n, 5n, -1n, -3n, -5n, 7n].map((value) => divideToEven(value, 2n)),
    [0n, 2n, 2n, 0n, -2n, -2n, 4n],
  );
  t.equal(shareOf(100n, 1n, 3n), 33n);
  t.equal(shareOf(100n, 3n, 3n), 100n);
});

t.test('each method takes its own lots', async (t) => {
  const taken = (method: (typeof LOT_METHODS)[number], picks: readonly LotPick[] = []) =>
    accepted(closeLots(THREE, 120n, method, picks)).matches.map((match) => [
      match.lotId,
      Number(match.quantity),
      Number(match.cost),
    ]);
  t.same(taken('fifo'), [
    ['a', 100, 1000],
    ['b', 20, 280],
  ]);
  t.same(taken('lifo'), [
    ['c', 80, 1000],
    ['b', 40, 560],
  ]);
  t.same(taken('hifo'), [
    ['b', 50, 700],
    ['c', 70, 875],
  ]);
  t.same(taken('average'), [
    ['a', 100, 1174],
    ['b', 20, 235],
  ]);
  t.same(taken('specific', [['c', 80n] as const, ['a', 40n] as const]), [
    ['c', 80, 1000],
    ['a', 40, 400],
  ]);
});

t.test('short lots with the lowest proceeds are covered first by hifo', async (t) => {
  const shorts = [lot('a', 20230110, -10, -1000), lot('b', 20230111, -10, -900)];
  const { matches, lots } = accepted(closeLots(shorts, 15n, 'hifo'));
  t.same(
    matches.map((match) => [match.lotId, match.quantity, match.cost]),
    [
      ['b', -10n, -900n],
      ['a', -5n, -500n],
    ],
  );
  t.match(lots, [{ id: 'a', quantity: -5n, cost: -500n }]);
});

t.test('a closing that cannot be is refused', async (t) => {
  t.match(closeLots(THREE, 231n, 'fifo'), { code: 'lots.not_enough' });
  t.match(closeLots(THREE, 0n, 'fifo'), { code: 'lots.size' });
  const specific = (...picks: readonly LotPick[]) => closeLots(THREE, 10n, 'specific', picks);
  t.match(specific(['x', 10n]), { code: 'lots.unknown_lot' });
  t.match(specific(['a', 9n]), { code: 'lots.bad_picks' });
  const shares = 1_000_000n;
  const held = [{ ...THREE[0]!, quantity: 15n * shares }];
  t.match(
    closeLots(held, 15n * shares, 'specific', [['a', shares / 2n]]),
    { text: 'expected picks of 15 in all, was 0.5' },
    'sizes are told in shares',
  );
  t.match(specific(['b', 51n]), { code: 'lots.bad_picks' });
  t.match(specific(['a', 5n], ['a', 5n]), { code: 'lots.bad_picks' });
  t.match(specific(), { code: 'lots.bad_picks' });
});

t.test('no unit is lost or made, whatever the method and the order of closing', async (t) => {
  const lots = fc.array(
    fc.tuple(fc.nat(900), fc.integer({ min: 1, max: 500 }), fc.nat(1_000_000)),
    { minLength: 1, maxLength: 12 },
  );
  const methods = fc.array(fc.constantFrom('fifo', 'lifo', 'hifo', 'average'), {
    minLength: 1,
    maxLength: 8,
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(lots, methods, sizes, fc.boolean(), (list, ways, closings, isShort) => {
      const sign = isShort ? -1n : 1n;
      let open: readonly Lot[] = list.map(([day, quantity, cost], index) => ({
        id: `l${index}`,
        openedDay: day,
        heldFromDay: day,
        quantity: sign * BigInt(quantity),
        cost: sign * BigInt(cost),
      }));
      const total = (lots: readonly { quantity: bigint; cost: bigint }[]): [bigint, bigint] => [
        lots.reduce((sum, lot) => sum + lot.quantity, 0n),
        lots.reduce((sum, lot) => sum + lot.cost, 0n),
      ];
      for (const [index, size] of closings.entries()) {
        const before = total(open);
        const method = LOT_METHODS.find((name) => name === ways[index % ways.length])!;
        const result = closeLots(open, BigInt(size), method);
        if ('kind' in result) return result.code === 'lots.not_enough';
        const after = total([...result.matches, ...result.lots]);
        if (before[0] !== after[0] || before[1] !== after[1]) return false;
        const closed = total(result.matches)[0];
        if (closed !== sign * BigInt(size)) return false;
        open = result.lots;
      }
      return true;
    }),
    { seed: 42, numRuns: 500 },
  );
  t.end();
});

t.test('a year and a day makes a gain long term, by the calendar', async (t) => {
  const from = (date: number): number => longTermFromDay(daysOf(date));
  t.equal(from(20230115), daysOf(20240116));
  t.equal(from(20240228), daysOf(20250301), 'the period starts on 29 February');
  t.equal(from(20240229), daysOf(20250301));
  t.equal(from(20230228), daysOf(20240301), 'the last day of February, before a leap year');
  t.equal(from(20231231), daysOf(20250101));
  const match = {
    lotId: 'a',
    openedDay: daysOf(20230115),
    heldFromDay: daysOf(20230115),
    quantity: 1n,
    cost: 1n,
  };
  t.equal(termOf(match, daysOf(20240115)), 'short');
  t.equal(termOf(match, daysOf(20240116)), 'long');
  t.equal(termOf({ ...match, quantity: -1n }, daysOf(20300101)), 'short');
});
