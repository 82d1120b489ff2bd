// Books with options over past days: every figure of a study is that of options valued anew.

import t, { type Test } from 'tap';
import { americanCurve, greeksAt, priceAt } from '../../actors/options/index.js';
import { historicalRisk } from '../../actors/risk/index.js';
import { deviation, mean, normalQuantile } from '../../actors/statistics/index.js';
import { inRepository } from '../app/paths.js';
import { readMembers } from '../config/members.js';
import { fitLoadings } from './factor-loadings.js';
import { bookProfits } from './held-columns.js';
import { standings } from './limit-standing.js';
import type { StudiedOption } from './option-bend.js';
import { recentReturns } from './recent-returns.js';
import { returnFan } from './return-fan.js';
import { loadReturnHistory } from './return-history.js';
import { DEFAULT_TAILS, measureRisk } from './risk-measures.js';
import { exposureOf } from './stress-run.js';

const history = await loadReturnHistory({
  path: inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'),
  symbols: ['AAPL', 'APA', 'BAC', 'CVX', 'JPM', 'KO', 'MSFT', 'PEP', 'UAL', 'XOM'],
});
const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
const AAPL = history.symbols.indexOf('AAPL');
const KO = history.symbols.indexOf('KO');
const EQUITY = 1_000_000;
const SPOT = 100;
const terms = {
  ...({ type: 'put', strike: 95, rate: 0.01, dividendYield: 0.005 } as const),
  ...{ volatility: 0.3, timeYears: 0.1 },
};
const curve = americanCurve(terms);

/** A straddle's worth of nothing by delta: puts sold, and as many shares sold as they count for. */
function hedged(shares: number) {
  const delta = shares * greeksAt(curve, SPOT).delta * SPOT;
  const options: StudiedOption[] = [{ row: AAPL, shares, spot: SPOT, delta, terms }];
  const weights = new Map([
    [AAPL, 0],
    [KO, 0.1],
  ]);
  const recent = recentReturns(history, members, [...weights.keys()]);
  return { weights, recent, history, members, equity: EQUITY, options };
}

const SHARES = -20_000;
const book = hedged(SHARES);
const [apple, coke] = book.recent.columns;
const stock = -SHARES * greeksAt(curve, SPOT).delta * SPOT;
/** By hand: what shares, puts and the other stock bring, each day. */
const wanted = apple!.map((move, day) => {
  const puts = SHARES * (priceAt(curve, SPOT * (1 + move)) - priceAt(curve, SPOT));
  return (stock * move + puts) / EQUITY + 0.1 * coke![day]!;
});
const sorted = wanted.slice().sort();
const near = (t: Test, got: number, want: number, name: string, error = 1e-12) =>
  t.ok(Math.abs(got - want) < error, `${name}: ${got} is not ${want}`);

t.test('a day brings what its options were worth at its prices', async (t) => {
  bookProfits(book).forEach((profit, day) => {
    if (Math.abs(profit - wanted[day]!) > 1e-12) t.fail(`day ${day}: ${profit}, ${wanted[day]}`);
  });
  near(t, exposureOf(book).var99, historicalRisk(sorted, 0.99).valueAtRisk, 'var99');
});

t.test('tails, parts and the bets are of options valued anew', async (t) => {
  const found = measureRisk(book, { ...DEFAULT_TAILS, paths: 20_000 });
  const { valueAtRisk, tailMean } = historicalRisk(sorted, 0.99);
  const tail = (method: string) => found.tails.find((row) => row.method === method)!;
  near(t, tail('historical').valueAtRisk, valueAtRisk, 'historical');
  near(t, found.tailMean, tailMean, 'the tail');
  near(
    t,
    found.parts.reduce((sum, part) => sum + part.tailComponent, 0),
    tailMean,
    'its parts',
  );
  const ofApple = found.parts.find(({ symbol }) => symbol === 'AAPL')!;
  const alone = historicalRisk(coke!.map((move) => 0.1 * move).sort(), 0.99).valueAtRisk;
  near(t, ofApple.incrementalHistorical, valueAtRisk - alone, 'without it');
  t.ok(ofApple.tailComponent > 0.5 * tailMean, 'without weight it makes most of the tail');
  const byDelta = measureRisk({ ...book, options: [] }, DEFAULT_TAILS);
  for (const method of ['monte-carlo', 'monte-carlo-t', 'filtered-ewma', 'ewma', 'normal']) {
    const text = `${method}: ${tail(method).tailMean}`;
    t.ok(
      tail(method).tailMean > 1.2 * byDelta.tails.find((row) => row.method === method)!.tailMean,
      text,
    );
  }
});

