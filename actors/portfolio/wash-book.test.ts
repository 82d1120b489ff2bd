// Wash sales beside the books: worked cases.

import t from 'tap';
import { dateOf, daysOf } from '../calendar/index.js';
import type { AccountEvent } from './account-event.js';
import type { TaxReport } from './tax-report.js';
import { traded, units } from './test-account.js';
import { CALL, ownedTaxOf, PUT, taxOf } from './test-tax.js';

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
