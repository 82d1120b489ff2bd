// Tests of option values against reference vectors, published tables and identities.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { ReferenceCase } from '../reference/index.js';
import {
  americanPrice,
  type BarrierKind,
  barrierPrice,
  blackScholes,
  crrPrice,
  impliedVolatility,
  normalCdf,
  type OptionTerms,
  verifyOptionCase,
} from './index.js';

const FIXTURE = new URL('../../../actors/options/fixtures/options.json', import.meta.url);

const TERMS: OptionTerms = {
  type: 'call',
  spot: 100,
  strike: 100,
  rate: 0.05,
  dividendYield: 0.02,
  volatility: 0.25,
  timeYears: 0.5,
};

/** The number a computation gave; fails the test on a refusal. */
function value(result: unknown): number {
  if (typeof result === 'number') return result;
  throw new Error(`expected a number, was ${JSON.stringify(result)}`);
}

function greeks(terms: OptionTerms): Exclude<ReturnType<typeof blackScholes>, { kind: string }> {
  const result = blackScholes(terms);
  if ('price' in result) return result;
  throw new Error(result.text);
}

const anyTerms = fc.record({
  type: fc.constantFrom('call' as const, 'put' as const),
  spot: fc.double({ min: 20, max: 200, noNaN: true }),
  strike: fc.double({ min: 20, max: 200, noNaN: true }),
  rate: fc.double({ min: -0.02, max: 0.12, noNaN: true }),
  dividendYield: fc.double({ min: 0, max: 0.1, noNaN: true }),
  volatility: fc.double({ min: 0.08, max: 1, noNaN: true }),
  timeYears: fc.double({ min: 0.02, max: 3, noNaN: true }),
});

t.test('the reference vectors are met', async (t) => {
  const { cases } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { cases: ReferenceCase[] };
  t.ok(cases.length > 40);
  for (const reference of cases) {
    t.match(verifyOptionCase(reference), { status: 'passed', notes: [] }, reference.id);
  }
});

t.test('a wrong expectation fails and an unknown word is skipped', async (t) => {
  const { cases } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { cases: ReferenceCase[] };
  const [first] = cases;
  if (first === undefined) throw new Error('no case');
  t.equal(verifyOptionCase({ ...first, expected: { price: 10.4 } }).status, 'failed');
  t.equal(verifyOptionCase({ ...first, expected: { speed: 1 } }).status, 'failed');
  const params = { ...first.params, skew: 1 };
  t.equal(verifyOptionCase({ ...first, params }).status, 'skipped');
  t.equal(verifyOptionCase({ ...first, function: 'heston' }).status, 'skipped');
  t.equal(verifyOptionCase({ ...first, input: { compounding: 'annual' } }).status, 'skipped');
  const { volatility, ...unsure } = first.params;
  t.equal(volatility, 0.2);
  const missing = () => verifyOptionCase({ ...first, params: unsure });
  t.throws(missing, /expected volatility to be a number, was nothing/);
  const { timeYears, ...dated } = first.params;
  t.equal(timeYears, 1);
  const byDays = (days: number, dayCount: string): string =>
    verifyOptionCase({ ...first, params: { ...dated, days }, input: { dayCount } }).status;
  t.equal(byDays(365, 'Actual/365F'), 'passed');
  t.equal(byDays(360, 'Actual/360'), 'passed');
  t.equal(byDays(365, 'Actual/360'), 'failed');
  t.equal(byDays(365, 'Business/252'), 'skipped');
});

t.test('the normal distribution is right to the last digits, tails included', async (t) => {
  // Computed with 40 digits by mpmath.ncdf.
  const known: readonly (readonly [number, number])[] = [
    [-37, 5.725571222524577e-300],
    [-20, 2.7536241186062337e-89],
    [-8.5, 9.479534822203318e-18],
    [-5.7, 5.990371401063528e-9],
    [-5.5, 1.8989562465887718e-8],
    [-3, 0.0013498980316300946],
    [-1, 0.15865525393145705],
    [-0.67, 0.2514288950953101],
    [-0.66, 0.25462691467133614],
    [-1e-5, 0.49999601057719606],
    [0, 0.5],
    [0.3, 0.6179114221889527],
    [0.66291, 0.7463059016102601],
    [2, 0.9772498680518208],
    [5, 0.9999997133484281],
  ];
  for (const [x, expected] of known) {
    t.ok(Math.abs(normalCdf(x) / expected - 1) < 2e-15, `at ${x}: ${normalCdf(x)}`);
  }
  t.equal(normalCdf(Number.NEGATIVE_INFINITY), 0);
  t.equal(normalCdf(Number.POSITIVE_INFINITY), 1);
});

