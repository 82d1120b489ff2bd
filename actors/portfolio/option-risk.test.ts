// Options among marks, scenarios, limits and the pre-trade check, against revaluation done plainly.

import t from 'tap';
import { sessionOf } from '../calendar/index.js';
import { americanCurve, contractOf, priceAt } from '../options/index.js';
import { DEFAULT_POLICY } from '../pretrade/index.js';
import { historicalRisk, realisedVolatility, SCENARIOS } from '../risk/index.js';
import type { OrderChecked, PortfolioShown } from './answers.js';
import { DEFAULT_OPTION_POLICY, yearsLeft } from './option-pricing.js';
import { text } from './test-books.js';
import { DAY_INDEX, FIRST_DAY, openOptions, testReturn } from './test-options.js';

const PUT = 'AAPL210618P00130000';
const CALL = 'AAPL210618C00140000';
const DATE = 20210104;
const POLICY = { ...DEFAULT_OPTION_POLICY, rate: 0.02, volatilities: new Map([['AAPL', 0.3]]) };

type Books = ReturnType<typeof openOptions>;

function curveAt(symbol: string, timeUs: number) {
  const contract = contractOf(symbol)!;
  const strike = Number(contract.strike) / 1e6;
  const terms = { type: contract.type, strike, rate: 0.02, dividendYield: 0, volatility: 0.3 };
  return americanCurve({ ...terms, timeYears: yearsLeft(contract, timeUs) });
}

/** Profits of shares and options in every scenario, each option priced anew. */
function plainProfits(shares: number, options: readonly (readonly [string, number])[]) {
  const { closeUs } = sessionOf(DATE);
  return Float64Array.from({ length: SCENARIOS }, (_, scenario) => {
    const spot = 130 * (1 + testReturn(0, FIRST_DAY + scenario));
    return options.reduce(
      (sum, [symbol, contracts]) => {
        const curve = curveAt(symbol, closeUs);
        return sum + contracts * 100 * (priceAt(curve, spot) - priceAt(curve, 130));
      },
      shares * (spot - 130),
    );
  });
}

function hedged(): Books {
  const books = openOptions({ optionPolicy: POLICY });
  books.mark(DATE);
  books.trade('buy', 'AAPL', '1000', '130');
  books.trade('buy', PUT, '10', '8');
  books.trade('sell', CALL, '5', '6');
  return books;
}

t.test('risk is that of every option revalued in every scenario', async (t) => {
  const books = hedged();
  const figures = books.mark(DATE);
  const profits = plainProfits(1_000, [
    [PUT, 10],
    [CALL, -5],
  ]);
  const { valueAtRisk, tailMean } = historicalRisk(profits.slice().sort(), 0.99);
  t.ok(Math.abs(figures.var99 - valueAtRisk) < 1e-6 * valueAtRisk, `${figures.var99}`);
  t.ok(Math.abs(figures.cvar99 - tailMean) < 1e-6 * tailMean);
  t.ok(valueAtRisk < 0.5 * historicalRisk(plainProfits(1_000, []).sort(), 0.99).valueAtRisk);
  const shown = books.ask<PortfolioShown>({ kind: 'show_portfolio' });
  t.ok(Math.abs(shown.options!.var99 - valueAtRisk) < 1e-6 * valueAtRisk, 'asked for, too');
  const gap = Math.max(...shown.scenarioProfits.map((one, at) => Math.abs(one - profits[at]!)));
  t.ok(gap < 1e-6, 'every scenario shows it');
});

t.test('delta and gamma stand in for revaluation within the error that is told', async (t) => {
  const { options, var99, cvar99 } = hedged().mark(DATE);
  const error = options!.approximationError;
  t.ok(error > 0 && error < 0.05 * var99, `${error}`);
  t.ok(Math.abs(options!.approximateVar99 - var99) <= error);
  t.ok(Math.abs(options!.approximateCvar99 - cvar99) <= error);
});

