// Trades, cash, marks and limits of portfolio actors; exactness by property.

import fc from 'fast-check';
import t from 'tap';
import type { LimitConfig, LimitTransition } from '../limits/index.js';
import { divideToEven } from '../lots/index.js';
import {
  attachScenarioMatrix,
  beginReturns,
  createScenarioMatrix,
  putReturn,
} from '../risk/index.js';
import { quantityOf, sumsOf } from './account.js';
import type { CommandApplied, PortfolioFigures, PortfolioShown } from './answers.js';
import { PORTFOLIO_VERSION } from './behaviour.js';
import type { PortfolioMessage } from './messages.js';
import { formatDecimal, notionalOf, parseDecimal } from './money.js';
import type { PortfolioState } from './state.js';
import { type EncodedPortfolio, plainState } from './state-form.js';
import { testPortfolio } from './test-portfolio.js';

const SYMBOLS = ['AAA', 'BBB', 'CCC'];
const LIMITS: LimitConfig[] = [
  { measure: 'single_name', severity: 'hard', limit: 0.5 },
  { measure: 'drawdown', severity: 'soft', limit: 0.1 },
];

/** A portfolio that begins, or comes from a snapshot. */
function setUp(kept?: unknown) {
  const prices = Float64Array.of(100, 50, Number.NaN);
  const matrix = attachScenarioMatrix(createScenarioMatrix(SYMBOLS.length));
  SYMBOLS.forEach((_symbol, row) => {
    beginReturns(matrix, row, 0);
    for (let day = 0; day < 600; day++) putReturn(matrix, row, day, (((row + day) % 7) - 3) / 100);
  });
  const told: LimitTransition[] = [];
  const { behaviour, receive } = testPortfolio(SYMBOLS, prices, {
    matrix,
    limitsOf: () => LIMITS,
    onMarked: (_key, _mark, _figures, transitions) => told.push(...transitions),
  });
  const state =
    kept === undefined ? behaviour.initial('p1') : behaviour.decode(kept, PORTFOLIO_VERSION);
  const send = (message: PortfolioMessage) => {
    const { events, effects } = receive(state, message);
    return { events, effects };
  };
  const reply = (message: PortfolioMessage) =>
    send(message).effects.find(({ kind }) => kind === 'reply' || kind === 'refuse')!;
  const mark = (pointIndex: number, isClose: boolean, price = 100) => {
    prices[0] = price;
    const { effects } = send({
      kind: 'marked',
      pointIndex,
      timeUs: pointIndex,
      date: 20210104 + Math.floor(pointIndex / 6),
      dayIndex: 600,
      isClose,
      opensSession: pointIndex % 6 === 0,
      prices,
    });
    const published = effects.filter((effect) => effect.kind === 'publish');
    return [...published.map(({ event }) => event), ...told.splice(0)];
  };
  return { behaviour, state, send, reply, mark };
}

const buy = (commandId: string, quantity = '10', price = '100'): PortfolioMessage => ({
  kind: 'trade',
  commandId,
  symbol: 'AAA',
  side: 'buy',
  quantity,
  price,
  fee: '1.5',
});

const sharesOf = (state: PortfolioState, symbol: string): bigint | undefined => {
  const position = state.account.positions.get(symbol);
  return position === undefined ? undefined : quantityOf(position);
};

t.test('what a command has done is shown before the next point', async (t) => {
  const { send, reply, mark, state } = setUp();
  send({ kind: 'cash', commandId: 'c', direction: 'deposit', amount: '5000' });
  mark(0, false);
  send(buy('b'));
  const shown = reply({ kind: 'show_portfolio' });
  t.match(shown, {
    message: {
      figures: { cash: '1005000.00', positions: 0 },
      now: { cash: '1003998.50', equity: 1_004_998.5, marketValue: 1_000, positions: 1 },
      positions: [{ symbol: 'AAA', weight: 1_000 / 1_004_998.5 }],
    },
  });
  t.equal(state.isStale, true, 'asking makes nothing anew that the next point would');
});

t.test(
  'of what has no equity no weight is known: a short position is not a long one',
  async (t) => {
    const { send, reply, mark } = setUp();
    mark(0, false);
    send({ ...buy('s', '1000'), side: 'sell' } as PortfolioMessage);
    send({ kind: 'cash', commandId: 'c', direction: 'withdraw', amount: '1050000' });
    t.match(reply({ kind: 'show_portfolio' }), {
      message: {
        now: { equity: -50_001.5 },
        positions: [{ symbol: 'AAA', marketValue: -100_000, weight: Number.NaN }],
      },
    });
  },
);

t.test('a trade is persisted, answered, and applied once however often it is sent', async (t) => {
  const { send, reply, state } = setUp();
  t.equal(send(buy('c1')).events.length, 1);
  const again = reply(buy('c1')) as unknown as { message: CommandApplied };
  t.match(again.message, { kind: 'command_applied', repeated: true });
  t.equal(sharesOf(state, 'AAA'), 10_000_000n);
  t.equal(formatDecimal(sumsOf(state.account, 'USD').cash), '998998.50');
});

