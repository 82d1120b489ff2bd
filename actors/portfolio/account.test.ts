// Tests of accounts with lots: identities to the last unit, terms, corrections.

import fc from 'fast-check';
import t from 'tap';
import { daysOf } from '../calendar/index.js';
import { LOT_METHODS, type LotMethod } from '../lots/index.js';
import {
  type Account,
  type AccountEntry,
  type AccountEvent,
  accountGaps,
  applyEvent,
  costOf,
  emptyAccount,
  eventsInForce,
  lotFigures,
  quantityOf,
  type RealisedGain,
  type ReplayedAccount,
  replayAccount,
  sumsOf,
  taxLossCandidates,
} from './index.js';
import { parseDecimal } from './money.js';

/** Millionths of a decimal. */
function units(text: string): bigint {
  const value = parseDecimal(text);
  if (value === undefined) throw new Error(`expected a decimal, was ${text}`);
  return value;
}

function applied(account: Account, event: AccountEvent): readonly RealisedGain[] {
  const gains = applyEvent(account, event);
  if ('kind' in gains) throw new Error(gains.text);
  return gains;
}

function replayed(entries: readonly AccountEntry[], method: LotMethod = 'fifo'): ReplayedAccount {
  const result = replayAccount(entries, emptyAccount(method));
  if ('kind' in result) throw new Error(result.text);
  return result;
}

function traded(
  eventId: string,
  date: number,
  quantity: string,
  price: string,
  more: Partial<AccountEvent> = {},
): AccountEvent {
  const what = { symbol: 'IBM', currency: 'USD', quantity: units(quantity), price: units(price) };
  // The fields given last belong to the same kind of event.
  return { kind: 'traded', eventId, day: daysOf(date), fee: 0n, ...what, ...more } as AccountEvent;
}

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
  const before = JSON.stringify([...account.positions, ...account.sums], bigintText);
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
  t.equal(JSON.stringify([...account.positions, ...account.sums], bigintText), before);
});

function bigintText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

/** An account as text, to compare. */
function pictureOf(result: ReplayedAccount): string {
  const { account, gains } = result;
  const sorted = [...account.positions].sort(([one], [other]) => one.localeCompare(other));
  return JSON.stringify([sorted, [...account.sums], gains], bigintText);
}

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

t.test('a reversed trade never was, and its replacement stands in its place', async (t) => {
  const history = [
    traded('b1', 20230110, '100', '10'),
    traded('b2', 20230210, '50', '14'),
    traded('s1', 20230601, '-60', '15'),
  ];
  const without = pictureOf(replayed([history[0]!, history[2]!]));
  const reversal = {
    kind: 'reversed',
    eventId: 'c1',
    reversedId: 'b2',
    day: 0,
    reason: 'typo',
  } as const;
  t.equal(pictureOf(replayed([...history, reversal])), without);

  const undone = {
    kind: 'reversed',
    eventId: 'c2',
    reversedId: 'c1',
    day: 0,
    reason: 'no typo',
  } as const;
  t.equal(pictureOf(replayed([...history, reversal, undone])), pictureOf(replayed(history)));
  const again = {
    kind: 'reversed',
    eventId: 'c3',
    reversedId: 'c2',
    day: 0,
    reason: 'typo',
  } as const;
  t.equal(pictureOf(replayed([...history, reversal, undone, again])), without);

  const replacement = traded('b1x', 20230110, '80', '10');
  const rebooked = {
    kind: 'reversed',
    eventId: 'c1',
    reversedId: 'b1',
    day: 0,
    reason: '80, not 100',
    replacement,
  } as const;
  t.equal(
    pictureOf(replayed([...history, rebooked])),
    pictureOf(replayed([replacement, history[1]!, history[2]!])),
  );
});

t.test('a correction that cannot be is refused', async (t) => {
  const buy = traded('b1', 20230110, '100', '10');
  const deliver: AccountEvent = {
    kind: 'lots_delivered',
    eventId: 'o1',
    day: daysOf(20230601),
    symbol: 'IBM',
    quantity: units('60'),
  };
  const reverse = (
    eventId: string,
    reversedId: string,
    replacement?: AccountEvent,
  ): AccountEntry => ({
    kind: 'reversed',
    eventId,
    reversedId,
    day: 0,
    reason: 'test',
    ...(replacement === undefined ? {} : { replacement }),
  });
  const replay = (...entries: AccountEntry[]) => replayAccount(entries, emptyAccount('fifo'));
  t.match(replay(buy, deliver, reverse('c1', 'b1')), { code: 'portfolio.no_position' });
  t.match(replay(buy, reverse('c1', 'b9')), { code: 'portfolio.unknown_event' });
  t.match(replay(buy, buy), { code: 'portfolio.event_repeated' });
  t.match(replay(buy, reverse('c1', 'b1'), reverse('c2', 'b1')), {
    code: 'portfolio.already_reversed',
  });
  t.match(replay(buy, reverse('c1', 'b1'), reverse('c2', 'c1'), reverse('c3', 'c1')), {
    code: 'portfolio.already_reversed',
  });
  const other = traded('b2', 20230110, '1', '1');
  t.match(replay(buy, reverse('c1', 'b1', other), reverse('c2', 'c1'), reverse('c3', 'b2')), {
    code: 'portfolio.already_reversed',
  });
  t.match(replay(buy, reverse('c1', 'b1'), reverse('c2', 'c1', other)), {
    code: 'portfolio.bad_replacement',
  });
});

