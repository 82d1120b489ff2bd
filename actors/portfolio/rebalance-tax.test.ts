// Proposals that know tax and calendar: least tax over any lots, washed losses, dates.

import fc from 'fast-check';
import t from 'tap';
import { daysOf } from '../calendar/index.js';
import { LOT_METHODS, type Lot } from '../lots/index.js';
import type { LotsShown, RebalanceProposed } from './answers.js';
import type { PortfolioMessage } from './messages.js';
import { closeTaxed, taxOn } from './rebalance-tax.js';
import { openBooks } from './test-books.js';

const ONE = 1_000_000n;
const RATES = { short: 370_000n, long: 200_000n };
const DAY = daysOf(20210401);

const lots = fc.array(
  fc.record({
    age: fc.integer({ min: 0, max: 800 }),
    shares: fc.integer({ min: 1, max: 50 }),
    price: fc.integer({ min: 1, max: 200 }),
  }),
  { minLength: 1, maxLength: 8 },
);

t.test('no other way to choose lots owes less on them', async () => {
  fc.assert(
    fc.property(
      lots,
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 200 }),
      (all, wanted, at) => {
        const held = all.map(({ age, shares, price }, index): Lot => {
          const [openedDay, quantity] = [DAY - age, BigInt(shares) * ONE];
          const dates = { openedDay, heldFromDay: openedDay };
          return { id: `l${index}`, ...dates, quantity, cost: BigInt(price) * quantity };
        });
        const open = all.reduce((sum, { shares }) => sum + shares, 0);
        const order = {
          size: BigInt(Math.min(wanted, open)) * ONE,
          price: BigInt(at) * ONE,
          day: DAY,
        };
        const owed = (method: (typeof LOT_METHODS)[number] | 'least-tax'): bigint => {
          const { short, long } = closeTaxed(held, { ...order, method, rates: RATES });
          return short * RATES.short + long * RATES.long;
        };
        const least = owed('least-tax');
        // Average costs are other costs than those of the lots.
        const others = LOT_METHODS.filter((one) => one !== 'specific' && one !== 'average');
        return others.every((method) => least <= owed(method));
      },
    ),
  );
});

t.test('results of both terms are set off against each other before they are taxed', async (t) => {
  const cases: [short: number, long: number, tax: number][] = [
    [100, 100, 57],
    [100, -40, 22.2],
    [-40, 100, 12],
    [-100, 40, 0],
    [-10, -10, 0],
    [0, 0, 0],
    [0, 50, 10],
    [50, 0, 18.5],
  ];
  for (const [short, long, tax] of cases) {
    const got = taxOn(BigInt(short) * ONE, BigInt(long) * ONE, RATES);
    t.equal(Number(got) / 1e6, tax, `${short} and ${long}`);
  }
});

const bought = (id: string, openedDay: number, shares: bigint, price: bigint): Lot => {
  const quantity = shares * ONE;
  return { id, openedDay, heldFromDay: openedDay, quantity, cost: price * quantity };
};

t.test('a loss is washed by what was bought in the thirty days before and stays', async (t) => {
  const held = [bought('old', DAY - 400, 100n, 50n), bought('new', DAY - 10, 30n, 45n)];
  const order = { size: 100n * ONE, price: 40n * ONE, day: DAY, rates: RATES } as const;
  t.match(closeTaxed(held, { ...order, method: 'fifo' }), {
    long: -1_000n * ONE,
    washedLong: -300n * ONE,
    washedShort: 0n,
    lots: [['old', 100n * ONE]],
  });
  const later = closeTaxed(held, { ...order, day: DAY + 21, method: 'fifo' });
  t.equal(later.washedLong, 0n);
});

t.test('gains of a sale neither shelter its losses nor use replacements up', async (t) => {
  // The prices of Publication 550, "More or less stock bought than sold", with the purchase before.
  const held = [
    bought('first', DAY - 2_000, 100n, 158n),
    bought('second', DAY - 1_999, 100n, 100n),
    bought('third', DAY - 1_998, 100n, 95n),
    bought('replacing', DAY - 13, 250n, 100n),
  ];
  const order = { size: 300n * ONE, price: 125n * ONE, day: DAY, rates: RATES } as const;
  t.match(closeTaxed(held, { ...order, method: 'fifo' }), {
    long: (-3_300n + 2_500n + 3_000n) * ONE,
    washedLong: -3_300n * ONE,
    washedShort: 0n,
  });
});

