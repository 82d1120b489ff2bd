// The books of a live portfolio: lots, currencies, corrections, what survives a snapshot.

import t from 'tap';
import { accountGaps, costOf, quantityOf, sumsOf } from './account.js';
import type {
  LotsShown,
  PortfolioShown,
  RebalanceProposed,
  ReturnsShown,
  TransactionsShown,
} from './answers.js';
import type { PortfolioMessage } from './messages.js';
import { formatDecimal, parseDecimal } from './money.js';
import { openBooks } from './test-books.js';

const trade = (
  commandId: string,
  side: string,
  quantity: string,
  price: string,
  more: object = {},
): PortfolioMessage => ({
  kind: 'trade',
  commandId,
  symbol: 'AAA',
  side,
  quantity,
  price,
  fee: '',
  ...more,
});

t.test('lots are closed in the way a trade names, and told with their gains', async (t) => {
  const { ask, mark } = openBooks();
  mark(20210104);
  ask(trade('b1', 'buy', '10', '90'));
  mark(20210105);
  ask(trade('b2', 'buy', '10', '110', { fee: '1' }));
  ask(trade('s1', 'sell', '4', '120', { method: 'lifo' }));
  ask(
    trade('s2', 'sell', '2', '120', { method: 'specific', lots: [{ lot: 'b1', quantity: '2' }] }),
  );
  const { lots } = ask<LotsShown>({ kind: 'show_lots', symbol: '' });
  t.match(
    lots.map(({ lotId, quantity, cost, gain }) => [lotId, quantity, cost, gain]),
    [
      ['b1', 8_000_000n, 720_000_000n, 80_000_000n],
      ['b2', 6_000_000n, 660_600_000n, -60_600_000n],
    ],
  );
  t.equal(lots[1]?.taxLoss?.washedQuantity, 6_000_000n, 'bought for less than 30 days beside it');
  const shown = ask<TransactionsShown>({
    kind: 'show_transactions',
    symbol: 'AAA',
    offset: 0,
    limit: 2,
  });
  t.equal(shown.total, 4);
  t.same(
    shown.entries.map(({ entry, gains }) => [entry.eventId, gains[0]?.gain]),
    [
      ['s2', 60_000_000n],
      ['s1', 39_600_000n],
    ],
  );
  t.match(ask(trade('s3', 'sell', '1', '1', { method: 'best' })), {
    refusal: { code: 'portfolio.bad_method' },
  });
  const none = { method: 'specific', lots: [{ lot: 'b9', quantity: '1' }] };
  t.match(ask(trade('s3', 'sell', '1', '1', none)), { refusal: { code: 'lots.unknown_lot' } });
});

t.test('cash of another currency needs a rate, and is worth what it says', async (t) => {
  const { ask, mark } = openBooks();
  mark(20210104);
  const euros = { kind: 'cash', amount: '100', direction: 'deposit', currency: 'EUR' } as const;
  t.match(ask({ ...euros, commandId: 'e1' }), { refusal: { code: 'portfolio.no_rate' } });
  ask({
    kind: 'exchange',
    commandId: 'x1',
    currency: 'USD',
    amount: '1200',
    toCurrency: 'EUR',
    toAmount: '1000',
  });
  t.equal(mark(20210105)?.equity, 1_000_000, 'an exchange at its own rate gains nothing');
  ask({ ...euros, commandId: 'e2' });
  const before = mark(20210106);
  t.equal(before?.equity, 1_000_120);
  t.equal(before?.dayPnl, 0, 'what was paid in is no profit');
  ask({ kind: 'rate', commandId: 'r1', currency: 'EUR', rate: '1.3' });
  ask({ kind: 'charge', commandId: 'f1', what: 'fee', amount: '2', currency: 'EUR' });
  ask({ kind: 'charge', commandId: 'a1', what: 'accrual', amount: '-7' });
  const after = mark(20210107);
  t.equal(after?.equity, 1_000_120 + 110 - 2.6 - 7);
  ask({ kind: 'charge', commandId: 'i1', what: 'interest', amount: '-5' });
  const { sums, closes } = ask<ReturnsShown>({ kind: 'show_returns' });
  t.match(
    sums.map(({ currency, cash, accrued }) => [currency, formatDecimal(cash), accrued]),
    [
      ['USD', '998795.00', -2_000_000n],
      ['EUR', '1098.00', 0n],
    ],
  );
  t.same(Array.from(closes.flows), [0, 120, 0]);
});

