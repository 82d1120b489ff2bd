// The pre-trade check of exercises and of what written options ask: a real portfolio, every rule.

import t from 'tap';
import type { LimitAction, LimitConfig } from '../limits/index.js';
import { DEFAULT_POLICY, type PretradePolicy, type TradingState } from '../pretrade/index.js';
import type { OrderChecked } from './answers.js';
import { openOptions } from './test-options.js';

const DATE = 20210104;
/** In the money at 130 and out of it. */
const CALL = 'AAPL210319C00120000';
const PUT = 'AAPL210319P00140000';
const FAR_CALL = 'AAPL210319C00150000';

/** What may be changed while the portfolio lives. */
interface House {
  readonly policy: Partial<PretradePolicy>;
  limits: readonly LimitConfig[];
  trading: TradingState;
  action: LimitAction;
}

/** A portfolio whose trades are all let pass until `house` is changed. */
function opened() {
  const policy: PretradePolicy = { ...DEFAULT_POLICY };
  const house: House = { policy, limits: [], trading: 'open', action: 'alert' };
  const books = openOptions({
    policy,
    limitsOf: () => house.limits,
    tradingOf: () => house.trading,
    standingOf: () => ({ action: house.action, why: 'a test' }),
  });
  books.mark(DATE);
  const enforce = (changes: Partial<PretradePolicy> = {}): void => {
    Object.assign(policy, { enforce: true }, changes);
  };
  const check = (side: string, symbol: string, quantity: string, price = '') =>
    books.ask<OrderChecked>({ kind: 'check_order', side, symbol, quantity, price, fee: '' });
  const reasons = (side: string, symbol: string, quantity: string, price = ''): string[] => {
    const { findings } = check(side, symbol, quantity, price);
    return findings.filter(({ verdict }) => verdict === 'no').map(({ code }) => code);
  };
  return { ...books, house, enforce, check, reasons };
}

/** Why an exercise of two calls is refused. */
const REASONS: readonly [
  why: string,
  changes: Partial<PretradePolicy>,
  house: Partial<House>,
  code: string,
][] = [
  ['a restricted stock', { restricted: new Map([['AAPL', 'x']]) }, {}, 'pretrade.restricted'],
  ['a restricted option', { restricted: new Map([[CALL, 'x']]) }, {}, 'pretrade.restricted'],
  ['a position too large', { positionMax: 150 }, {}, 'pretrade.position'],
  ['too much in one name', { concentrationMax: 0.02 }, {}, 'pretrade.concentration'],
  ['an order too large', { notionalMax: 20_000 }, {}, 'pretrade.notional'],
  ['one trade too many', { rateMax: 0 }, {}, 'pretrade.rate'],
  [
    'a limit that it breaks',
    {},
    { limits: [{ measure: 'single_name', severity: 'hard', limit: 0.0255 }] },
    'pretrade.limit',
  ],
  ['a halted market', {}, { trading: 'halted' }, 'pretrade.market_halted'],
  ['a closed one', { refusesClosed: true }, { trading: 'closed' }, 'pretrade.market_closed'],
  ['a block', {}, { action: 'block' }, 'pretrade.blocked'],
  ['the kill switch', {}, { action: 'kill' }, 'pretrade.killed'],
];

t.test('an exercise is asked all that an order for the shares is asked', async (t) => {
  for (const [why, changes, house, code] of REASONS) {
    const books = opened();
    books.trade('buy', CALL, '2', '14');
    books.enforce(changes);
    Object.assign(books.house, house);
    t.same(books.reasons('exercise', CALL, '2'), [code], why);
    const refused = { refusal: { code: 'pretrade.refused', text: new RegExp(`^${code}: `) } };
    t.match(books.end('exercised', CALL, '2'), refused, why);
    t.ok(books.state().account.positions.has(CALL), 'nothing was booked');
  }
});

t.test('what a check says of an exercise is what the exercise makes of the books', async (t) => {
  for (const [symbol, shares, price] of [
    [CALL, 200, 120],
    [PUT, -200, 140],
  ] as const) {
    const books = opened();
    books.trade('buy', symbol, '3', '14');
    books.trade('sell', FAR_CALL, '1', '2');
    books.enforce();
    for (const isMarked of [false, true]) {
      if (isMarked) books.mark(DATE);
      const { facts, allowed } = books.check('exercise', symbol, '2');
      t.equal(allowed, true, JSON.stringify(books.reasons('exercise', symbol, '2')));
      t.match(facts, { quantity: shares, price, before: { held: 0 }, after: { held: shares } });
      t.equal(facts.after.cash, facts.before.cash - shares * price);
      if (!isMarked) continue;
      books.end('exercised', symbol, '2');
      const figures = books.mark(DATE);
      const near = (was: number, expected: number, what: string): void => {
        t.ok(Math.abs(was - expected) < 1e-6 * (1 + Math.abs(expected)), `${what} ${symbol}`);
      };
      near(facts.after.equity, figures.equity, 'equity');
      near(facts.after.grossExposure, figures.grossExposure, 'gross');
      near(facts.after.var99, figures.var99, 'value at risk');
    }
  }
});

