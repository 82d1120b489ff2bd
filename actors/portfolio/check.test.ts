// The pre-trade check of a real portfolio actor: incremental risk, nothing changed, fails closed.

import fc from 'fast-check';
import t from 'tap';
import { DEFAULT_POLICY, type PretradePolicy, type TradingState } from '../pretrade/index.js';
import {
  attachScenarioMatrix,
  beginReturns,
  createScenarioMatrix,
  historicalRisk,
  putReturn,
  SCENARIOS,
} from '../risk/index.js';
import type { OrderChecked } from './answers.js';
import type { PortfolioMessage } from './messages.js';
import { type EncodedPortfolio, plainState } from './state-form.js';
import { openingCash, testPortfolio } from './test-portfolio.js';

/** The last has no history, the one before no price. */
const SYMBOLS = ['AAA', 'BBB', 'CCC', 'NOPRICE', 'YOUNG'];
const DAY = 600;

function returnOf(row: number, day: number): number {
  return Math.sin(row * 31 + day * 12.9898) * 0.03;
}

function setUp(changes: Partial<PretradePolicy> = {}) {
  const prices = Float64Array.of(100, 50, 20, Number.NaN, 10);
  const market = {
    nowUs: 1_000_000,
    trading: 'open' as TradingState,
    isKilled: false,
    isOverridden: false,
  };
  const matrix = attachScenarioMatrix(createScenarioMatrix(SYMBOLS.length));
  SYMBOLS.forEach((symbol, row) => {
    beginReturns(matrix, row, 0);
    for (let day = 0; day < DAY; day++) {
      putReturn(matrix, row, day, symbol === 'YOUNG' ? Number.NaN : returnOf(row, day));
    }
  });
  const { behaviour, receive } = testPortfolio(SYMBOLS, prices, {
    matrix,
    limitsOf: () => [{ measure: 'single_name', severity: 'hard', limit: 0.5 }],
    openingEvents: () => [openingCash(-1)],
    policy: { ...DEFAULT_POLICY, ...changes },
    tradingOf: () => market.trading,
    standingOf: () => ({ action: market.isKilled ? 'kill' : 'alert', why: 'a test' }),
    isOverridden: () => market.isOverridden,
  });
  const state = behaviour.initial('p1');
  const ask = (message: PortfolioMessage) =>
    receive(state, message, market.nowUs).effects.find(
      ({ kind }) => kind === 'reply' || kind === 'refuse',
    );
  let pointIndex = 0;
  const mark = (): void => {
    const place = { timeUs: pointIndex, date: 20210104, dayIndex: DAY, opensSession: false };
    ask({ kind: 'marked', pointIndex: pointIndex++, ...place, isClose: true, prices });
  };
  const order = (symbol: string, side: string, quantity: string, price = '') => ({
    symbol,
    side,
    quantity,
    price,
    fee: '',
  });
  let commands = 0;
  const trade = (...of: Parameters<typeof order>) =>
    ask({ kind: 'trade', commandId: `c${commands++}`, ...order(...of) });
  const correct = (eventId: string, ...of: Parameters<typeof order>) => {
    const commandId = `c${commands++}`;
    const replacement = { kind: 'trade', commandId, ...order(...of) } as const;
    return ask({ kind: 'correct', commandId, eventId, reason: 'a slip', replacement });
  };
  const check = (...of: Parameters<typeof order>): OrderChecked => {
    const effect = ask({ kind: 'check_order', ...order(...of) });
    if (effect?.kind !== 'reply')
      throw new Error(`expected a reply, was ${JSON.stringify(effect)}`);
    // The only reply to this query.
    return effect.message as OrderChecked;
  };
  mark();
  return { behaviour, state, market, prices, ask, mark, trade, correct, check, order };
}