t.test('a correction leaves no money without a rate', async (t) => {
  const { ask, mark } = openBooks();
  mark(20210104);
  const euros = { kind: 'cash', amount: '1000', currency: 'EUR' } as const;
  const correct = { kind: 'correct', reason: 'wrong' } as const;
  ask({ kind: 'rate', commandId: 'r1', currency: 'EUR', rate: '1.2' });
  ask({ ...euros, commandId: 'e1', direction: 'deposit' });
  t.match(ask({ ...correct, commandId: 'c1', eventId: 'r1' }), {
    refusal: { code: 'portfolio.no_rate', text: /from EUR to USD to be left/ },
  });
  t.equal(mark(20210105)?.equity, 1_001_200);
  ask({ kind: 'rate', commandId: 'r2', currency: 'EUR', rate: '1.25' });
  ask({ ...correct, commandId: 'c2', eventId: 'r1' });
  t.equal(mark(20210106)?.equity, 1_001_250, 'another rate is left');
  ask({ ...correct, commandId: 'c3', eventId: 'e1' });
  t.match(ask({ ...correct, commandId: 'c4', eventId: 'r2' }), { kind: 'command_applied' });
});

t.test('what is held in each currency is told with the age of its rate', async (t) => {
  const { ask, mark } = openBooks();
  const shown = () => ask<PortfolioShown>({ kind: 'show_portfolio' }).currencies;
  mark(20210104);
  t.same(shown(), [], 'all of it is in the own one');
  const buy = { kind: 'exchange', currency: 'USD', toCurrency: 'EUR' } as const;
  ask({ ...buy, commandId: 'x1', amount: '1200', toAmount: '1000' });
  ask({ kind: 'rate', commandId: 'r1', currency: 'GBP', rate: '1.4' });
  ask({ kind: 'charge', commandId: 'a1', what: 'accrual', amount: '-10', currency: 'GBP' });
  ask(trade('b1', 'buy', '100', '100'));
  mark(20210120);
  ask({ kind: 'rate', commandId: 'r2', currency: 'GBP', rate: '1.5' });
  ask({ kind: 'rate', commandId: 'r3', currency: 'EUR', rate: '2', date: 20210103 });
  const [own, euros, pounds] = shown();
  t.match(own, { currency: 'USD', cash: '988800.00', rate: '1.00', rateDate: 20210120 });
  t.match(euros, { cash: '1000.00', rate: '1.20', rateDate: 20210104, rateDays: 16, value: 1_200 });
  t.match(pounds, { cash: '0.00', accrued: '-10.00', rateDate: 20210120, rateDays: 0, value: -15 });
  const weight = own!.weight + euros!.weight + pounds!.weight;
  t.ok(Math.abs(weight - 1) < 1e-12, 'with positions they are all of the equity');
});

t.test('a correction reverses an entry and puts another in its place', async (t) => {
  const { ask, mark, send, account, prices } = openBooks();
  mark(20210104);
  ask(trade('b1', 'buy', '100', '10'));
  prices[0] = 12;
  mark(20210105);
  send({ kind: 'corporate_action', row: 0, date: 20210106, split: 2, dividend: 0.5 });
  mark(20210106);
  const replacement = trade('', 'buy', '80', '10') as never;
  t.match(
    ask({ kind: 'correct', commandId: 'c1', eventId: 'b1', reason: '80, not 100', replacement }),
    { kind: 'command_applied' },
  );
  const position = account().positions.get('AAA')!;
  t.same([quantityOf(position), costOf(position)], [160_000_000n, 800_000_000n]);
  t.equal(sumsOf(account(), 'USD').dividends, 80_000_000n, 'paid on what it is corrected to');
  const again = { kind: 'correct', commandId: 'c2', eventId: 'b1', reason: 'again' } as const;
  t.match(ask(again), { refusal: { code: 'portfolio.already_reversed' } });
  t.match(ask({ ...again, eventId: 'b9' }), { refusal: { code: 'portfolio.unknown_event' } });
  t.match(ask({ ...again, reason: '' }), { refusal: { code: 'portfolio.bad_reason' } });
  ask({ kind: 'correct', commandId: 'c3', eventId: 'c1:replacement', reason: 'never was' });
  t.equal(account().positions.size, 0, 'split and dividend have nothing to act on');
  t.equal(sumsOf(account(), 'USD').cash, 1_000_000_000_000n);
  const { entries } = ask<TransactionsShown>({
    kind: 'show_transactions',
    symbol: '',
    offset: 0,
    limit: 100,
  });
  t.same(
    entries.map(({ entry, isInForce }) => `${entry.eventId} ${isInForce}`),
    [
      'c3 true',
      'c1:replacement false',
      'c1 true',
      'market:dividend-AAA-20210106 true',
      'market:split-AAA-20210106 true',
      'b1 false',
      'opening true',
    ],
  );
});

