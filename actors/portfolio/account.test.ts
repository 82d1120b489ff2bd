// Accounts with lots: gains by term, currencies apart, what cannot be.

import t from 'tap';
import { daysOf } from '../calendar/index.js';
import {
  type AccountEntry,
  type AccountEvent,
  accountGaps,
  applyEvent,
  costOf,
  emptyAccount,
  lotFigures,
  quantityOf,
  sumsOf,
  taxLossCandidates,
} from './index.js';
import { applied, replayed, traded, units } from './test-account.js';
import { text } from './test-books.js';

t.test('a gain is short or long term by the day of each lot', async (t) => {
  const { account, gains } = replayed([
    traded('b1', 20230110, '100', '10'),
    traded('b2', 20230610, '100', '12'),
    traded('s1', 20240111, '-150', '15', { fee: units('3') }),
  ]);
  t.match(gains, [
    { lotId: 'b1', term: 'long', proceeds: units('1498'), cost: units('1000') },
    { lotId: 'b2', term: 'short', proceeds: units('749'), cost: units('600') },
  ]);
  t.match(sumsOf(account, 'USD'), {
    cash: units('47'),
    realisedLong: units('498'),
    realisedShort: units('149'),
  });
  const left = account.positions.get('IBM');
  t.same(left && [quantityOf(left), costOf(left)], [units('50'), units('600')]);
});

t.test('a sale beyond what is held turns short, and covering it realises', async (t) => {
  const { account, gains } = replayed([
    traded('b1', 20230110, '10', '10', { fee: units('1') }),
    traded('s1', 20230111, '-30', '11', { fee: units('3') }),
    traded('b2', 20250111, '20', '9'),
  ]);
  t.same(
    gains.map(({ lotId, gain, term }) => [lotId, gain, term]),
    [
      // 110 less a third of the fee, less 101.
      ['b1', units('8'), 'short'],
      // 220 less two thirds of the fee, less 180; short term however long it was open.
      ['s1', units('38'), 'short'],
    ],
  );
  t.equal(account.positions.size, 0);
  t.equal(sumsOf(account, 'USD').cash, units('46'));
});

t.test('currencies are kept apart, and each of them adds up', async (t) => {
  const day = daysOf(20240105);
  const entries: AccountEntry[] = [
    { kind: 'cash_moved', eventId: 'd1', day, currency: 'USD', amount: units('1000') },
    {
      kind: 'cash_exchanged',
      eventId: 'x1',
      day,
      currency: 'USD',
      amount: units('550'),
      toCurrency: 'EUR',
      toAmount: units('500.25'),
    },
    traded('b1', 20240106, '10', '40', { currency: 'EUR' } as Partial<AccountEvent>),
    {
      kind: 'dividend_paid',
      eventId: 'v1',
      day: day + 9,
      symbol: 'IBM',
      perShare: units('0.333333'),
    },
    { kind: 'interest_paid', eventId: 'i1', day: day + 9, currency: 'USD', amount: units('1.5') },
    { kind: 'fee_charged', eventId: 'f1', day: day + 9, currency: 'EUR', amount: units('2') },
    {
      kind: 'shares_split',
      eventId: 'p1',
      day: day + 10,
      symbol: 'IBM',
      newShares: 3n,
      oldShares: 2n,
    },
    {
      kind: 'lot_received',
      eventId: 'r1',
      day: day + 11,
      symbol: 'IBM',
      currency: 'EUR',
      quantity: units('5'),
      cost: units('100'),
      openedDay: day - 500,
      heldFromDay: day - 500,
    },
    { kind: 'lots_delivered', eventId: 'o1', day: day + 12, symbol: 'IBM', quantity: units('6') },
  ];
  const { account } = replayed(entries);
  t.equal(sumsOf(account, 'USD').cash, units('451.5'));
  t.equal(sumsOf(account, 'EUR').cash, units('101.58333'));
  // The received lot was opened first, so it is delivered first, with one of the fifteen others.
  const left = account.positions.get('IBM');
  t.same(left && [quantityOf(left), costOf(left)], [units('14'), units('373.333333')]);
  t.equal(accountGaps(account).size, 0);
});

t.test('open lots are valued one by one, and their terms told', async (t) => {
  const { account } = replayed([
    traded('b1', 20230110, '100', '10'),
    traded('b2', 20230610, '0.3', '12.000001'),
  ]);
  t.match(lotFigures(account.positions.get('IBM')!, units('11.111111'), daysOf(20240111)), [
    { lotId: 'b1', value: units('1111.1111'), gain: units('111.1111'), term: 'long' },
    { lotId: 'b2', value: units('3.333333'), gain: units('-0.266667'), term: 'short' },
  ]);
});