/** Value at risk at 99 % of exposures by row, summed plainly. */
function plainRisk(exposures: readonly number[]): number {
  const profits = Float64Array.from({ length: SCENARIOS }, (_, scenario) =>
    exposures.reduce(
      (sum, exposure, row) => sum + exposure * returnOf(row, DAY - SCENARIOS + scenario),
      0,
    ),
  );
  return historicalRisk(profits.sort(), 0.99).valueAtRisk;
}

t.test(
  'risk before and after is that of a full sum, also between a trade and a mark',
  async (t) => {
    const quantity = fc.integer({ min: 1, max: 2_000 });
    const trades = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.boolean(), quantity), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        trades,
        trades,
        fc.integer({ min: 0, max: 2 }),
        quantity,
        (first, then, row, n) => {
          const { trade, mark, check, prices } = setUp();
          const held = [0, 0, 0];
          const run = (list: typeof first): void => {
            for (const [which, isBuy, size] of list) {
              const answer = trade(SYMBOLS[which]!, isBuy ? 'buy' : 'sell', String(size));
              if (answer?.kind === 'reply') held[which]! += isBuy ? size : -size;
            }
          };
          run(first);
          mark();
          run(then);
          const { facts } = check(SYMBOLS[row]!, 'buy', String(n));
          const exposures = held.map((size, index) => size * prices[index]!);
          const isNear = (was: number, expected: number): boolean =>
            Math.abs(was - expected) <= 1e-6 * (1 + Math.abs(expected));
          const before = isNear(facts.before.var99, plainRisk(exposures));
          exposures[row]! += n * prices[row]!;
          return before && isNear(facts.after.var99, plainRisk(exposures));
        },
      ),
      { numRuns: 60 },
    );
    t.pass();
  },
);

t.test('a check changes nothing', async (t) => {
  const { behaviour, state, trade, mark, check } = setUp();
  trade('AAA', 'buy', '1000');
  mark();
  trade('BBB', 'buy', '10');
  // The behaviour encodes it so.
  const plain = () => plainState(behaviour.encode(state) as EncodedPortfolio);
  const before = plain();
  t.ok(check('AAA', 'sell', '500').allowed);
  t.same(plain(), before);
});

t.test('the numbers before and after are those of the trade', async (t) => {
  const { trade, mark, check } = setUp();
  trade('AAA', 'buy', '1000');
  mark();
  const { facts, findings, allowed, enforced } = check('AAA', 'buy', '6000', '101');
  t.match(facts.before, { cash: 900_000, equity: 1_000_000, held: 1_000, weight: 0.1 });
  t.match(facts.after, { cash: 294_000, equity: 994_000, held: 7_000, grossExposure: 700_000 });
  t.match(
    findings.find(({ rule }) => rule === 'limits.single_name.hard'),
    { verdict: 'no', code: 'pretrade.limit', before: 0.1, after: 700 / 994, limit: 0.5 },
  );
  t.notOk(allowed);
  t.notOk(enforced);
  t.ok(check('AAA', 'sell', '1000').facts.after.var99 === 0, 'what is sold out has no risk');
});

t.test('a hard limit that is overridden lets an order pass, and tells of itself', async (t) => {
  const { check, ask, order, trade, market, mark } = setUp({ enforce: true });
  t.match(trade('AAA', 'buy', '1000'), { kind: 'reply' });
  mark();
  t.match(trade('AAA', 'buy', '6000'), { refusal: { text: /^pretrade\.limit: / } });
  market.isOverridden = true;
  const { findings, allowed } = check('AAA', 'buy', '6000');
  t.match(
    findings.find(({ rule }) => rule === 'limits.single_name.hard'),
    { verdict: 'warn', code: 'pretrade.limit_overridden', text: /\(hard limit, overridden\)/ },
  );
  t.ok(allowed);
  t.match(ask({ kind: 'trade', commandId: 'over', ...order('AAA', 'buy', '6000') }), {
    kind: 'reply',
  });
});