/** Histories of a few symbols in two currencies, as a trader with a random hand makes them. */
const histories = fc
  .array(
    fc.record({
      kind: fc.constantFrom('traded', 'traded', 'traded', 'cash', 'dividend', 'split', 'exchange'),
      days: fc.nat(120),
      symbol: fc.constantFrom('A', 'B', 'C'),
      quantity: fc.bigInt(-500_000_000n, 500_000_000n),
      price: fc.bigInt(1n, 900_000_000n),
      fee: fc.bigInt(0n, 9_999_999n),
      method: fc.constantFrom(...LOT_METHODS.filter((name) => name !== 'specific')),
    }),
    { maxLength: 60 },
  )
  .map((hands) => {
    let day = daysOf(20230102);
    return hands.map((hand, index): AccountEvent => {
      day += hand.days;
      const { symbol, price } = hand;
      const stated = { eventId: `e${index}`, day };
      const currency = symbol === 'C' ? 'EUR' : 'USD';
      const quantity = hand.quantity === 0n ? 1n : hand.quantity;
      if (hand.kind === 'cash')
        return { kind: 'cash_moved', ...stated, currency, amount: quantity };
      if (hand.kind === 'dividend') {
        return { kind: 'dividend_paid', ...stated, symbol, perShare: price / 50n };
      }
      if (hand.kind === 'split') {
        const newShares = (price % 7n) + 1n;
        return { kind: 'shares_split', ...stated, symbol, newShares, oldShares: 3n };
      }
      if (hand.kind === 'exchange') {
        const to = { toCurrency: currency === 'EUR' ? 'USD' : 'EUR', toAmount: hand.fee + 1n };
        return { kind: 'cash_exchanged', ...stated, currency, amount: price, ...to };
      }
      const { fee, method } = hand;
      return { kind: 'traded', ...stated, symbol, currency, quantity, price, fee, method };
    });
  });

/** Applies what can be applied. */
function accountOf(events: readonly AccountEvent[]): {
  account: Account;
  gains: readonly RealisedGain[];
  accepted: readonly AccountEvent[];
} {
  const account = emptyAccount('fifo');
  const gains: RealisedGain[] = [];
  const accepted: AccountEvent[] = [];
  for (const event of events) {
    const realised = applyEvent(account, event);
    if ('kind' in realised) continue;
    gains.push(...realised);
    accepted.push(event);
  }
  return { account, gains, accepted };
}

t.test('cash, cost and gains add up to the last unit in every currency', async (t) => {
  fc.assert(
    fc.property(histories, (events) => {
      const { account, gains } = accountOf(events);
      const rows = gains.reduce((sum, { gain }) => sum + gain, 0n);
      let sums = 0n;
      for (const { realisedShort, realisedLong } of account.sums.values()) {
        sums += realisedShort + realisedLong;
      }
      const isOneSided = [...account.positions.values()].every(({ lots }) =>
        lots.every((lot) => lot.quantity > 0n === lots[0]!.quantity > 0n && lot.quantity !== 0n),
      );
      return accountGaps(account).size === 0 && rows === sums && isOneSided;
    }),
    { seed: 51, numRuns: 400 },
  );
  t.end();
});

t.test('whatever lots are closed, totals are the same', async (t) => {
  fc.assert(
    fc.property(histories, (events) => {
      // Cash, shares and profit with what is open do not depend on the choice of lots.
      const totals = LOT_METHODS.filter((name) => name !== 'specific').map((method) => {
        const { account } = accountOf(events.map((event) => ({ ...event, method })));
        const pictures = [...account.sums].map(([currency, sums]) => {
          const positions = [...account.positions].filter(([, held]) => held.currency === currency);
          const cost = positions.reduce((sum, [, held]) => sum + costOf(held), 0n);
          const shares = positions.map(([symbol, held]) => `${symbol} ${quantityOf(held)}`).sort();
          const gain = sums.realisedShort + sums.realisedLong;
          return [currency, sums.cash, gain - cost, sums.dividends, shares.join()].join(':');
        });
        return pictures.sort().join('|');
      });
      return totals.every((total) => total === totals[0]);
    }),
    { seed: 52, numRuns: 300 },
  );
  t.end();
});

t.test('reversing everything that was added gives the account back', async (t) => {
  fc.assert(
    fc.property(histories, fc.nat(60), (events, count) => {
      const { accepted } = accountOf(events);
      const kept = accepted.slice(0, Math.max(0, accepted.length - count));
      const reversals = accepted
        .slice(kept.length)
        .reverse()
        .map((event, index): AccountEntry => {
          const eventId = `r${index}`;
          return { kind: 'reversed', eventId, reversedId: event.eventId, day: 0, reason: 'test' };
        });
      const inForce = eventsInForce([...accepted, ...reversals]);
      const got = pictureOf(replayed([...accepted, ...reversals]));
      return (
        !('kind' in inForce) && inForce.length === kept.length && got === pictureOf(replayed(kept))
      );
    }),
    { seed: 53, numRuns: 200 },
  );
  t.end();
});
