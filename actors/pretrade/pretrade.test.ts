// Every rule of the pre-trade check on both sides of its bound, and what can't be computed.

import fc from 'fast-check';
import t from 'tap';
import {
  DEFAULT_MARGIN,
  DEFAULT_POLICY,
  judgeOrder,
  type OrderFacts,
  type PortfolioSide,
  PRETRADE_RULES,
  type PretradePolicy,
  stockMargin,
} from './index.js';
import { writtenMargin } from './margin.js';

const SIDE: PortfolioSide = {
  cash: 100_000,
  equity: 1_000_000,
  held: 100,
  owed: 0,
  margin: 250_000,
  weight: 0.1,
  grossExposure: 900_000,
  netExposure: 900_000,
  var99: 20_000,
  cvar99: 25_000,
  measures: {
    gross_exposure: 0.9,
    net_exposure: 0.9,
    single_name: 0.1,
    drawdown: 0.01,
    var99: 0.02,
    gamma: 0,
    vega: 0,
    margin: 0.25,
  },
};

const FACTS: OrderFacts = {
  symbol: 'AAA',
  underlying: 'AAA',
  quantity: 100,
  multiplier: 1,
  price: 10,
  last: 10,
  reference: 10,
  before: SIDE,
  after: SIDE,
  limits: [],
  overridden: [],
  historyMissing: 0,
  rates: [],
  standing: { action: 'alert', why: '' },
  trading: 'open',
  tradesInWindow: 0,
};

/** Facts whose state after the order differs; shares short are owed. */
const after = (changes: Partial<PortfolioSide>): Partial<OrderFacts> => ({
  after: { ...SIDE, owed: Math.max(0, -(changes.held ?? 0)), ...changes },
});

const measure = (name: keyof PortfolioSide['measures'], value: number): Partial<OrderFacts> =>
  after({ measures: { ...SIDE.measures, [name]: value } });

const policy = (changes: Partial<PretradePolicy>): PretradePolicy => ({
  ...DEFAULT_POLICY,
  ...changes,
});

const LIMIT = { measure: 'var99', severity: 'hard', limit: 0.05 } as const;

