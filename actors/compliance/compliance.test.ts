// Tests of wash sales and day trading against reference vectors, the IRS and identities.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { dateOf, daysOf } from '../calendar/index.js';
import { parseUnits } from '../lots/index.js';
import type { ReferenceCase } from '../reference/index.js';
import {
  countDayTrades,
  patternDayTrader,
  patternRuleStatus,
  verifyComplianceCase,
  type WashSales,
  type WashTrade,
  washSales,
} from './index.js';

function fixture(name: string): string {
  const url = new URL(`../../../actors/compliance/fixtures/${name}`, import.meta.url);
  return readFileSync(url, 'utf8');
}

const { cases } = JSON.parse(fixture('compliance.json')) as { cases: ReferenceCase[] };

function accepted(result: ReturnType<typeof washSales>): WashSales {
  if ('kind' in result) throw new Error(result.text);
  return result;
}

function trade(
  id: string,
  date: number,
  side: 'buy' | 'sell',
  quantity: number,
  amount: number,
): WashTrade {
  return { id, day: daysOf(date), side, quantity: BigInt(quantity), amount: BigInt(amount) };
}

t.test('the reference vectors are met', async (t) => {
  t.ok(cases.length > 25);
  for (const reference of cases) {
    t.match(verifyComplianceCase(reference), { status: 'passed', notes: [] }, reference.id);
  }
});

t.test('a wrong expectation fails and an unknown word is skipped', async (t) => {
  for (const reference of cases) {
    const params = { ...reference.params, mood: 1 };
    t.equal(verifyComplianceCase({ ...reference, params }).status, 'skipped');
    const expected = typeof reference.expected === 'number' ? -1 : { surprise: 1 };
    t.equal(verifyComplianceCase({ ...reference, expected }).status, 'failed');
  }
  const lots = cases.find(({ function: name }) => name === 'tax_lots');
  if (lots === undefined) throw new Error('no case');
  t.equal(verifyComplianceCase({ ...lots, function: 'section_104' }).status, 'skipped');
  const params = { method: 'minimum_tax' };
  t.equal(verifyComplianceCase({ ...lots, params }).status, 'skipped');
});

t.test('rules that a case leaves out are those of the law', async (t) => {
  for (const reference of cases) {
    if (!['wash_sale', 'pattern_day_trader'].includes(reference.function)) continue;
    t.match(verifyComplianceCase({ ...reference, params: {} }), { status: 'passed' });
  }
});

t.test('a null fee or lot is none, and a sale of more than there is means null', async (t) => {
  const bought = { id: 'b', date: '2024-01-02', side: 'buy', quantity: 1, price: '2.50' };
  const judge = (transactions: readonly unknown[], expected: unknown) =>
    verifyComplianceCase({
      ...{ id: 'a', function: 'tax_lots', params: { method: 'fifo' }, tolerance: {} },
      ...{ input: { transactions }, expected },
    });
  const open = judge([{ ...bought, fee: null, sellLot: null, lots: null }], { open_cost: '2.50' });
  t.match(open, { status: 'passed', notes: [] });
  t.match(judge([{ ...bought, side: 'sell' }], null), { status: 'passed', notes: [] });
});

t.test('a cent too much fails where no tolerance is given', async (t) => {
  const washed = cases.find(({ id }) => id === 'wash-pub550-basic');
  if (washed === undefined) throw new Error('no case');
  const expected = { sales: [{ raw_gain: '-250.00000000000000000001' }] };
  t.equal(verifyComplianceCase({ ...washed, expected }).status, 'failed');
  const padded = { sales: [{ raw_gain: '-250.0' }] };
  t.equal(verifyComplianceCase({ ...washed, expected: padded }).status, 'passed');
});

t.test('a named lot is sold instead of the first', async (t) => {
  const washed = cases.find(({ id }) => id === 'wash-reg1091-ex2-partial');
  if (washed === undefined) throw new Error('no case');
  const sold = { sales: [{ sellId: 's1', raw_gain: '-125.00' }] };
  const transactions = (washed.input['transactions'] as { side: string }[]).map((one) =>
    one.side === 'sell' ? { ...one, quantity: 25, price: '40.00' } : one,
  );
  for (const sellLot of ['b3', { s1: 'b3' }]) {
    const verdict = verifyComplianceCase({
      ...washed,
      input: { transactions, sellLot },
      expected: sold,
    });
    t.match(verdict, { status: 'passed', notes: [] });
  }
});

interface IrsRow {
  readonly quantity: bigint;
  readonly bought: number;
  readonly basis: bigint;
  readonly sold: number | undefined;
  readonly proceeds: bigint;
  readonly disallowed: bigint;
}

/** Days since 1970 of a date written as month/day/year. */
function usDay(text: string): number {
  const [month, day, year] = text.split('/').map(Number);
  return daysOf(year! * 10_000 + month! * 100 + day!);
}

