// Wash sales beside the books: against another implementation, worked cases, and identities.

import fc from 'fast-check';
import t from 'tap';
import { dateOf, daysOf } from '../calendar/index.js';
import { type WashTrade, washSales } from '../compliance/index.js';
import type { AccountEvent } from './account-event.js';
import { applyEvent, emptyAccount } from './index.js';
import { type TaxReport, taxReport } from './tax-report.js';
import { replayed, traded, units } from './test-account.js';

const CALL = 'IBM240621C00100000';
const PUT = 'IBM240621P00100000';

function taxOf(events: readonly AccountEvent[], washSales = true, year = 0): TaxReport {
  return ownedTaxOf({ own: events }, washSales, year);
}

/** Of the first of an owner's accounts. */
function ownedTaxOf(
  accounts: Readonly<Record<string, readonly AccountEvent[]>>,
  washSales = true,
  year = 0,
): TaxReport {
  const [own, ...others] = Object.entries(accounts).map(([id, entries]) => {
    return { id, entries, account: emptyAccount('fifo') };
  });
  const report = taxReport([own!, ...others], { year, washSales });
  if ('kind' in report) throw new Error(report.text);
  return report;
}

/** What became of each gain, in whole dollars. */
const outcomes = ({ rows }: TaxReport) =>
  rows.map(({ gain, carried, disallowed, recognised }) =>
    [gain, carried, disallowed, recognised].map((one) => Number(one) / 1e6),
  );

/** An option's trade in dollars a share. */
const option = (id: string, date: number, symbol: string, contracts: string, price: string) =>
  traded(id, date, contracts, price, { symbol, multiplier: 100n });

t.test('a loss moves into the shares that replace it, with the time held', async (t) => {
  const events = [
    traded('b1', 20230301, '100', '50'),
    traded('s1', 20240102, '-100', '40'),
    traded('b2', 20240115, '60', '42'),
    traded('s2', 20240320, '-60', '45'),
  ];
  const report = taxOf(events);
  t.same(outcomes(report), [
    [-1_000, 0, 600, -400],
    [180, 600, 0, -420],
  ]);
  // 307 days with the first shares and 65 with the second are more than a year.
  t.same(
    report.rows.map(({ term }) => term),
    ['short', 'long'],
  );
  t.same(outcomes(taxOf(events, false)), [
    [-1_000, 0, 0, -1_000],
    [180, 0, 0, 180],
  ]);
  t.same(outcomes(taxOf(events, true, 2023)), []);
  t.match(taxOf(events.slice(0, 3)).carrying, [
    { lotId: 'b2', quantity: units('60'), carried: units('600') },
  ]);
});

t.test('a call bought replaces shares, and carries the loss into those it buys', async (t) => {
  const events: AccountEvent[] = [
    traded('b1', 20240102, '100', '90'),
    traded('s1', 20240401, '-100', '80'),
    option('c1', 20240415, CALL, '1', '3'),
    {
      kind: 'option_ended',
      eventId: 'x1',
      day: daysOf(20240603),
      symbol: CALL,
      end: 'exercised',
      quantity: units('1'),
    },
    traded('s2', 20240701, '-100', '110'),
  ];
  t.match(taxOf(events.slice(0, 3)).carrying, [{ symbol: CALL, quantity: units('1') }]);
  const held = taxOf(events.slice(0, 4)).carrying;
  t.match(held, [{ symbol: 'IBM', lotId: 'x1', quantity: units('100'), carried: units('1000') }]);
  t.equal(dateOf(held[0]!.heldFromDay), dateOf(daysOf(20240603) - 90), 'as long as the first');
  t.same(outcomes(taxOf(events)), [
    [-1_000, 0, 1_000, 0],
    [700, 1_000, 0, -300],
  ]);
});

t.test('a put written far in the money replaces shares, one at the money does not', async (t) => {
  const sold = [traded('b1', 20240102, '100', '90'), traded('s1', 20240401, '-100', '60')];
  const far = [...sold, option('p1', 20240402, PUT, '-1', '41')];
  t.same(outcomes(taxOf(far)), [[-3_000, 0, 3_000, 0]]);
  const assigned: AccountEvent = {
    ...{ kind: 'option_ended', eventId: 'x1', day: daysOf(20240620), symbol: PUT },
    ...{ end: 'assigned', quantity: units('1') },
  };
  t.match(taxOf([...far, assigned]).carrying, [{ symbol: 'IBM', carried: units('3000') }]);
  const closed = [...far, option('p2', 20240430, PUT, '1', '20')];
  t.same(outcomes(taxOf(closed)).at(-1), [2_100, 3_000, 0, -900], 'or it lessens its gain');
  t.same(outcomes(taxOf([...sold, option('p1', 20240402, PUT, '-1', '8')])), [
    [-3_000, 0, 0, -3_000],
  ]);
});