t.test('what cannot be computed fails closed', async (t) => {
  const { check, ask, order, market } = setUp();
  const codes = (checked: OrderChecked): string[] =>
    checked.findings.filter(({ verdict }) => verdict === 'no').map(({ code }) => code);
  t.match(codes(check('YOUNG', 'buy', '10')), ['pretrade.no_history']);
  const unpriced = codes(check('NOPRICE', 'buy', '10', '5'));
  for (const code of ['pretrade.no_risk', 'pretrade.no_price']) t.ok(unpriced.includes(code), code);
  for (const [symbol, side, quantity, code] of [
    ['NOPRICE', 'buy', '10', 'portfolio.no_price'],
    ['XXX', 'buy', '10', 'portfolio.unknown_symbol'],
    ['AAA', 'hold', '10', 'portfolio.bad_side'],
    ['AAA', 'buy', '0', 'portfolio.bad_quantity'],
    ['AAA', 'buy', '99999999999', 'portfolio.bad_quantity'],
    ['AAA', 'buy', 'NaN', 'portfolio.bad_quantity'],
  ] as const) {
    const refused = ask({ kind: 'check_order', ...order(symbol, side, quantity) });
    t.match(refused, { kind: 'refuse', refusal: { code } });
  }
  market.trading = 'halted';
  t.same(codes(check('AAA', 'buy', '10')), ['pretrade.market_halted']);
});

t.test(
  'an enforced policy refuses trades with every reason, and counts those it lets',
  async (t) => {
    const { trade, ask, behaviour, state, market, check } = setUp({
      enforce: true,
      rateMax: 2,
      rateWindowUs: 60,
      collar: 0.05,
    });
    t.match(trade('AAA', 'buy', '99999', '120'), {
      kind: 'refuse',
      refusal: {
        code: 'pretrade.refused',
        text: /pretrade\.cash: .*pretrade\.collar: expected .* of at most 5.00 % .*, was 20.00 %/,
      },
    });
    t.match(trade('AAA', 'buy', '10'), { kind: 'reply' });
    t.match(trade('AAA', 'buy', '10'), { kind: 'reply' });
    t.match(trade('AAA', 'buy', '10'), { refusal: { text: /pretrade\.rate: .* was 3 trades/ } });
    const back = behaviour.decode(behaviour.encode(state), behaviour.version);
    t.same(back.tradeTimesUs, state.tradeTimesUs, 'a snapshot keeps the window');
    market.nowUs += 61;
    t.match(trade('AAA', 'buy', '10'), { kind: 'reply' }, 'the window moves with event time');
    t.ok(check('AAA', 'buy', '1').enforced);
    const cash = { kind: 'cash', commandId: 'x', amount: '5', direction: 'deposit' } as const;
    t.match(ask(cash), { kind: 'reply' }, 'cash is no trade');
  },
);

t.test(
  'trades of an earlier replay, told before its time has come, are not in the window',
  async (t) => {
    const { trade, market } = setUp({ enforce: true, rateMax: 1, rateWindowUs: 60 });
    market.nowUs = 1_000;
    t.match(trade('AAA', 'buy', '10'), { kind: 'reply' });
    market.nowUs = 100;
    t.match(trade('AAA', 'buy', '10'), { kind: 'reply' }, 'event time has begun anew');
    market.nowUs = 159;
    t.match(trade('AAA', 'buy', '10'), { refusal: { text: /pretrade\.rate/ } });
    market.nowUs = 1_001;
    t.match(trade('AAA', 'buy', '10'), { refusal: { text: /pretrade\.rate/ } }, 'now it has come');
  },
);

t.test('no correction passes the kill switch, but one that makes a trade smaller', async (t) => {
  const { trade, ask, correct, market } = setUp();
  trade('AAA', 'buy', '100');
  ask({ kind: 'cash', commandId: 'one', amount: '1', direction: 'deposit' });
  market.isKilled = true;
  const killed = { kind: 'refuse', refusal: { code: 'pretrade.killed' } };
  t.match(correct('one', 'AAA', 'buy', '5000'), killed, 'a deposit that becomes a trade');
  t.match(correct('c0', 'AAA', 'buy', '101'), killed, 'a larger one');
  t.match(correct('c0', 'AAA', 'sell', '50'), killed, 'one of the other side');
  t.match(correct('c0', 'BBB', 'buy', '50'), killed, 'one of another name');
  t.match(correct('c0', 'AAA', 'buy', '90', '101'), { kind: 'reply' }, 'a slip is mended');
});