function irsRows(name: string): IrsRow[] {
  const [heads = '', ...lines] = fixture(`irs550/${name}.csv`).trim().split(/\r?\n/);
  const columns = heads.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    const cell = (column: string): string => cells[columns.indexOf(column)] ?? '';
    const cents = (column: string): bigint => parseUnits(cell(column) || '0', 2)!;
    return {
      quantity: BigInt(cell('Cnt')),
      bought: usDay(cell('BuyDate')),
      basis: cents('Basis'),
      sold: cell('SellDate') === '' ? undefined : usDay(cell('SellDate')),
      proceeds: cents('Proceeds'),
      disallowed: cents('Adj'),
    };
  });
}

for (const example of [1, 2, 3, 4]) {
  t.test(`example ${example} of Publication 550 comes out as the IRS has it`, async (t) => {
    const trades: WashTrade[] = [];
    let amount = 0n;
    let quantity = 0n;
    let soldDay = 0;
    irsRows(`irs550_example_${example}`).forEach((row, index) => {
      const size = { quantity: row.quantity, amount: row.basis };
      trades.push({ id: `b${index}`, day: row.bought, side: 'buy', ...size });
      if (row.sold === undefined) return;
      soldDay = row.sold;
      amount += row.proceeds;
      quantity += row.quantity;
    });
    trades.push({ id: 's', day: soldDay, side: 'sell', quantity, amount });
    const { sales, lots } = accepted(washSales(trades));
    const expected = irsRows(`irs550_example_${example}_out`);
    const closed = expected.filter(({ sold }) => sold !== undefined);
    const disallowed = closed.reduce((sum, row) => sum + row.disallowed, 0n);
    const gain = closed.reduce((sum, row) => sum + row.proceeds - row.basis, 0n);
    t.match(sales, [{ rawGain: gain, disallowedLoss: disallowed }]);
    t.same(
      lots.map((lot) => [lot.quantity, lot.basis, dateOf(lot.heldFromDay)]),
      expected
        .filter(({ sold }) => sold === undefined)
        .map((row) => [row.quantity, row.basis, dateOf(row.bought)]),
    );
  });
}

t.test('a replacement bought dearer or cheaper carries the whole loss', async (t) => {
  // The two examples of 26 CFR 1.1091-2(a), in cents.
  for (const [price, basis] of [
    [9000, 11000n],
    [7000, 9000n],
  ] as const) {
    const { sales, lots } = accepted(
      washSales([
        trade('b1', 19350601, 'buy', 1, 10_000),
        trade('s1', 19550115, 'sell', 1, 8000),
        trade('b2', 19550201, 'buy', 1, price),
      ]),
    );
    t.match(sales, [{ recognisedGain: 0n }]);
    t.match(lots, [{ basis }]);
  }
});

t.test('by the law a replacement takes over all earlier holding periods', async (t) => {
  const trades = [
    trade('b1', 20240102, 'buy', 100, 1000),
    trade('s1', 20240301, 'sell', 100, 800),
    trade('b2', 20240315, 'buy', 100, 850),
    trade('s2', 20240410, 'sell', 100, 700),
    trade('b3', 20240501, 'buy', 100, 720),
  ];
  const [byLaw] = accepted(washSales(trades)).lots;
  // 59 days of the first lot and 26 of the second.
  t.equal(dateOf(byLaw!.heldFromDay), dateOf(daysOf(20240501) - 59 - 26));
  const conventions = { windowDays: 30, tacking: 'purchase' } as const;
  const [byPurchase] = accepted(washSales(trades, conventions)).lots;
  t.equal(dateOf(byPurchase!.heldFromDay), dateOf(daysOf(20240501) - 26));
});

t.test('shares sold together do not replace each other', async (t) => {
  const { sales } = accepted(
    washSales([
      trade('b1', 20240102, 'buy', 10, 1000),
      trade('b2', 20240105, 'buy', 10, 1000),
      trade('s1', 20240110, 'sell', 20, 1000),
    ]),
  );
  t.match(sales, [{ rawGain: -1000n, disallowedLoss: 0n, recognisedGain: -1000n }]);
});

t.test('a call bought replaces the shares that it may buy, and is none that is sold', async (t) => {
  const trades: WashTrade[] = [
    { id: 'stock', day: 0, side: 'buy', quantity: 100n, amount: 1_000n },
    { id: 'call', day: 90, side: 'call', quantity: 60n, amount: 30n },
    { id: 'loss', day: 100, side: 'sell', quantity: 100n, amount: 700n },
  ];
  const { sales, lots } = accepted(washSales(trades));
  t.match(sales, [{ rawGain: -300n, disallowedLoss: 180n, recognisedGain: -120n }]);
  t.match(lots, [{ id: 'call', quantity: 60n, cost: 30n, basis: 210n, heldFromDay: -10 }]);
  const more = { id: 'more', day: 101, side: 'sell', quantity: 1n, amount: 7n } as const;
  t.match(washSales([...trades, more]), { code: 'compliance.not_enough_shares' });
});