const refusals: [string, Partial<Record<string, string>>][] = [
  ['portfolio.unknown_symbol', { symbol: 'ZZZ' }],
  ['portfolio.bad_side', { side: 'hold' }],
  ['portfolio.bad_quantity', { quantity: '0' }],
  ['portfolio.bad_quantity', { quantity: '-5' }],
  ['portfolio.bad_quantity', { quantity: '1.1234567' }],
  ['portfolio.bad_quantity', { quantity: '1e9' }],
  ['portfolio.bad_price', { price: 'abc' }],
  ['portfolio.bad_fee', { fee: '-1' }],
  ['portfolio.no_price', { symbol: 'CCC', price: '' }],
  ['portfolio.not_enough_cash', { quantity: '1000000' }],
  ['portfolio.bad_command_id', { commandId: '' }],
  ['portfolio.bad_command_id', { commandId: 'c1\n' }],
  ['portfolio.bad_command_id', { commandId: '\u0000' }],
];
for (const [code, change] of refusals) {
  t.test(`refuses ${JSON.stringify(change)} with ${code} and changes nothing`, async (t) => {
    const { reply, state } = setUp();
    const answer = reply({ ...buy('c1'), ...change } as PortfolioMessage);
    t.match(answer, { kind: 'refuse', refusal: { code } });
    t.equal(sumsOf(state.account, 'USD').cash, 1_000_000_000_000n);
  });
}

t.test('cash moves both ways and never below nothing', async (t) => {
  const { reply, state } = setUp();
  const move = (amount: string, direction: string) =>
    reply({ kind: 'cash', commandId: `${amount}${direction}`, amount, direction });
  t.match(move('5', 'deposit'), { kind: 'reply' });
  t.match(move('1.000001', 'withdraw'), { kind: 'reply' });
  t.equal(formatDecimal(sumsOf(state.account, 'USD').cash), '1000003.999999');
  t.match(move('9999999', 'withdraw'), { refusal: { code: 'portfolio.not_enough_cash' } });
  t.match(move('1', 'sideways'), { refusal: { code: 'portfolio.bad_direction' } });
  t.match(move('x', 'deposit'), { refusal: { code: 'portfolio.bad_amount' } });
});

t.test('a point values the book and tells a breach once', async (t) => {
  const { send, mark } = setUp();
  send(buy('c1', '6000'));
  const [figures, breach] = mark(0, false) as [PortfolioFigures, { kind: string }];
  t.equal(figures.marketValue, 600_000);
  t.ok(Math.abs(figures.unrealised + 1.5) < 1e-6, 'the fee is part of the cost');
  t.ok(figures.var99 >= figures.var95 && figures.cvar95 >= figures.var95);
  t.match(breach, { kind: 'limit_breached', measure: 'single_name' });
  t.equal(mark(1, false).length, 1, 'no second telling');
  t.same(mark(1, false), [], 'a point told twice changes nothing');
  const fallen = mark(5, true, 80) as { kind: string }[];
  t.match(fallen[1], { kind: 'limit_breached', measure: 'drawdown' });
});

t.test(
  'a portfolio that has lost more than it had breaks its limits, and keeps none',
  async (t) => {
    const { reply, mark } = setUp();
    const short = { kind: 'trade', commandId: 's', symbol: 'AAA', side: 'sell', fee: '' } as const;
    reply({ ...short, quantity: '6000', price: '100' });
    t.match(mark(0, false)[1], { kind: 'limit_breached', measure: 'single_name' });
    const [bankrupt, ...told] = mark(1, false, 300) as [PortfolioFigures, { kind: string }];
    t.equal(bankrupt.equity, -200_000);
    t.match(bankrupt.limits[0], { breached: true, value: Number.POSITIVE_INFINITY });
    t.match(told, [{ kind: 'limit_breached', measure: 'drawdown' }]);
    t.match(mark(2, false, 100)[2], undefined, 'back where it was, still broken');
  },
);

t.test('a mark tells what was paid in since the last close, once', async (t) => {
  const prices = Float64Array.of(100, 50, 20);
  const told: (readonly [number, number])[] = [];
  const { behaviour, receive } = testPortfolio(SYMBOLS, prices, {
    onMarked: (_key, { flow, flowOn }) => told.push([flow, flowOn]),
  });
  const state = behaviour.initial('p1');
  const pay = (amount: string): unknown =>
    receive(state, { kind: 'cash', commandId: amount, amount, direction: 'deposit' });
  const mark = (pointIndex: number, isClose: boolean): unknown => {
    const place = { timeUs: pointIndex, date: 20210104, dayIndex: 600, opensSession: false };
    return receive(state, { kind: 'marked', pointIndex, ...place, isClose, prices });
  };
  pay('7');
  mark(0, false);
  pay('50');
  mark(1, false);
  pay('30');
  mark(2, true);
  mark(2, true);
  mark(3, false);
  t.same(told, [
    [0, 0],
    [50, 50],
    [80, 0],
    [0, 0],
    [0, 0],
  ]);
});