/** What is changed, how the house judges, and the codes of every "no" and warning. */
const CASES: readonly (readonly [string, Partial<OrderFacts>, Partial<PretradePolicy>, string])[] =
  [
    ['the last cent may be spent', after({ cash: 0 }), {}, ''],
    ['a cent more may not', after({ cash: -0.01 }), {}, 'pretrade.cash'],
    ['a position at the bound', after({ held: 500 }), { positionMax: 500 }, ''],
    ['a share beyond', after({ held: -501 }), { positionMax: 500 }, 'pretrade.position'],
    ['a weight at the bound', after({ weight: 0.2 }), { concentrationMax: 0.2 }, ''],
    [
      'a weight beyond',
      after({ weight: 0.21 }),
      { concentrationMax: 0.2 },
      'pretrade.concentration',
    ],
    [
      'a weight of nothing',
      after({ weight: Number.NaN, equity: -5 }),
      {},
      'pretrade.no_equity pretrade.no_equity',
    ],
    ['value at risk at the bound', measure('var99', 0.03), { var99Max: 0.03 }, ''],
    ['value at risk beyond', measure('var99', 0.031), { var99Max: 0.03 }, 'pretrade.var'],
    ['value at risk of nobody knows', measure('var99', Number.NaN), {}, 'pretrade.no_risk'],
    ['half of the past', { historyMissing: 0.5 }, {}, ''],
    ['less than half of the past', { historyMissing: 0.51 }, {}, 'pretrade.no_history'],
    ['a rate of a week ago', { rates: [{ currency: 'EUR', days: 7, worth: 1e6 }] }, {}, ''],
    [
      'an older one',
      { rates: [{ currency: 'EUR', days: 8, worth: 1e6 }] },
      {},
      'pretrade.stale_rate',
    ],
    [
      'an older one of next to nothing',
      { rates: [{ currency: 'EUR', days: 99, worth: 0.01 * SIDE.equity }] },
      {},
      '',
    ],
    [
      'older ones of next to nothing each, and of more together',
      {
        rates: [
          { currency: 'EUR', days: 99, worth: 0.006 * SIDE.equity },
          { currency: 'GBP', days: 8, worth: 0.006 * SIDE.equity },
          { currency: 'JPY', days: 0, worth: SIDE.equity },
        ],
      },
      {},
      'pretrade.stale_rate',
    ],
    [
      'an older one of next to nothing beside a fresh one',
      {
        rates: [
          { currency: 'EUR', days: 99, worth: 0.006 * SIDE.equity },
          { currency: 'JPY', days: 0, worth: SIDE.equity },
        ],
      },
      {},
      '',
    ],
    [
      'one of nobody knows when',
      { rates: [{ currency: 'EUR', days: Number.POSITIVE_INFINITY, worth: 1e6 }] },
      { rateDaysMax: 1e6 },
      'pretrade.stale_rate',
    ],
    ['a hard limit kept', { limits: [LIMIT], ...measure('var99', 0.05) }, {}, ''],
    ['a hard limit broken', { limits: [LIMIT], ...measure('var99', 0.06) }, {}, 'pretrade.limit'],
    [
      'a hard limit broken that is overridden',
      { limits: [LIMIT], overridden: [true], ...measure('var99', 0.06) },
      {},
      'pretrade.limit_overridden',
    ],
    [
      'one of nobody knows how far, overridden',
      { limits: [LIMIT], overridden: [true], ...measure('var99', Number.NaN) },
      {},
      'pretrade.no_risk pretrade.no_risk',
    ],
    [
      'a soft limit broken',
      { limits: [{ ...LIMIT, severity: 'soft' }], ...measure('var99', 0.06) },
      {},
      'pretrade.limit_near',
    ],
    [
      'a broken limit made better',
      {
        limits: [LIMIT],
        before: { ...SIDE, measures: { ...SIDE.measures, var99: 0.09 } },
        ...measure('var99', 0.06),
      },
      {},
      '',
    ],
    [
      'a block',
      { standing: { action: 'block', why: 'x' }, ...after({ held: 1 }) },
      {},
      'pretrade.blocked',
    ],
    ['a kill', { standing: { action: 'kill', why: 'x' } }, {}, 'pretrade.killed'],
    [
      'a smaller position, reduce only',
      { standing: { action: 'reduce_only', why: 'x' }, ...after({ held: 99 }) },
      {},
      '',
    ],
    [
      'an equal position, reduce only',
      { standing: { action: 'reduce_only', why: 'x' } },
      {},
      'pretrade.reduce_only',
    ],
    [
      'a turned position, flatten',
      { standing: { action: 'flatten', why: 'x' }, ...after({ held: -1 }) },
      {},
      'pretrade.reduce_only',
    ],
    ['a closed market, told', { trading: 'closed' }, {}, 'pretrade.market_closed'],
    [
      'a closed market, refused',
      { trading: 'closed' },
      { refusesClosed: true },
      'pretrade.market_closed',
    ],
    ['a halt', { trading: 'halted' }, {}, 'pretrade.market_halted'],
    ['a wide spread', { trading: 'wide' }, {}, 'pretrade.market_wide'],
    ['a dead feed', { trading: 'stale' }, {}, 'pretrade.market_stale'],
    [
      'a restricted name',
      {},
      { restricted: new Map([['AAA', 'inside knowledge']]) },
      'pretrade.restricted',
    ],
    ['another restricted name', {}, { restricted: new Map([['BBB', 'x']]) }, ''],
    ['a price at the collar', { price: 12.5 }, { collar: 0.25 }, ''],
    ['a price below the collar', { price: 7.49 }, { collar: 0.25 }, 'pretrade.collar'],
    ['no last price', { last: Number.NaN }, {}, 'pretrade.no_price'],
    ['an order at the bound', { quantity: -100 }, { notionalMax: 1_000 }, ''],
    ['an order beyond', { quantity: -101 }, { notionalMax: 1_000 }, 'pretrade.notional'],
    ['an exercise below the market', { price: 7, isExercise: true }, { collar: 0.25 }, ''],
    [
      'an exercise that costs more than the market',
      { price: 12.6, isExercise: true },
      { collar: 0.25 },
      'pretrade.collar',
    ],
    ['margin of all equity', after({ margin: 1_000_000 }), {}, ''],
    ['margin of more', after({ margin: 1_000_001 }), {}, 'pretrade.margin'],
    ['margin that nobody knows', after({ margin: Number.NaN }), {}, 'pretrade.no_price'],
    ['the last trade of the window', { tradesInWindow: 9 }, { rateMax: 10 }, ''],
    ['one trade more', { tradesInWindow: 10 }, { rateMax: 10 }, 'pretrade.rate'],
    ['a short at what can be borrowed', after({ held: -50 }), { shortDefault: 50 }, ''],
    [
      'a short of more',
      after({ held: -50 }),
      { shortDefault: 90, shortAvailable: new Map([['AAA', 49]]) },
      'pretrade.short',
    ],
  ];