t.test('a short sale covered at a loss is replaced by another one', async (t) => {
  const events = [
    traded('a', 20240102, '-100', '50'),
    traded('b', 20240201, '100', '60'),
    traded('c', 20240215, '-100', '62'),
    traded('d', 20240601, '100', '40'),
  ];
  t.same(outcomes(taxOf(events)), [
    [-1_000, 0, 1_000, 0],
    [2_200, 1_000, 0, 1_200],
  ]);
  const bought = [...events.slice(0, 2), traded('c', 20240215, '100', '62')];
  t.same(outcomes(taxOf(bought)), [[-1_000, 0, 0, -1_000]], 'shares bought replace none');
});

t.test('a split between a loss and its replacement counts its new shares', async (t) => {
  const split: AccountEvent = {
    ...{ kind: 'shares_split', eventId: 'x', day: daysOf(20240410), symbol: 'IBM' },
    ...{ newShares: 4n, oldShares: 1n },
  };
  const events = [
    traded('b1', 20240102, '101', '90'),
    traded('s1', 20240401, '-100', '80'),
    split,
    traded('b2', 20240415, '200', '20'),
  ];
  t.same(outcomes(taxOf(events)), [[-1_000, 0, 500, -500]], 'half of 400');
});

/** Buys and sells of whole shares at whole dollars, some days apart. */
const HANDS = fc.array(
  fc.record({
    days: fc.nat(25),
    size: fc.integer({ min: -60, max: 80 }),
    price: fc.integer({ min: 1, max: 200 }),
  }),
  { maxLength: 25 },
);

t.test('of one stock it is what the module of compliance makes of it', async (t) => {
  let disallowed = 0n;
  fc.assert(
    fc.property(HANDS, (hands) => {
      let [day, held] = [daysOf(20240102), 0];
      const events: AccountEvent[] = [];
      const trades: WashTrade[] = [];
      hands.forEach(({ days, size, price }, index) => {
        day += days;
        if (size === 0 || held + size < 0) return;
        held += size;
        events.push(traded(`e${index}`, dateOf(day), String(size), String(price)));
        const side = size > 0 ? 'buy' : 'sell';
        const whole = { quantity: BigInt(Math.abs(size)), amount: BigInt(Math.abs(size) * price) };
        trades.push({ id: `e${index}`, day, side, ...whole });
      });
      const other = washSales(trades);
      if ('kind' in other) throw new Error(other.text);
      const { rows, carrying } = taxOf(events);
      const byEvent = new Map<string, bigint>();
      for (const row of rows) {
        byEvent.set(row.eventId, (byEvent.get(row.eventId) ?? 0n) + row.disallowed);
        disallowed += row.disallowed;
      }
      const isSame = other.sales.every(
        ({ id, disallowedLoss }) => byEvent.get(id) === disallowedLoss * 1_000_000n,
      );
      const carried = other.lots
        .filter(({ basis, cost }) => basis !== cost)
        .map(({ id, quantity, basis, cost, heldFromDay }) =>
          [id, quantity * 1_000_000n, (basis - cost) * 1_000_000n, heldFromDay].join(),
        );
      const ours = carrying.map(({ lotId, quantity, carried: more, heldFromDay }) =>
        [lotId, quantity, more, heldFromDay].join(),
      );
      return isSame && carried.sort().join(' ') === ours.sort().join(' ');
    }),
    { seed: 21, numRuns: 500 },
  );
  t.ok(disallowed > 0n);
});

/** Trades of a stock and options on it, with what ends options, splits and deliveries. */
const ACTS = fc.array(
  fc.record({
    kind: fc.constantFrom('stock', 'stock', 'stock', 'call', 'put', 'end', 'split', 'deliver'),
    days: fc.nat(12),
    quantity: fc.integer({ min: -3, max: 3 }).map((lots) => lots || 1),
    price: fc.bigInt(1_000_000n, 90_000_000n),
  }),
  { maxLength: 40 },
);

/** The event of an act. */
function eventOf(act: { kind: string; quantity: number; price: bigint }, day: number, at: number) {
  const { kind, quantity, price } = act;
  const stated = { eventId: `e${at}`, day };
  const symbol = kind === 'put' || (kind === 'end' && quantity < 0) ? PUT : CALL;
  const size = BigInt(Math.abs(quantity)) * 1_000_000n;
  if (kind === 'split') {
    const newShares = BigInt(Math.abs(quantity) + 1);
    return { kind: 'shares_split', ...stated, symbol: 'IBM', newShares, oldShares: 2n } as const;
  }
  if (kind === 'deliver') {
    return { kind: 'lots_delivered', ...stated, symbol: 'IBM', quantity: size * 7n } as const;
  }
  if (kind === 'end') {
    const end = price > 60_000_000n ? 'assigned' : 'exercised';
    return { kind: 'option_ended', ...stated, symbol, end, quantity: size } as const;
  }
  const signed = BigInt(quantity) * 1_000_000n;
  const what =
    kind === 'stock' ? { symbol: 'IBM', quantity: signed * 37n } : { symbol, quantity: signed };
  const multiplier = kind === 'stock' ? 1n : 100n;
  return {
    kind: 'traded',
    ...stated,
    currency: 'USD',
    ...what,
    multiplier,
    price,
    fee: 7n,
  } as const;
}