t.test('a correction may take the cash it gives back, and no more than there is', async (t) => {
  const { ask, mark, account } = openBooks();
  mark(20210104);
  ask(trade('b1', 'buy', '10000', '100'));
  const cash = (): string => formatDecimal(sumsOf(account(), 'USD').cash);
  t.equal(cash(), '0.00');
  const replace = (eventId: string, quantity: string) =>
    ask({
      kind: 'correct',
      commandId: `to-${quantity}`,
      eventId,
      reason: 'another size',
      replacement: trade('', 'buy', quantity, '100') as never,
    });
  t.match(replace('b1', '9000'), { kind: 'command_applied' });
  t.equal(cash(), '100000.00');
  const short = { refusal: { code: 'portfolio.not_enough_cash' } };
  t.match(replace('to-9000:replacement', '10001'), short);
  t.match(ask({ kind: 'correct', commandId: 'c1', eventId: 'opening', reason: 'none' }), short);
  ask(trade('s1', 'sell', '500', '100'));
  ask({ kind: 'charge', commandId: 'f1', what: 'fee', amount: '200000' });
  t.equal(cash(), '-50000.00', 'a fee needs no leave');
  const never = { kind: 'correct', reason: 'never was' } as const;
  t.match(ask({ ...never, commandId: 'c2', eventId: 's1' }), short);
  t.match(ask({ ...never, commandId: 'c3', eventId: 'f1' }), { kind: 'command_applied' });
});

t.test('a dividend on what a correction brings back is paid', async (t) => {
  const { ask, mark, send, account, copy } = openBooks();
  mark(20210104);
  ask(trade('b1', 'buy', '100', '10'));
  ask(trade('s1', 'sell', '100', '10'));
  const snapshot = copy();
  send({ kind: 'corporate_action', row: 0, date: 20210105, split: 1, dividend: 0.5 });
  t.equal(sumsOf(account(), 'USD').dividends, 0n);
  t.equal(snapshot.includes('AAA'), true);
  ask({ kind: 'correct', commandId: 'c1', eventId: 's1', reason: 'never sold' });
  t.equal(sumsOf(account(), 'USD').dividends, 50_000_000n);
});

t.test('an id stands for one command, and is refused for another', async (t) => {
  const { ask, mark, copy, prices } = openBooks();
  mark(20210104);
  const paid = { kind: 'cash', commandId: 'd1', amount: '10', direction: 'deposit' } as const;
  const taken = { kind: 'correct', commandId: 'c1', eventId: 'd1', reason: 'never' } as const;
  const atLast = trade('b1', 'buy', '10', '', { method: 'lifo' });
  for (const command of [paid, atLast, taken]) ask(command);
  prices[0] = 90;
  mark(20210105);
  copy();
  for (const command of [paid, atLast, taken]) {
    t.match(ask(command), { kind: 'command_applied', repeated: true }, 'though the day is another');
  }
  const dated = trade('b1', 'buy', '10.000', '100', { date: 20210104 });
  t.match(ask(dated), { repeated: true }, 'as an export tells it');
  const reused = { refusal: { code: 'portfolio.command_id_reused' } };
  for (const command of [
    trade('d1', 'buy', '1', '1'),
    { ...paid, amount: '11' },
    { ...paid, direction: 'withdraw' },
    { ...paid, commandId: 'opening' },
    { ...paid, commandId: 'c1' },
    trade('b1', 'sell', '10', ''),
    trade('b1', 'buy', '10', '101'),
    trade('b1', 'buy', '10', '100', { date: 20210105 }),
    trade('b1', 'buy', '10', '', { symbol: 'BBB' }),
    { ...taken, eventId: 'b1' },
    { ...taken, commandId: 'd1' },
  ]) {
    t.match(ask(command), reused, JSON.stringify(command));
  }
});

t.test('a late entry stands at its day', async (t) => {
  const { ask, mark, account } = openBooks();
  mark(20210104);
  ask(trade('b1', 'buy', '10', '100'));
  mark(20210108);
  ask(trade('b0', 'buy', '10', '80', { date: 20201231 }));
  ask(trade('s1', 'sell', '10', '100'));
  t.equal(sumsOf(account(), 'USD').realisedShort, 200_000_000n, 'first in is the late one');
  t.match(ask(trade('b2', 'buy', '1', '', { date: 20201231 })), {
    refusal: { code: 'portfolio.no_price' },
  });
  t.match(ask(trade('b2', 'buy', '1', '1', { date: 20210111 })), {
    refusal: { code: 'portfolio.bad_date' },
  });
});