t.test('each rule says no beyond its bound and not before', async (t) => {
  for (const [title, facts, changes, codes] of CASES) {
    const { findings, allowed } = judgeOrder({ ...FACTS, ...facts }, policy(changes));
    const said = findings.filter(({ verdict }) => verdict !== 'pass');
    t.equal(said.map(({ code }) => code).join(' '), codes, title);
    t.equal(allowed, !said.some(({ verdict }) => verdict === 'no'), title);
    for (const { text } of said) t.match(text, /^expected .+/, title);
  }
  t.ok(new Set(CASES.map(([, , , code]) => code)).size > PRETRADE_RULES.length);
});

/** Bankrupt: whatever is held is too much. */
const NOTHING = {
  equity: -500,
  weight: Number.POSITIVE_INFINITY,
  measures: { ...SIDE.measures, single_name: Number.POSITIVE_INFINITY },
};
const NAME = { measure: 'single_name', severity: 'hard', limit: 0.3 } as const;
const FALL = { measure: 'drawdown', severity: 'hard', limit: 0.1 } as const;
const bankrupt = (before: number, now: number): Partial<OrderFacts> => ({
  limits: [NAME],
  before: { ...SIDE, ...NOTHING, held: before },
  ...after({ ...NOTHING, held: now }),
});
const broken = (before: number, now: number): Partial<OrderFacts> => ({
  limits: [NAME, FALL],
  before: {
    ...SIDE,
    held: before,
    weight: 0.5,
    measures: { ...SIDE.measures, single_name: 0.5, drawdown: 0.2, var99: 0.2 },
  },
  ...after({
    held: now,
    weight: 0.5,
    measures: { ...SIDE.measures, single_name: 0.5, drawdown: 0.2001, var99: 0.2 },
  }),
});

/** What is changed, and the codes of every "no". */
const WAYS_OUT: readonly (readonly [string, Partial<OrderFacts>, string])[] = [
  ['a part of a short, without equity', bankrupt(-100, -75), ''],
  ['all of it', bankrupt(-100, 0), ''],
  [
    'a sale beside a stale rate',
    { rates: [{ currency: 'EUR', days: 99, worth: 1e6 }], ...after({ held: 0 }) },
    '',
  ],
  [
    'more of it',
    bankrupt(-100, -101),
    'pretrade.position pretrade.no_equity pretrade.no_equity pretrade.short pretrade.no_equity',
  ],
  [
    'another name, without equity',
    bankrupt(0, 1),
    'pretrade.no_equity pretrade.no_equity pretrade.no_equity',
  ],
  ['a sale whose fee deepens the fall', broken(100, 50), ''],
  ['a purchase that does', broken(100, 101), 'pretrade.position pretrade.limit'],
  [
    'a turn to as much on the other side',
    broken(100, -100),
    'pretrade.position pretrade.concentration pretrade.var pretrade.limit pretrade.limit pretrade.short',
  ],
  ['a sale of what has no past', { historyMissing: 1, ...after({ held: 0 }) }, ''],
  [
    'more of it',
    { historyMissing: 1, ...after({ held: 101 }) },
    'pretrade.position pretrade.no_history',
  ],
  ['a turn of it', { historyMissing: 1, ...after({ held: -1 }) }, 'pretrade.no_history'],
  [
    'a hedge that is sold',
    { ...measure('var99', 0.5), after: { ...measure('var99', 0.5).after!, held: 1 } },
    'pretrade.var',
  ],
];