t.test(
  'what never was is taken back, and what has become of options told, in spite of it',
  async (t) => {
    const call = 'AAA210618C00090000';
    const { trade, ask, market, state } = setUp();
    trade('AAA', 'buy', '100');
    trade(call, 'buy', '2', '12');
    market.isKilled = true;
    t.match(trade('AAA', 'sell', '1'), { refusal: { code: 'pretrade.killed' } });
    const taken = {
      kind: 'correct',
      commandId: 'back',
      eventId: 'c0',
      reason: 'never was',
    } as const;
    t.match(ask(taken), { kind: 'reply' });
    t.notOk(state.account.positions.has('AAA'));
    const end = (what: string, price = '') =>
      ask({ kind: 'option', commandId: what, what, symbol: call, quantity: '1', price });
    t.match(end('exercised'), { refusal: { code: 'pretrade.killed' } }, 'that is a decision');
    t.match(end('assigned'), { refusal: { code: 'portfolio.bad_option' } }, 'that is none');
    market.isKilled = false;
    t.match(end('exercised'), { kind: 'reply' });
  },
);

t.test('an enforced policy judges what a correction adds, and counts it', async (t) => {
  const { trade, correct, market } = setUp({ enforce: true, notionalMax: 20_000, rateMax: 2 });
  t.match(trade('AAA', 'buy', '150'), { kind: 'reply' });
  t.match(correct('c0', 'AAA', 'buy', '351'), { refusal: { text: /^pretrade\.notional/ } });
  t.match(correct('c0', 'AAA', 'buy', '350'), { kind: 'reply' });
  t.match(trade('AAA', 'buy', '1'), { refusal: { text: /^pretrade\.rate/ } });
  t.match(correct('c2:replacement', 'AAA', 'buy', '340'), { kind: 'reply' }, 'no trade');
  market.trading = 'halted';
  const halted = { refusal: { text: /^pretrade\.market_halted/ } };
  t.match(correct('c4:replacement', 'AAA', 'buy', '341'), halted);
});

t.test('cash of another currency is judged by the age of its rate', async (t) => {
  const { ask, check, trade, prices } = setUp({ enforce: true });
  const place = { pointIndex: 1, timeUs: 1, date: 20210104, dayIndex: DAY };
  ask({ kind: 'marked', ...place, opensSession: true, isClose: false, prices });
  const stale = (): string[] =>
    check('AAA', 'buy', '10')
      .findings.filter(({ rule }) => rule === 'currencies')
      .map(({ verdict, code, text }) => `${verdict} ${code} ${text}`.trim());
  t.same(stale(), ['pass'], 'nothing is held in another');
  const euros = { currency: 'EUR', date: 20201220 } as const;
  ask({ kind: 'rate', commandId: 'r1', rate: '1.2', ...euros });
  ask({ kind: 'cash', commandId: 'e1', amount: '1000', direction: 'deposit', ...euros });
  t.same(stale(), ['pass'], 'a thousandth of equity');
  ask({ kind: 'cash', commandId: 'e2', amount: '8000', direction: 'deposit', ...euros });
  const text =
    'expected an age of the rate of EUR of at most 7 days after the trade, was 15 days (15 days before)';
  t.same(stale(), [`no pretrade.stale_rate ${text}`]);
  t.match(trade('AAA', 'buy', '10'), { refusal: { code: 'pretrade.refused' } });
  ask({ kind: 'rate', commandId: 'r2', currency: 'EUR', rate: '1.25' });
  t.same(stale(), ['pass']);
  t.match(trade('AAA', 'buy', '10'), { kind: 'reply' });
});