t.test('impossible trades are refused', async (t) => {
  const buy = trade('b1', 20240102, 'buy', 10, 1000);
  const tooMany = trade('s1', 20240110, 'sell', 11, 1000);
  t.match(washSales([buy, tooMany]), { code: 'compliance.not_enough_shares' });
  const unknown = { ...trade('s1', 20240110, 'sell', 5, 1000), lotId: 'b9' };
  t.match(washSales([buy, unknown]), { code: 'compliance.not_enough_shares' });
  const before = trade('s0', 20240101, 'sell', 1, 100);
  t.match(washSales([buy, before]), { code: 'compliance.not_enough_shares' });
  t.match(washSales([buy, buy]), { code: 'compliance.trades' });
  t.match(washSales([{ ...buy, quantity: 0n }]), { code: 'compliance.trades' });
});

t.test('no cent is lost, whatever is bought, sold and replaced', async (t) => {
  const deals = fc.array(
    fc.record({
      days: fc.nat(25),
      isBuy: fc.boolean(),
      quantity: fc.integer({ min: 1, max: 100 }),
      amount: fc.nat(100_000),
    }),
    { maxLength: 40 },
  );
  const tackings = fc.constantFrom('purchase' as const, 'cumulative' as const);
  fc.assert(
    fc.property(deals, tackings, (list, tacking) => {
      const trades: WashTrade[] = [];
      let day = daysOf(20240102);
      let held = 0;
      let paid = 0n;
      list.forEach((deal, index) => {
        day += deal.days;
        const quantity = deal.isBuy ? deal.quantity : Math.min(held, deal.quantity);
        if (quantity === 0) return;
        held += deal.isBuy ? quantity : -quantity;
        const side = deal.isBuy ? 'buy' : 'sell';
        const amount = BigInt(deal.amount);
        paid += deal.isBuy ? amount : -amount;
        trades.push({ id: `t${index}`, day, side, quantity: BigInt(quantity), amount });
      });
      const { sales, lots } = accepted(washSales(trades, { windowDays: 30, tacking }));
      const recognised = sales.reduce((sum, sale) => sum + sale.recognisedGain, 0n);
      const basis = lots.reduce((sum, lot) => sum + lot.basis, 0n);
      const open = lots.reduce((sum, lot) => sum + lot.quantity, 0n);
      const isSane = sales.every(
        (sale) => sale.disallowedLoss >= 0n && lots.every((lot) => lot.basis >= lot.cost),
      );
      return basis - recognised === paid && open === BigInt(held) && isSane;
    }),
    { seed: 31, numRuns: 500 },
  );
  t.end();
});

t.test('day trades follow the direction of the orders', async (t) => {
  const count = (start: number, ...orders: readonly (readonly ['buy' | 'sell', number])[]) =>
    countDayTrades(start, orders);
  t.equal(count(0, ['buy', 10], ['buy', 20], ['sell', 30]), 1, 'several openings, one closing');
  t.equal(count(0, ['buy', 10], ['sell', 5], ['buy', 5], ['sell', 10]), 2);
  t.equal(count(0, ['buy', 10], ['sell', 20], ['buy', 10]), 2, 'turned short, then covered');
  t.equal(count(0, ['sell', 10], ['buy', 10]), 1, 'sold short and covered');
  t.equal(count(-10, ['buy', 10], ['sell', 10]), 0, 'an overnight short covered first');
  t.equal(count(10, ['buy', 10], ['sell', 10]), 1, 'bought more before selling');
  t.equal(count(10, ['sell', 20], ['buy', 10]), 1, 'only the new short is a day trade');
  t.equal(count(0, ['buy', 0], ['sell', 0]), 0);
});

t.test('days that cannot be judged are refused', async (t) => {
  const day = { date: 20240304, dayTrades: 1, trades: 2 };
  t.match(patternDayTrader([{ ...day, date: 20240303 }]), { code: 'compliance.no_session' });
  t.match(patternDayTrader([{ ...day, trades: 0 }]), { code: 'compliance.trades' });
  const rule = { threshold: 0, windowSessions: 5, percent: 6 };
  t.match(patternDayTrader([day], rule), { code: 'compliance.rule' });
  t.match(patternDayTrader([{ ...day, dayTrades: 4, trades: 4 }]), { firstFlagDate: 20240304 });
});

t.test('the pattern rule ends with its elimination', async (t) => {
  const dates = [20010927, 20010928, 20260603, 20260604, 20271020, 20271021];
  t.same(dates.map(patternRuleStatus), [
    'not_yet',
    'in_force',
    'in_force',
    'phasing_out',
    'phasing_out',
    'ended',
  ]);
});