t.test('puts and calls keep their parity, and greeks are the slopes of the price', async (t) => {
  fc.assert(
    fc.property(anyTerms, (terms) => {
      const call = greeks({ ...terms, type: 'call' }).price;
      const put = greeks({ ...terms, type: 'put' }).price;
      const forward =
        terms.spot * Math.exp(-terms.dividendYield * terms.timeYears) -
        terms.strike * Math.exp(-terms.rate * terms.timeYears);
      if (Math.abs(call - put - forward) > 1e-10) return false;
      const here = greeks(terms);
      const slope = (field: keyof OptionTerms, width: number): number => {
        const at = (shift: number): number =>
          greeks({ ...terms, [field]: Number(terms[field]) + shift }).price;
        return (at(width) - at(-width)) / (2 * width);
      };
      const near = (got: number, want: number): boolean =>
        Math.abs(got - want) <= 2e-4 * (1 + Math.abs(want));
      return (
        near(here.delta, slope('spot', 1e-3)) &&
        near(here.vega, slope('volatility', 1e-5)) &&
        near(here.rho, slope('rate', 1e-5)) &&
        near(here.dividendRho, slope('dividendYield', 1e-5)) &&
        near(here.theta, -slope('timeYears', 1e-6))
      );
    }),
    { seed: 11, numRuns: 300 },
  );
  t.end();
});

t.test('an implied volatility prices back to the quote', async (t) => {
  fc.assert(
    fc.property(anyTerms, (terms) => {
      const { price, vega } = greeks(terms);
      // Where the price hardly moves with volatility no float can tell it back.
      if (vega < 1e-6) return true;
      const implied = value(impliedVolatility({ ...terms, price }));
      return Math.abs(implied - terms.volatility) <= 1e-9 + (1e-12 * terms.spot) / vega;
    }),
    { seed: 12, numRuns: 1000 },
  );
  const deep = { ...TERMS, strike: 300, volatility: 0.2, timeYears: 0.1 };
  const implied = value(impliedVolatility({ ...deep, price: greeks(deep).price }));
  t.ok(Math.abs(implied - 0.2) < 1e-9, 'a price of 1e-60 still tells its volatility');
});

t.test('a price that no volatility explains is refused', async (t) => {
  const call = { ...TERMS, strike: 80 };
  t.match(impliedVolatility({ ...call, price: 19 }), { code: 'options.price_below_bound' });
  t.match(impliedVolatility({ ...call, price: 100 }), { code: 'options.price_above_bound' });
  t.match(impliedVolatility({ ...call, price: Number.NaN }), {
    code: 'options.price_below_bound',
  });
  t.match(impliedVolatility({ ...call, price: 21, timeYears: 0 }), {
    code: 'options.no_time_left',
  });
  t.match(impliedVolatility({ ...call, price: 21, spot: -1 }), { code: 'options.spot' });
});

t.test('terms that mean nothing are refused, and limits without chance are exact', async (t) => {
  t.match(blackScholes({ ...TERMS, spot: 0 }), { code: 'options.spot' });
  t.match(blackScholes({ ...TERMS, strike: Number.NaN }), { code: 'options.strike' });
  t.match(blackScholes({ ...TERMS, volatility: -0.1 }), { code: 'options.volatility' });
  t.match(blackScholes({ ...TERMS, timeYears: -1 }), { code: 'options.time' });
  t.match(blackScholes({ ...TERMS, rate: 11 }), { code: 'options.rate' });
  t.match(crrPrice(TERMS, 0), { code: 'options.steps' });
  t.match(crrPrice({ ...TERMS, volatility: 1e-4 }, 10), { code: 'options.volatility_too_low' });
  const expired = greeks({ ...TERMS, spot: 110, timeYears: 0 });
  t.same([expired.price, expired.delta, expired.gamma, expired.vega], [10, 1, 0, 0]);
  t.equal(value(americanPrice({ ...TERMS, type: 'put', spot: 90, timeYears: 0 })), 10);
});