t.test('an exercise counts for the rate, and one that loses money is a mistake', async (t) => {
  const books = opened();
  books.trade('buy', CALL, '2', '14');
  books.trade('buy', FAR_CALL, '1', '1');
  books.enforce({ rateMax: 1 });
  t.same(books.reasons('exercise', FAR_CALL, '1'), ['pretrade.collar'], 'a fifth above the market');
  t.match(books.end('exercised', CALL, '1'), { kind: 'command_applied' });
  t.match(books.journal.at(-1), { kind: 'option_ended', timeUs: 0 });
  t.same(books.reasons('exercise', CALL, '1'), ['pretrade.rate']);
  t.match(books.check('exercise', CALL, '2'), { refusal: {} }, 'more than there are');
  t.match(books.check('exercise', 'AAPL', '2'), { refusal: { code: 'portfolio.bad_option' } });
});

t.test(
  'a correction that exercises more is asked too, one that exercises less is not',
  async (t) => {
    const books = opened();
    books.trade('buy', CALL, '3', '14');
    books.end('exercised', CALL, '2');
    books.enforce({ notionalMax: 1_000 });
    const correct = (quantity: string) =>
      books.ask({
        ...{ kind: 'correct', commandId: quantity, eventId: 'c1', reason: 'miscounted' },
        replacement: {
          ...{ kind: 'option', commandId: '', what: 'exercised', symbol: CALL, price: '' },
          quantity,
        },
      });
    t.match(correct('3'), { refusal: { text: /^pretrade\.notional/ } });
    t.match(correct('1'), { kind: 'command_applied' });
  },
);

t.test('written options ask margin unless shares are held for their calls', async (t) => {
  const books = opened();
  books.enforce({ shortDefault: 100_000, notionalMax: 1e9, positionMax: 1e9 });
  const margin = (side: string, symbol: string, quantity: string, price = ''): number =>
    books.check(side, symbol, quantity, price).facts.after.margin;
  // A fifth of 130 less 20 out of the money is 6: a tenth, 13, is the least.
  t.equal(margin('sell', FAR_CALL, '2'), 2_600);
  t.equal(margin('sell', CALL, '2'), 5_200, 'a fifth of 130 in the money');
  t.equal(margin('sell', 'AAPL210319P00120000', '1'), 1_600, 'less ten out of the money');
  const { after } = books.check('buy', CALL, '2', '14').facts;
  t.equal(after.margin.toFixed(6), (after.equity - after.cash).toFixed(6), 'paid in full');
  t.equal(margin('sell', 'AAPL', '100'), 3_900, 'three tenths of shares sold short');
  books.trade('sell', CALL, '3', '14');
  t.equal(books.check('buy', 'AAPL', '100').facts.before.margin, 7_800);
  t.equal(margin('buy', 'AAPL', '100'), 2 * 2_600 + 3_250, 'and a quarter of the shares');
  t.equal(margin('buy', CALL, '1'), 5_200);
  const spread = books.check('buy', FAR_CALL, '3', '1').facts.after;
  t.ok(spread.margin > 3_000 && spread.margin < 7_800, 'thirty wide, less what was received');
  books.trade('buy', 'AAPL', '300', '130');
  t.equal(books.check('sell', 'AAPL', '100').facts.before.margin, 9_750, 'all are covered');
  t.equal(margin('sell', 'AAPL', '100'), 6_500 + 2_600, 'until the shares are sold');
});

t.test('an order whose margin is beyond equity is refused, its way back is not', async (t) => {
  const books = opened();
  books.enforce({ shortDefault: 1e9, notionalMax: 1e9, positionMax: 1e9 });
  books.mark(DATE);
  t.same(books.reasons('sell', FAR_CALL, '700'), []);
  t.same(books.reasons('sell', FAR_CALL, '800'), ['pretrade.margin']);
  t.match(books.trade('sell', FAR_CALL, '800', ''), { refusal: { code: 'pretrade.refused' } });
  books.trade('sell', FAR_CALL, '700', '');
  books.enforce({ margin: { ...DEFAULT_POLICY.margin, useMax: 0.5 } });
  t.same(books.reasons('sell', FAR_CALL, '1'), ['pretrade.margin']);
  t.same(books.reasons('buy', FAR_CALL, '1'), [], 'less is asked then');
  books.prices[0] = Number.NaN;
  t.ok(books.reasons('sell', FAR_CALL, '1', '3').includes('pretrade.no_price'), 'nobody knows');
});
