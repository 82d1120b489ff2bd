// Reverse stress of books with options: the move that is found is that of options valued anew.

import t from 'tap';
import type { LimitConfig } from '../../actors/limits/index.js';
import { americanCurve, greeksAt, priceAt } from '../../actors/options/index.js';
import { inRepository } from '../app/paths.js';
import { readMembers } from '../config/members.js';
import { fitLoadings } from './factor-loadings.js';
import { standings } from './limit-standing.js';
import type { StudiedOption } from './option-bend.js';
import { recentReturns } from './recent-returns.js';
import { loadReturnHistory } from './return-history.js';
import { uniformMoves } from './reverse-directions.js';
import { exposureOf, reverseStress } from './stress-run.js';

const history = await loadReturnHistory({
  path: inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
  symbols: ['AAL', 'AAPL', 'APA', 'BAC', 'CVX', 'JPM', 'KO', 'MSFT', 'PEP', 'UAL', 'XOM'],
});
const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
const row = (symbol: string): number => history.symbols.indexOf(symbol);

/** Dollars of the book, and the price that its options' stock has. */
const EQUITY = 1_000_000;
const SPOT = 100;

function bookOf(held: Readonly<Record<string, number>>, options: readonly StudiedOption[] = []) {
  const weights = new Map(Object.entries(held).map(([symbol, w]) => [row(symbol), w]));
  for (const one of options) {
    weights.set(one.row, (weights.get(one.row) ?? 0) + one.delta / EQUITY);
  }
  const recent = recentReturns(history, members, [...weights.keys()]);
  return { weights, recent, history, members, equity: EQUITY, options };
}

/** So many puts on AAPL, struck a tenth below its price. */
function puts(shares: number): StudiedOption {
  const terms = {
    ...({ type: 'put', strike: 90, rate: 0, dividendYield: 0 } as const),
    ...{ volatility: 0.3, timeYears: 0.25 },
  };
  const { delta } = greeksAt(americanCurve(terms), SPOT);
  return { row: row('AAPL'), shares, spot: SPOT, delta: shares * delta * SPOT, terms };
}

const LIMITS: readonly LimitConfig[] = [
  { measure: 'gross_exposure', severity: 'hard', limit: 1.2 },
  { measure: 'net_exposure', severity: 'hard', limit: 0.9 },
  { measure: 'single_name', severity: 'hard', limit: 0.45 },
  { measure: 'drawdown', severity: 'hard', limit: 0.1 },
  { measure: 'var99', severity: 'hard', limit: 0.06 },
];

t.test('of stocks alone the move looked for is that of the closed form', async (t) => {
  const book = bookOf({ AAPL: 0.4, MSFT: 0.3, KO: 0.3, XOM: -0.2 });
  const closed = reverseStress(exposureOf(book), LIMITS);
  let found = 0;
  for (const [at, { value, shock }] of uniformMoves(book, LIMITS).entries()) {
    const { measure, ...wanted } = closed[at]!;
    t.ok(Math.abs(value - wanted.value) < 1e-12, `${measure} today`);
    const text = `${measure}: ${shock}, ${wanted.shock}`;
    if (shock === undefined || wanted.shock === undefined) t.equal(shock, wanted.shock, text);
    else t.ok(Math.abs(shock - wanted.shock) < 1e-7, text);
    if (shock !== undefined) found++;
  }
  t.ok(found >= 2);
});

t.test('puts that were sold bring a limit nearer than their delta tells', async (t) => {
  const option = puts(-10_000);
  const book = bookOf({ AAPL: 0.2 }, [option]);
  const [found] = standings(book, [LIMITS[3]!], fitLoadings(history));
  const shock = found!.shock!;
  const curve = americanCurve(option.terms);
  const lost = -0.2 * shock + (priceAt(curve, SPOT * (1 + shock)) - priceAt(curve, SPOT)) / 100;
  t.ok(Math.abs(lost - 0.1) < 1e-7, `${shock}`);
  const byDelta = -0.1 / (0.2 + option.delta / EQUITY);
  t.ok(shock > byDelta, `${shock} is nearer than ${byDelta}`);
  t.ok(Math.abs(found!.sector!.move - shock) < 1e-7, 'all of it is in one sector');
});

t.test('puts that were bought bear what their delta would not', async (t) => {
  const option = puts(10_000);
  const limit = { measure: 'drawdown', severity: 'hard', limit: 0.15 } as const;
  const book = bookOf({ AAPL: 1 }, [option]);
  const [byDelta] = reverseStress(exposureOf({ ...book, options: [] }), [limit]);
  t.ok(byDelta!.shock! > -0.25, 'by delta a fall of a quarter would do');
  const [found] = standings(book, [limit], fitLoadings(history));
  t.equal(found!.shock, undefined, 'a tenth is lost to the strike, and what the puts had cost');
  t.equal(found!.sector, undefined);
});

t.test('gamma and vega are those of the options, a share of what is left', async (t) => {
  const option = puts(-10_000);
  const limits: readonly LimitConfig[] = [
    { measure: 'gamma', severity: 'hard', limit: 0.02 },
    { measure: 'vega', severity: 'hard', limit: 0.5 },
  ];
  const [gamma, vega] = standings(bookOf({ KO: 0.1 }, [option]), limits, fitLoadings(history));
  const greeks = greeksAt(americanCurve(option.terms), SPOT);
  t.ok(Math.abs(gamma!.value / (greeks.gamma * SPOT * SPOT * 0.01 * 0.01) - 1) < 1e-3);
  t.ok(Math.abs(vega!.value / (greeks.vega * 0.01) - 1) < 1e-9);
  t.ok(gamma!.shock! < 0, 'nearer to the strike there is more of it');
});