t.test('risk from changed exposures equals risk computed afresh', async (t) => {
  const { send, mark, state, behaviour } = setUp();
  send(buy('c1', '500'));
  for (let point = 0; point < 5; point++) mark(point, false, 100 + point);
  mark(11, true, 104);
  const incremental = state.book.sorted().slice();
  const copy = behaviour.decode(behaviour.encode(state), 1);
  copy.book.update(state.exposures, 600, true);
  const fresh = copy.book.sorted();
  // Those after the worst may read as infinite.
  const shown = incremental.filter((profit) => Number.isFinite(profit));
  t.ok(shown.length >= 32);
  for (const [index, profit] of shown.entries()) t.ok(Math.abs(fresh[index]! - profit) < 1e-6);
  for (const [scenario, profit] of copy.book.profits.entries()) {
    t.ok(Math.abs(profit - state.book.profits[scenario]!) < 1e-6);
  }
});

t.test('splits and dividends of a session are applied once', async (t) => {
  const { send, state, mark } = setUp();
  send(buy('c1', '10'));
  const action: PortfolioMessage = {
    kind: 'corporate_action',
    row: 0,
    date: 20210105,
    split: 4,
    dividend: 0.5,
  };
  send(action);
  t.equal(sharesOf(state, 'AAA'), 40_000_000n);
  t.equal(formatDecimal(sumsOf(state.account, 'USD').dividends), '20.00', 'paid on the new shares');
  mark(6, false);
  send(action);
  t.equal(sharesOf(state, 'AAA'), 40_000_000n);
});

t.test('a portfolio shows what it holds', async (t) => {
  const { send, reply, mark } = setUp();
  send(buy('c1', '10'));
  mark(0, false);
  const shown = (reply({ kind: 'show_portfolio' }) as unknown as { message: PortfolioShown })
    .message;
  t.match(shown.positions[0], {
    symbol: 'AAA',
    quantity: '10',
    cost: '1001.50',
    averageCost: 100.15,
  });
});

t.test('risk is made anew at the close, after a trade and when the book has moved', async (t) => {
  const { send, mark, state, behaviour } = setUp();
  send(buy('c1', '500'));
  mark(0, false);
  const asOf = (): number => state.marked!.riskAsOfUs;
  const first = asOf();
  for (let point = 1; point < 5; point++) mark(point, false, 100.2);
  t.equal(asOf(), first, 'a move of 0.2 % is not worth it');
  const copy = behaviour.decode(behaviour.encode(state), 1);
  t.same(copy.book.profits, state.book.profits, 'a copy has the profits that its figures show');
  mark(5, true, 100.2);
  t.ok(asOf() > first, 'a close is');
  const close = asOf();
  for (let point = 6; point < 12; point++) mark(point, false, 110);
  t.ok(asOf() > close, 'a move of 10 % is');
  const before = asOf();
  send(buy('c2', '1'));
  mark(12, false, 110);
  t.ok(asOf() > before, 'and a trade');
});

t.test('decimals read and write exactly, and round halves to even', async (t) => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
      (n) => parseDecimal(formatDecimal(n)) === n,
    ),
  );
  for (const text of ['', '1.', '.5', '1e3', '0x1', '1.1234567', '99999999999999', ' 1']) {
    t.equal(parseDecimal(text), undefined, text);
  }
  t.equal(divideToEven(5n, 2n), 2n);
  t.equal(divideToEven(7n, 2n), 4n);
  t.equal(divideToEven(-5n, 2n), -2n);
  t.equal(divideToEven(-7n, 2n), -4n);
  t.equal(notionalOf(333_333n, 3_000_000n), 999_999n);
});

t.test('a snapshot between a trade and the next mark leads to the same figures', async (t) => {
  const live = setUp();
  live.send(buy('one'));
  live.mark(0, false);
  live.mark(5, true);
  // The same rows are held as before, so that only their sizes tell that the risk is of before.
  live.send(buy('two'));
  const { behaviour } = live;
  const back = setUp(behaviour.encode(live.state));
  // The behaviour encodes it so.
  const plainOf = (state: PortfolioState) =>
    plainState(behaviour.encode(state) as EncodedPortfolio);
  t.same(plainOf(back.state), plainOf(live.state));
  t.same(back.mark(6, false, 101), live.mark(6, false, 101));
  t.same(back.mark(7, false, 104), live.mark(7, false, 104));
  t.same(plainOf(back.state), plainOf(live.state));
});