t.test('greeks are what the value changes by', async (t) => {
  const books = hedged();
  const { options, equity, netExposure, grossExposure } = books.mark(DATE, false);
  const moved = (move: number): number => {
    books.prices[0] = 130 * (1 + move);
    return books.mark(DATE, false).equity - equity;
  };
  const [up, down] = [moved(1e-3), moved(-1e-3)];
  books.prices[0] = 130;
  t.ok(Math.abs((up - down) / 2e-3 - netExposure) < 1e-3 * netExposure, 'delta');
  t.ok(
    Math.abs((up + down) / 1e-6 / 100 - options!.gamma) < 0.02 * Math.abs(options!.gamma),
    'gamma',
  );
  t.ok(options!.theta < 0 && options!.vega > 0);
  const { positions } = books.ask<PortfolioShown>({ kind: 'show_portfolio' });
  const parts = positions.map(({ option, marketValue }) => option?.delta ?? marketValue);
  t.ok(Math.abs(parts.reduce((sum, one) => sum + one, 0) - netExposure) < 1e-6);
  t.ok(Math.abs(parts.reduce((sum, one) => sum + Math.abs(one), 0) - grossExposure) < 1e-6);
  t.same(
    positions.map(({ symbol }) => symbol),
    ['AAPL', CALL, PUT],
  );
});

t.test('a portfolio without options, or without them again, tells nothing of them', async (t) => {
  const [plain, was] = [openOptions(), openOptions()];
  for (const books of [plain, was]) {
    books.mark(DATE);
    books.trade('buy', 'AAPL', '100', '130');
  }
  was.trade('buy', PUT, '1', '8');
  t.equal(was.mark(DATE).options?.unpriced, 0);
  was.trade('sell', PUT, '1', '8');
  plain.mark(DATE);
  const [without, again] = [plain.mark(DATE), was.mark(DATE)];
  t.notOk('options' in without || 'options' in again);
  t.match(again, { var99: without.var99, equity: without.equity, positions: 1 });
});

t.test('a state that comes back goes on to the same bits', async (t) => {
  const [one, other] = [hedged(), hedged()];
  one.mark(DATE);
  other.mark(DATE);
  other.restore();
  for (const books of [one, other]) books.prices[0] = 131.7;
  for (let point = 0; point < 7; point++)
    t.equal(text(one.mark(20210105, false)), text(other.mark(20210105, false)));
});

t.test(
  'a volatility is configured, or of the last trade, or of the past, and says so',
  async (t) => {
    const sourceOf = (books: Books) => {
      const { positions } = books.ask<PortfolioShown>({ kind: 'show_portfolio' });
      return positions.find(({ symbol }) => symbol === PUT)?.option;
    };
    t.match(sourceOf(hedged()), { source: 'configured', volatility: 0.3 });
    const traded = openOptions();
    traded.mark(DATE);
    traded.trade('buy', PUT, '1', '8');
    const implied = sourceOf(traded)!;
    t.equal(implied.source, 'traded');
    const { positions } = traded.ask<PortfolioShown>({ kind: 'show_portfolio' });
    t.ok(Math.abs(positions[0]!.last - 8) < 1e-9, 'it is worth what was paid for it');
    const early = openOptions();
    early.trade('buy', PUT, '1', '8');
    early.mark(DATE);
    const realised = realisedVolatility(early.matrix, 0, DAY_INDEX);
    t.match(sourceOf(early), { source: 'realised', volatility: realised });
  },
);

t.test('an option whose stock has no price is carried at cost', async (t) => {
  const books = hedged();
  books.prices[0] = Number.NaN;
  const { options, equity } = books.mark(DATE);
  t.match(options, { unpriced: 2, delta: 0 });
  t.ok(Math.abs(equity - 1_000_000) < 1e-6);
});

t.test('stress moves all prices and volatilities at once', async (t) => {
  const books = hedged();
  books.mark(DATE);
  const { optionStress } = books.ask<PortfolioShown>({ kind: 'show_portfolio' });
  const profitAt = (price: number, volatility: number): number =>
    optionStress.find((one) => one.priceMove === price && one.volatilityMove === volatility)!
      .profit;
  t.equal(profitAt(0, 0), 0);
  t.ok(profitAt(-0.3, 0) > -0.3 * 130_000, 'puts hedge a fall');
  t.ok(profitAt(0, 0.1) > 0 && profitAt(0, -0.1) < 0, 'more puts are held than calls are written');
  const curve = curveAt(PUT, sessionOf(DATE).closeUs);
  const put = priceAt(curve, 117) - priceAt(curve, 130);
  const call = priceAt(curveAt(CALL, sessionOf(DATE).closeUs), 117);
  const callBefore = priceAt(curveAt(CALL, sessionOf(DATE).closeUs), 130);
  const expected = -13_000 + 1_000 * put - 500 * (call - callBefore);
  t.ok(Math.abs(profitAt(-0.1, 0) - expected) < 1e-6);
});