t.test('simulated paths of a bent book are those of its options at their moves', async (t) => {
  const alone = { ...book, weights: new Map([[AAPL, 0]]) };
  const recent = recentReturns(history, members, [AAPL]);
  const methods = ['monte-carlo', 'monte-carlo-t'] as const;
  const asked = { ...DEFAULT_TAILS, paths: 100_000, methods };
  const [normal, copula] = measureRisk({ ...alone, recent }, asked).tails;
  const brought = (move: number): number => {
    const puts = SHARES * (priceAt(curve, SPOT * (1 + move)) - priceAt(curve, SPOT));
    return (stock * move + puts) / EQUITY;
  };
  // A margin of the past alone is the past; a normal one has its mean and deviation.
  const past = historicalRisk(apple!.map(brought).sort(), 0.99);
  near(t, copula!.valueAtRisk / past.valueAtRisk, 1, 'copula', 0.04);
  const chances = Float64Array.from({ length: 100_000 }, (_, at) => (at + 0.5) / 100_000);
  const sigma = deviation(apple!);
  const moves = chances.map((chance) => mean(apple!) + sigma * normalQuantile(chance));
  const exact = historicalRisk(moves.map(brought).sort(), 0.99);
  near(t, normal!.valueAtRisk / exact.valueAtRisk, 1, 'normal', 0.04);
});

t.test('a limit on value at risk is reached where options valued anew reach it', async (t) => {
  const today = exposureOf(book).var99;
  const limit = { measure: 'var99', severity: 'hard', limit: 1.2 * today } as const;
  const [found] = standings(book, [limit], fitLoadings(history));
  near(t, found!.value, today, 'today');
  const shock = found!.shock!;
  const moved = apple!.map((move, day) => {
    const spot = SPOT * (1 + shock);
    const puts = SHARES * (priceAt(curve, spot * (1 + move)) - priceAt(curve, spot));
    return stock * (1 + shock) * move + puts + 0.1 * EQUITY * (1 + shock) * coke![day]!;
  });
  const lost = SHARES * (priceAt(curve, SPOT * (1 + shock)) - priceAt(curve, SPOT));
  const equity = EQUITY * (1 + 0.1 * shock) + stock * shock + lost;
  near(t, historicalRisk(moved.sort(), 0.99).valueAtRisk / equity, limit.limit, 'there', 1e-7);
});

t.test('the fan takes time from options, and pays what ends within it', async (t) => {
  const bought = hedged(-SHARES);
  const steps = returnFan(bought);
  const day = steps[0]!;
  const later = americanCurve({ ...terms, timeYears: terms.timeYears - 1 / 252 });
  const ofDay = apple!.map((move, at) => {
    const puts = -SHARES * (priceAt(later, SPOT * (1 + move)) - priceAt(curve, SPOT));
    return (-stock * move + puts) / EQUITY + 0.1 * coke![at]!;
  });
  near(t, day.worst, Math.min(...ofDay), 'the worst day');
  const [put] = bought.options;
  const ending = { ...put!, terms: { ...terms, timeYears: 5 / 252 } };
  const ended = returnFan({ ...bought, options: [ending] });
  const paid = priceAt(americanCurve(ending.terms), SPOT);
  const stocks = returnFan({
    ...bought,
    weights: new Map([
      [AAPL, -stock / EQUITY],
      [KO, 0.1],
    ]),
    options: [],
  });
  t.ok(ended.at(-1)!.worst > stocks.at(-1)!.worst - (-SHARES * paid) / EQUITY - 1e-12);
});
