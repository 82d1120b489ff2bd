// Sizes of a real stock: figures of numpy on the adjusted closes, rules that say no, whole lots.

import t from 'tap';
import { inRepository } from '../app/paths.js';
import { loadMarketFile } from './market-file.js';
import { type SizingTerms, sizesOf } from './position-sizes.js';

const path = inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet');
const apple = (await loadMarketFile({ path, symbols: ['AAPL'] })).bars;
const TERMS: SizingTerms = {
  equity: 1_000_000,
  lotSize: 1,
  leverageMax: 1,
  window: 252,
  riskFree: 0,
  kellyFraction: 0.1,
  targetVolatility: 0.1,
  riskShare: 0.01,
  multiple: 3,
  fixedShare: 0.05,
  lossMax: 10_000,
};
const quantities = (terms: SizingTerms): Record<string, number> =>
  Object.fromEntries(
    sizesOf(apple, terms).rules.map(({ rule, size }) => [
      rule,
      size.kind === 'size' ? size.quantity : Number.NaN,
    ]),
  );

t.test('each rule gives what numpy gives; the range knows of the split of 2020', async (t) => {
  // Kelly 6.09975, volatility 35.263 % a year, range 2.910026, worst day -8.006 %, price 133.50.
  t.match(quantities(TERMS), {
    'Kelly, full': 7490,
    'Kelly, 0.1 of it': 4569,
    'volatility target': 2124,
    'ATR stop': 1145,
    'fixed fraction': 374,
    'maximum loss': 935,
  });
});

t.test('a stock that lost gets nothing by Kelly, and lots are whole', async (t) => {
  const dear = quantities({ ...TERMS, riskFree: 3, lotSize: 100 });
  t.equal(dear['Kelly, full'], 0);
  t.equal(dear['ATR stop'], 1_100);
  t.ok(quantities({ ...TERMS, leverageMax: 2 })['Kelly, full']! > 14_000);
});

t.test('a past too short for a rule is told by its code', async (t) => {
  const until = apple.dates[5]!;
  const { bars } = await loadMarketFile({ path, symbols: ['AAPL'], to: until });
  const stop = sizesOf(bars, TERMS).rules.find(({ rule }) => rule === 'ATR stop')!;
  t.match(stop.size, { kind: 'refusal', code: 'risk.bad_sizing' });
});