t.test('a check says what the next mark will', async (t) => {
  for (const [side, symbol, quantity] of [
    ['buy', PUT, '7'],
    ['sell', CALL, '3'],
    ['sell', 'AAPL', '400'],
  ] as const) {
    for (const isMarked of [true, false]) {
      const books = hedged();
      if (isMarked) books.mark(DATE);
      const order = { side, symbol, quantity, price: '', fee: '' };
      const { facts } = books.ask<OrderChecked>({ kind: 'check_order', ...order });
      const applied = books.trade(side, symbol, quantity, '');
      t.match(applied, { kind: 'command_applied' });
      const figures = books.mark(DATE);
      const { after } = facts;
      const label = `${side} ${symbol} ${isMarked}`;
      const isNear = (one: number, other: number) => Math.abs(one - other) < 1e-6 * 1e6;
      t.ok(isNear(after.equity, figures.equity), label);
      t.ok(isNear(after.netExposure, figures.netExposure), label);
      t.ok(isNear(after.grossExposure, figures.grossExposure), label);
      t.ok(Math.abs(after.var99 - figures.var99) < 1e-6 * figures.var99, label);
      t.ok(
        Math.abs(after.measures.vega * after.equity - Math.abs(figures.options!.vega)) < 1e-6,
        label,
      );
    }
  }
});

t.test('rules know a contract: size, distance, what is owed, the restricted stock', async (t) => {
  const policy = {
    enforce: true,
    collar: 0.05,
    notionalMax: 100_000,
    restricted: new Map([['KO', 'inside knowledge']]),
    shortDefault: 300,
  };
  const books = openOptions({ optionPolicy: POLICY, policy: { ...DEFAULT_POLICY, ...policy } });
  books.mark(DATE);
  const reasons = (side: string, symbol: string, quantity: string, price = '') => {
    const order = { kind: 'check_order', side, symbol, quantity, price, fee: '' } as const;
    const { findings } = books.ask<OrderChecked>(order);
    return findings.filter(({ verdict }) => verdict === 'no').map(({ code }) => code);
  };
  t.same(reasons('buy', PUT, '10'), []);
  t.same(reasons('buy', PUT, '120'), ['pretrade.notional']);
  t.same(reasons('buy', PUT, '1', '20'), ['pretrade.collar']);
  t.same(reasons('sell', CALL, '3'), []);
  t.same(reasons('sell', CALL, '4'), ['pretrade.short']);
  t.same(reasons('sell', PUT, '4'), [], 'a put that is written owes no shares');
  t.same(reasons('buy', 'KO210618C00050000', '1'), ['pretrade.restricted']);
  books.trade('buy', 'AAPL', '100', '130');
  books.trade('sell', CALL, '4', '');
  t.same(reasons('sell', 'AAPL', '1'), ['pretrade.short'], 'the shares are owed on the calls');
});

t.test('limits on gamma and vega are broken and told as any other', async (t) => {
  const limits = [{ measure: 'vega', severity: 'hard', limit: 0.00025 } as const];
  const books = openOptions({ optionPolicy: POLICY, limitsOf: () => limits });
  books.mark(DATE);
  books.trade('buy', PUT, '5', '8');
  t.match(books.mark(DATE).limits, [{ breached: false }]);
  const order = { side: 'buy', symbol: PUT, quantity: '5', price: '', fee: '' } as const;
  const { findings } = books.ask<OrderChecked>({ kind: 'check_order', ...order });
  t.match(
    findings.filter(({ verdict }) => verdict === 'no'),
    [{ rule: 'limits.vega.hard' }],
  );
  books.trade('buy', PUT, '5', '8');
  t.match(books.mark(DATE).limits, [{ breached: true }]);
});