t.test('an American option is worth its exercise and its European twin at least', async (t) => {
  fc.assert(
    fc.property(anyTerms, (terms) => {
      const price = value(crrPrice(terms, 200));
      const exercise = Math.max(
        0,
        terms.type === 'call' ? terms.spot - terms.strike : terms.strike - terms.spot,
      );
      // Half a step of the tree is what a coarse tree may be below the closed form.
      const slack = 0.01 * terms.strike * terms.volatility * Math.sqrt(terms.timeYears);
      return price >= exercise && price >= greeks(terms).price - slack;
    }),
    { seed: 13, numRuns: 60 },
  );
  // Put values of Longstaff and Schwartz 2001, table 1 (finite differences, three digits).
  const table: readonly (readonly [number, number, number, number])[] = [
    [36, 0.2, 1, 4.478],
    [36, 0.4, 2, 8.508],
    [40, 0.2, 1, 2.314],
    [44, 0.4, 1, 3.948],
  ];
  for (const [spot, volatility, timeYears, expected] of table) {
    const terms = { spot, strike: 40, rate: 0.06, dividendYield: 0, volatility, timeYears };
    const got = value(americanPrice({ type: 'put', ...terms }));
    // Their 50 exercise dates a year make them Bermudan: a little below the American value.
    t.ok(got >= expected - 0.001 && got - expected < 0.015, `${got} against ${expected}`);
  }
});

t.test('barrier options give the published table', async (t) => {
  // Haug, 2nd ed., table 4-13: S 100, rebate 3, T 0.5, r 8 %, carry 4 %, volatility 25 %.
  const common = { spot: 100, rebate: 3, timeYears: 0.5, rate: 0.08, dividendYield: 0.04 };
  const table: readonly (readonly [BarrierKind, 'call' | 'put', number, number, number])[] = [
    ['DownOut', 'call', 90, 95, 9.0246],
    ['DownOut', 'call', 100, 95, 6.7924],
    ['DownOut', 'call', 110, 95, 4.8759],
    ['UpOut', 'call', 90, 105, 2.6789],
    ['UpOut', 'call', 110, 105, 2.3453],
    ['DownIn', 'call', 90, 95, 7.7627],
    ['DownIn', 'call', 110, 95, 2.0576],
    ['UpIn', 'call', 90, 105, 14.1112],
    ['UpIn', 'call', 110, 105, 4.591],
    ['DownOut', 'put', 90, 95, 2.2798],
    ['DownOut', 'put', 110, 95, 2.6252],
    ['UpOut', 'put', 90, 105, 3.776],
    ['UpOut', 'put', 110, 105, 7.5187],
    ['DownIn', 'put', 90, 95, 2.9586],
    ['DownIn', 'put', 110, 95, 11.9752],
    ['UpIn', 'put', 90, 105, 1.4653],
    ['UpIn', 'put', 110, 105, 7.0846],
  ];
  for (const [barrierType, type, strike, barrier, expected] of table) {
    const got = barrierPrice({ ...common, barrierType, type, strike, barrier, volatility: 0.25 });
    t.ok(Math.abs(value(got) - expected) < 6e-5, `${barrierType} ${type} ${strike}: ${value(got)}`);
  }
});

t.test('in plus out is the plain option, whatever the strike and the barrier', async (t) => {
  const sides = fc.constantFrom(['DownIn', 'DownOut'] as const, ['UpIn', 'UpOut'] as const);
  const distance = fc.double({ min: 0.01, max: 0.4, noNaN: true });
  fc.assert(
    fc.property(anyTerms, sides, distance, (terms, [into, out], share) => {
      const barrier = terms.spot * (into === 'DownIn' ? 1 - share : 1 + share);
      const at = (barrierType: BarrierKind): number =>
        value(barrierPrice({ ...terms, barrierType, barrier, rebate: 0 }));
      const gap = at(into) + at(out) - greeks(terms).price;
      return Math.abs(gap) < 1e-9 * terms.spot;
    }),
    { seed: 14, numRuns: 500 },
  );
  const touched = { ...TERMS, barrier: 100, rebate: 2 };
  t.equal(value(barrierPrice({ ...touched, barrierType: 'DownOut' })), 2);
  t.equal(value(barrierPrice({ ...touched, barrierType: 'UpIn' })), greeks(TERMS).price);
  t.match(barrierPrice({ ...touched, barrierType: 'UpIn', barrier: -1 }), {
    code: 'options.barrier',
  });
  t.match(barrierPrice({ ...touched, barrierType: 'UpIn', rebate: -1 }), {
    code: 'options.rebate',
  });
});