t.test('lots come and go with their history', async (t) => {
  const { ask, mark, account } = openBooks();
  mark(20210104);
  const lot = { kind: 'transfer', symbol: 'AAA', direction: 'in', quantity: '10' } as const;
  ask({ ...lot, commandId: 't1', cost: '700', openedDate: 20190102 });
  t.equal(mark(20210105)?.dayPnl, 0, 'what they gained before is no profit of the day');
  ask(trade('s1', 'sell', '4', '100'));
  t.equal(sumsOf(account(), 'USD').realisedLong, 120_000_000n);
  ask({ ...lot, commandId: 't2', direction: 'out', quantity: '6', cost: '', openedDate: 0 });
  t.equal(account().positions.size, 0);
  t.match(ask({ ...lot, commandId: 't3', direction: 'out', cost: '', openedDate: 0 }), {
    refusal: { code: 'portfolio.no_position' },
  });
});

t.test('a split that leaves nothing gives the rest up', async (t) => {
  const { ask, mark, send, account } = openBooks();
  mark(20210104);
  ask(trade('b1', 'buy', '0.000001', '100'));
  send({ kind: 'corporate_action', row: 0, date: 20210105, split: 0.125, dividend: 1 });
  t.equal(account().positions.size, 0);
  t.equal(sumsOf(account(), 'USD').realisedShort, -100n);
});

t.test('a rebalancing is proposed within cash, lots and band, and nothing is booked', async (t) => {
  const { ask, mark, journal } = openBooks();
  mark(20210104);
  ask(trade('b1', 'buy', '6000', '90'));
  const wish = { kind: 'rebalance', band: '0.05', cost: '0.001', lot: '10', method: '' } as const;
  const proposed = ask<RebalanceProposed>({
    ...wish,
    targets: [
      { symbol: 'AAA', weight: '0.3' },
      { symbol: 'BBB', weight: '0.7' },
    ],
  });
  t.equal(journal.length, 1);
  t.equal(proposed.equity, 1_060_000_000_000n);
  t.match(proposed.trades, [
    { symbol: 'AAA', quantity: -2_820_000_000n, realisedShort: 28_200_000_000n },
    // 742,000 wanted, and 741,718 with costs are there.
    { symbol: 'BBB', quantity: 14_810_000_000n, target: 700_000n },
  ]);
  t.ok(proposed.cashAfter >= 0n && proposed.cashAfter < 1_000_000_000n, 'all but less than a lot');
  const near = [{ symbol: 'AAA', weight: '0.53' }];
  t.same(ask<RebalanceProposed>({ ...wish, targets: near }).trades, [], 'within the band');
  const wrong = [...near, { symbol: 'BBB', weight: '0.48' }];
  t.match(ask({ ...wish, targets: wrong }), { refusal: { code: 'portfolio.bad_targets' } });
  const unknown = [{ symbol: 'ZZZ', weight: '0.1' }];
  t.match(ask({ ...wish, targets: unknown }), { refusal: { code: 'portfolio.unknown_symbol' } });
});

/** Commands as a trader with a random hand gives them. */
t.test('a state of version 2 is read as books whose opening balance it was', async (t) => {
  const { behaviour } = openBooks();
  const ledger = {
    cash: 500_000_000n,
    realised: 20_000_000n,
    fees: 3_000_000n,
    dividends: 1_000_000n,
    deposited: 1_482_000_000n,
    holdings: new Map([[0, { quantity: 10_000_000n, cost: 1_000_000_000n }]]),
  };
  const rest = { key: 'p1', commandIds: ['old'], pointIndex: 3, actionDate: 20210105 };
  const risk = { exposures: Float64Array.of(1000), dayIndex: 600 };
  const marks = { equityPeak: 1500, equityAtClose: 1490, breached: [], figures: undefined };
  const old = { ...rest, ...marks, ledger, exposures: Float64Array.of(1000), risk };
  const state = behaviour.decode(behaviour.upcast!(2, old), 2);
  t.equal(accountGaps(state.account).size, 0);
  t.equal(costOf(state.account.positions.get('AAA')!), parseDecimal('1000'));
  t.equal(state.commandIds.has('old'), true);
  behaviour.evolve(
    state,
    behaviour.upcastEvent!(2, {
      kind: 'traded',
      ...{
        commandId: 'n',
        row: 0,
        symbol: 'AAA',
        quantity: -4_000_000n,
        price: 110_000_000n,
        fee: 1n,
      },
    }),
  );
  const sums = sumsOf(state.account, 'USD');
  t.equal(sums.realisedShort, parseDecimal('60'), 'at average cost, the fee apart');
  t.equal(sums.charges, 3_000_001n);
});