t.test(
  'losses are washed in the order of their purchase, in whatever order they sell',
  async (t) => {
    const held = [
      bought('old', DAY - 400, 10n, 60n),
      bought('young', DAY - 100, 10n, 90n),
      bought('new', DAY - 5, 12n, 50n),
    ];
    const order = { size: 20n * ONE, price: 40n * ONE, day: DAY, rates: RATES } as const;
    for (const method of ['fifo', 'hifo', 'least-tax'] as const) {
      // Ten replace the long-term loss of 20 a share, two the short-term one of 50.
      const closed = closeTaxed(held, { ...order, method });
      t.match(closed, { washedLong: -200n * ONE, washedShort: -100n * ONE }, method);
    }
  },
);

t.test('what is left of one purchase does not replace what is sold of it', async (t) => {
  const order = { size: 40n * ONE, price: 40n * ONE, day: DAY, rates: RATES } as const;
  const one = closeTaxed([bought('one', DAY - 10, 100n, 50n)], { ...order, method: 'fifo' });
  t.match(one, { short: -400n * ONE, washedShort: 0n });
});

t.test('calls bought in the thirty days before replace what is sold', async (t) => {
  const { ask, mark } = openBooks();
  mark(20210330);
  const tradeOf = (commandId: string, symbol: string, quantity: string, price: string, date = 0) =>
    ask({ ...{ kind: 'trade', side: 'buy', fee: '' }, commandId, symbol, quantity, price, date });
  ask(buy('old', '1000', '900', 20200102));
  tradeOf('call', 'AAA210618C00120000', '3', '5');
  const targets = [{ symbol: 'AAA', weight: '0' }];
  const { trades } = ask<RebalanceProposed>({ ...wish, targets });
  const [{ realisedLong, washedLong } = { realisedLong: 0n, washedLong: 0n }] = trades;
  t.ok(realisedLong < 0n);
  t.equal(washedLong, (realisedLong * 3n) / 10n, '300 of 1,000 shares');
  const { lots } = ask<LotsShown>({ kind: 'show_lots', symbol: 'AAA' });
  t.match(lots[0]?.taxLoss, { washedQuantity: 300n * ONE, clearFromDay: daysOf(20210430) });
});

const wish = { kind: 'rebalance', band: '', cost: '', lot: '', method: '' } as const;
const buy = (commandId: string, quantity: string, price: string, date = 0): PortfolioMessage => ({
  ...{ kind: 'trade', commandId, symbol: 'AAA', side: 'buy', quantity, price, fee: '', date },
});

t.test('a proposal names the lots of least tax, and what is owed for all of it', async (t) => {
  const { ask, mark } = openBooks();
  mark(20210104);
  ask(buy('cheap', '1000', '20', 20190102));
  ask(buy('dear', '1000', '90'));
  const targets = [{ symbol: 'AAA', weight: '0.05' }];
  const rates = { taxShort: '0.37', taxLong: '0.2' };
  const propose = (method: string) =>
    ask<RebalanceProposed>({ ...wish, ...rates, targets, method });
  const [least, first] = [propose('least-tax'), propose('fifo')];
  const [sale] = least.trades;
  t.equal(sale?.quantity, first.trades[0]?.quantity);
  t.same(
    sale?.lots[0],
    ['dear', 1_000n * ONE],
    'a tenth gained at 37 % is less than four fifths at 20 %',
  );
  t.ok(least.tax < first.tax, `${least.tax} ${first.tax}`);
  t.match(ask({ ...wish, targets, taxLong: '1' }), { refusal: { code: 'portfolio.bad_targets' } });
  t.match(ask({ ...wish, targets, method: 'best' }), { refusal: { code: 'portfolio.bad_method' } });
});

t.test('a calendar lets trades be proposed on its dates alone', async (t) => {
  const { ask, mark } = openBooks();
  const targets = [{ symbol: 'AAA', weight: '0.5' }];
  const propose = (calendar: string) => ask<RebalanceProposed>({ ...wish, targets, calendar });
  mark(20210330);
  t.match(propose('quarterly'), { isDue: false, nextDate: 20210331, trades: { length: 0 } });
  t.match(propose(''), { isDue: true, nextDate: 0, trades: { length: 1 } });
  mark(20210331);
  t.match(propose('quarterly'), { isDue: true, nextDate: 20210630, trades: { length: 1 } });
  t.match(propose('weekly'), { isDue: false, nextDate: 20210401, trades: { length: 0 } });
  t.match(propose('daily'), { refusal: { code: 'portfolio.bad_calendar' } });
});