t.test('what is recognised and what is carried add up to the gains of the books', async (t) => {
  let [carried, moved] = [0n, 0n];
  fc.assert(
    fc.property(ACTS, (acts) => {
      const account = emptyAccount('fifo');
      let day = daysOf(20240102);
      const events: AccountEvent[] = [];
      acts.forEach((act, at) => {
        day = Math.min(day + act.days, daysOf(20240621));
        const event = eventOf(act, day, at);
        if (!('kind' in applyEvent(account, event))) events.push(event);
      });
      const { gains } = replayed(events);
      const { rows, carrying, delivered } = taxOf(events);
      const sum = (of: readonly bigint[]): bigint => of.reduce((all, one) => all + one, 0n);
      const open = sum(carrying.map((one) => one.carried));
      carried += open;
      moved += sum(rows.map((one) => one.carried));
      const isWhole = (['quantity', 'proceeds', 'cost', 'gain'] as const).every(
        (name) => sum(rows.map((row) => row[name])) === sum(gains.map((gain) => gain[name])),
      );
      const isBounded = rows.every(
        (row) => row.disallowed >= 0n && (row.disallowed === 0n || row.recognised <= 0n),
      );
      const recognised = sum(rows.map((row) => row.recognised));
      return (
        isWhole && isBounded && recognised === sum(gains.map(({ gain }) => gain)) + open + delivered
      );
    }),
    { seed: 22, numRuns: 1_000 },
  );
  t.ok(carried > 0n && moved > 0n);
});

t.test("what one account sells at a loss another of its owner's replaces", async (t) => {
  const seller = [traded('b1', 20230301, '100', '50'), traded('s1', 20240102, '-100', '40')];
  // Entries of two accounts may have the same ids, as they are told apart by account alone.
  const buyer = [traded('b1', 20240115, '60', '42'), traded('s1', 20240320, '-60', '45')];
  t.same(outcomes(ownedTaxOf({ seller })), [[-1_000, 0, 0, -1_000]]);
  t.same(outcomes(ownedTaxOf({ seller, buyer })), [[-1_000, 0, 600, -400]]);
  t.same(outcomes(ownedTaxOf({ buyer, seller })), [[180, 600, 0, -420]]);
  t.same(outcomes(ownedTaxOf({ seller, buyer }, false)), [[-1_000, 0, 0, -1_000]]);
  t.match(ownedTaxOf({ buyer: buyer.slice(0, 1), seller }).carrying, [
    { lotId: 'b1', quantity: units('60'), carried: units('600') },
  ]);
  const early = [traded('b1', 20231210, '100', '41')];
  t.same(outcomes(ownedTaxOf({ seller, early })), [[-1_000, 0, 1_000, 0]], 'also one before');
});

t.test("a split counts once, whoever of an owner's accounts is told of it", async (t) => {
  const split = (id: string): AccountEvent => ({
    kind: 'shares_split',
    eventId: id,
    day: daysOf(20240110),
    symbol: 'IBM',
    newShares: 2n,
    oldShares: 1n,
  });
  const [b1, s1] = [traded('b1', 20230301, '100', '50'), traded('s1', 20240102, '-100', '40')];
  const held = traded('b2', 20231001, '10', '50');
  const buyer = [held, split('p2'), traded('b3', 20240115, '100', '20')];
  // A hundred of the two hundred shares that the loss is of now.
  t.same(outcomes(ownedTaxOf({ seller: [b1, s1], buyer })), [[-1_000, 0, 500, -500]]);
  const other = [held, split('p3')];
  t.same(outcomes(ownedTaxOf({ seller: [b1, s1], buyer, other })), [[-1_000, 0, 500, -500]]);
});

t.test("an owner's accounts recognise and carry what they have booked, to the unit", async (t) => {
  const trade = fc.record({
    account: fc.constantFrom('a', 'b', 'c'),
    date: fc.integer({ min: 0, max: 90 }),
    quantity: fc.integer({ min: -30, max: 30 }).filter((size) => size !== 0),
    price: fc.integer({ min: 10, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 25 }), (trades) => {
      const ids = ['a', 'b', 'c'] as const;
      const events = (id: string) =>
        trades
          .filter(({ account }) => account === id)
          .sort((one, other) => one.date - other.date)
          .map(({ date, quantity, price }, at) =>
            traded(`${at}`, dateOf(daysOf(20240102) + date), `${quantity}`, `${price}`),
          );
      let [booked, told] = [0n, 0n];
      for (const id of ids) {
        const others = ids.filter((one) => one !== id);
        const accounts = Object.fromEntries([id, ...others].map((one) => [one, events(one)]));
        const { rows, carrying } = ownedTaxOf(accounts);
        for (const { gain, recognised } of rows) {
          booked += gain;
          told += recognised;
        }
        // What is carried is a loss that is yet to come.
        for (const { carried } of carrying) told -= carried;
      }
      return booked === told;
    }),
    { seed: 5, numRuns: 300 },
  );
  t.pass();
});