t.test('what only makes a position smaller is let out, and a turn is not', async (t) => {
  const house = policy({ positionMax: 99, concentrationMax: 0.3, var99Max: 0.1, shortDefault: 99 });
  for (const [title, facts, codes] of WAYS_OUT) {
    const { findings } = judgeOrder({ ...FACTS, ...facts }, house);
    const said = findings.filter(({ verdict }) => verdict === 'no');
    t.equal(said.map(({ code }) => code).join(' '), codes, title);
  }
});

t.test('all rules run: an order that everything is wrong with is told everything', async (t) => {
  const { allowed, findings } = judgeOrder(
    {
      ...FACTS,
      ...after({
        cash: -1,
        held: -1e9,
        margin: 1e9,
        weight: 9,
        measures: { ...SIDE.measures, var99: 0.9 },
      }),
      limits: [LIMIT],
      historyMissing: 1,
      rates: [{ currency: 'EUR', days: 99, worth: 1e6 }],
      standing: { action: 'block', why: 'x' },
      trading: 'halted',
      price: 99,
      quantity: 1e9,
      tradesInWindow: 1e6,
    },
    policy({
      concentrationMax: 1,
      var99Max: 0.1,
      shortDefault: 0,
      restricted: new Map([['AAA', 'x']]),
    }),
  );
  t.notOk(allowed);
  const rules = new Set(findings.map(({ rule }) => rule.split('.')[0]));
  t.same(
    [...rules],
    PRETRADE_RULES.map(({ id }) => id),
  );
  t.ok(findings.every(({ verdict }) => verdict === 'no'));
});

t.test('what is not a number never lets an order pass', async () => {
  const numbers = ['weight', 'var99', 'last', 'historyMissing'] as const;
  fc.assert(
    fc.property(fc.constantFrom(...numbers), fc.double({ min: 0, max: 1 }), (name, bound) => {
      const facts: Partial<OrderFacts> =
        name === 'weight'
          ? after({ weight: Number.NaN })
          : name === 'var99'
            ? measure('var99', Number.NaN)
            : { [name]: Number.NaN };
      const changes = { concentrationMax: bound, var99Max: 1 + bound, collar: bound };
      return !judgeOrder({ ...FACTS, ...facts }, policy(changes)).allowed;
    }),
  );
});

t.test('each position asks margin as the rule has it', async (t) => {
  const stock = (shares: number, price: number): number =>
    Number(stockMargin(shares, shares * price, DEFAULT_MARGIN).toFixed(6));
  t.equal(stock(100, 40), 1_000, 'a quarter of what is held');
  t.equal(stock(-100, 40), 1_200, 'three tenths of what is sold short');
  t.equal(stock(-100, 10), 500, 'five dollars a share at least');
  t.equal(stock(-100, 4), 400, 'all of a cheap share');
  t.equal(stock(-100, 2), 250, 'two and a half dollars of a cheaper one');
  t.equal(stock(0, 40), 0);

  const written = (type: 'call' | 'put', strike: number, spot: number): number =>
    Number(writtenMargin({ type, strike, spot }, DEFAULT_MARGIN).toFixed(6));
  t.equal(written('call', 100, 100), 20, 'a fifth at the money');
  t.equal(written('call', 90, 100), 20, 'and in it: its value is owed besides');
  t.equal(written('call', 105, 100), 15, 'less what it is out of it');
  t.equal(written('call', 150, 100), 10, 'a tenth of the stock at least');
  t.equal(written('put', 95, 100), 15);
  t.equal(written('put', 50, 100), 5, 'a tenth of the strike at least');
  t.ok(Number.isNaN(written('put', 50, Number.NaN)));
});