t.test('lots below their cost are told, with what a recent purchase would disallow', async (t) => {
  const { account } = replayed([
    traded('b1', 20230110, '100', '10'),
    traded('b2', 20230801, '40', '9'),
    traded('b3', 20230810, '10', '7'),
    traded('g1', 20230110, '5', '50', { symbol: 'GE' } as Partial<AccountEvent>),
    traded('n1', 20230110, '5', '50', { symbol: 'NEW' } as Partial<AccountEvent>),
    traded('h1', 20230110, '-5', '50', { symbol: 'SHORT' } as Partial<AccountEvent>),
  ]);
  const prices = new Map([
    ['IBM', units('8')],
    ['GE', units('49')],
    ['SHORT', units('60')],
  ]);
  const day = daysOf(20230831);
  t.same(
    taxLossCandidates(account, (symbol) => prices.get(symbol), day).map((one) => [
      one.lotId,
      one.gain,
      one.washedQuantity,
      one.clearFromDay - day,
    ]),
    [
      // The purchases of 1 and 10 August are 30 and 21 days old.
      ['b1', units('-200'), units('50'), 10],
      ['b2', units('-40'), units('10'), 10],
      ['g1', units('-5'), 0n, 0],
    ],
  );
  const later = taxLossCandidates(account, (symbol) => prices.get(symbol), day + 1);
  t.equal(later[0]?.washedQuantity, units('10'), 'a day later the first purchase is too old');
});

t.test('what cannot be is refused and changes nothing', async (t) => {
  const account = emptyAccount('fifo');
  const day = daysOf(20240105);
  applied(account, traded('b1', 20240105, '10', '10'));
  const before = text([...account.positions, ...account.sums]);
  const refusals: readonly (readonly [AccountEvent, string])[] = [
    [traded('x', 20240106, '0', '10'), 'portfolio.bad_quantity'],
    [traded('x', 20240106, '1', '-1'), 'portfolio.bad_price'],
    [traded('x', 20240106, '1', '1', { currency: 'usd' } as never), 'portfolio.bad_currency'],
    [traded('x', 20240106, '1', '1', { currency: 'EUR' } as never), 'portfolio.currency_differs'],
    [
      traded('x', 20240106, '-1', '1', { method: 'specific', picks: [] } as never),
      'lots.bad_picks',
    ],
    [
      { kind: 'dividend_paid', eventId: 'x', day, symbol: 'GE', perShare: 1n },
      'portfolio.no_position',
    ],
    [
      { kind: 'shares_split', eventId: 'x', day, symbol: 'IBM', newShares: 0n, oldShares: 1n },
      'portfolio.bad_split',
    ],
    [
      {
        kind: 'shares_split',
        eventId: 'x',
        day,
        symbol: 'IBM',
        newShares: 1n,
        oldShares: 10n ** 9n,
      },
      'portfolio.bad_split',
    ],
    [
      { kind: 'fee_charged', eventId: 'x', day, currency: 'USD', amount: -1n },
      'portfolio.bad_amount',
    ],
    [
      { kind: 'lots_delivered', eventId: 'x', day, symbol: 'IBM', quantity: units('11') },
      'lots.not_enough',
    ],
  ];
  for (const [event, code] of refusals) t.match(applyEvent(account, event), { code });
  t.equal(text([...account.positions, ...account.sums]), before);
});
t.test('of ten thousand lots all can be sold, and a split can give them up', async (t) => {
  const lots = Array.from({ length: 10_000 }, (_, at) => {
    const held = { openedDay: 1, heldFromDay: 1, quantity: 1n, cost: 1n };
    return { id: `lot-${at}`, ...held };
  });
  const account = emptyAccount('fifo');
  const hold = () => account.positions.set('IBM', { currency: 'USD', lots });
  hold();
  t.match(applyEvent(account, traded('b1', 20230103, '0.000001', '1')), {
    code: 'portfolio.too_many_lots',
  });
  applied(account, traded('s1', 20230103, '-0.009999', '1'));
  t.equal(account.positions.get('IBM')?.lots.length, 1);
  hold();
  t.match(applyEvent(account, traded('s2', 20230103, '-0.010001', '1')), []);
  t.equal(quantityOf(account.positions.get('IBM')!), -1n, 'beyond them it turns short');
  hold();
  const split = { newShares: 1n, oldShares: 1_000_000n, ofMarket: true } as const;
  applied(account, { kind: 'shares_split', eventId: 'm', day: 2, symbol: 'IBM', ...split });
  t.equal(account.positions.size, 0);
});

t.test('an exchange that would set a rate of 0 is refused', async (t) => {
  const account = emptyAccount('fifo');
  const swap = (amounts: object, currency = 'USD', toCurrency = 'EUR') =>
    applyEvent(account, {
      kind: 'cash_exchanged',
      eventId: 'x',
      day: 1,
      ...{ currency, toCurrency, amount: 1n, toAmount: 1n, ...amounts },
    });
  const refused = { code: 'portfolio.bad_rate' };
  t.match(swap({ toAmount: 1_000_000_000n }), refused);
  t.match(swap({ amount: 1_000_000_000n }, 'EUR', 'USD'), refused);
  t.equal(account.sums.size, 0, 'and changes nothing');
  t.same(swap({ toAmount: 1_000_000n }), []);
  t.equal(account.rates.get('EUR'), 1n);
});
