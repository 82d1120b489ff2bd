// Several days by every way: alike where returns are independent, apart where they are not.

import t from 'tap';
import { createDraws, drawNormal } from '../../actors/statistics/index.js';
import { horizonRisk } from './risk-horizon.js';

const OPTIONS = { days: 10, confidence: 0.95, paths: 20_000, seed: 7 };

/** Independent normal returns of 1 % a day. */
function independent(count: number): Float64Array {
  const draws = createDraws(11);
  return Float64Array.from({ length: count }, () => 0.01 * drawNormal(draws));
}

t.test('of independent returns every way says the same, within what it rests on', async (t) => {
  const rows = horizonRisk(independent(4_000), OPTIONS);
  t.ok(rows.length >= 5);
  for (const { method, valueAtRisk, tailMean } of rows) {
    const exact = 1.645 * 0.01 * Math.sqrt(10);
    t.ok(Math.abs(valueAtRisk / exact - 1) < 0.25, `${method}: ${valueAtRisk}`);
    t.ok(tailMean > valueAtRisk, method);
  }
  t.same(horizonRisk(independent(4_000), OPTIONS), rows, 'a seed gives the same paths again');
});

t.test('returns that go on show in windows, not in the root of time', async (t) => {
  const steps = independent(400);
  const trending = Float64Array.from({ length: 4_000 }, (_, day) => steps[Math.floor(day / 10)]!);
  const of = (name: string) =>
    horizonRisk(trending, OPTIONS).find(({ method }) => method === name)!.valueAtRisk;
  t.ok(of('overlapping windows') > 1.8 * of('historical, scaled'));
});
