// Quantiles against known values, and the bootstrap against changes that are and are not there.

import fc from 'fast-check';
import t from 'tap';
import {
  median,
  quantile,
  ratioInterval,
  regressionOf,
  summarise,
  verdictOf,
} from './statistics.js';

/** Rounds around a middle, with a spread, by a fixed sequence. */
function rounds(middle: number, spread: number, count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const share = Math.sin((index + 1) * 12.9898 + seed) * 0.5;
    return middle * (1 + spread * share);
  });
}

t.test('quantiles interpolate as numpy does', async (t) => {
  t.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  t.equal(quantile([10, 20, 30, 40, 50], 0.25), 20);
  t.ok(Math.abs(quantile([1, 2, 3, 4], 0.99) - 3.97) < 1e-12);
  t.equal(quantile([7], 0.99), 7);
  t.throws(() => quantile([], 0.5), RangeError);
});

t.test('sorting is by number, not by text', async (t) => {
  t.equal(median([100, 9, 20]), 20);
});

t.test('a summary keeps the ends and the middle', async (t) => {
  t.same(summarise([3, 1, 2]), { min: 1, p50: 2, p99: 2.98, max: 3, rounds: 3 });
});

t.test('a change far beyond the spread is real', async (t) => {
  const interval = ratioInterval(rounds(100, 0.04, 9, 1), rounds(80, 0.04, 9, 2));
  t.ok(interval.high < 0.9);
  t.equal(verdictOf(interval, 'higher'), 'worse');
  t.equal(verdictOf(interval, 'lower'), 'better');
  t.ok(Math.abs(regressionOf(interval, 'higher') - 0.2) < 0.03);
  t.ok(Math.abs(regressionOf(interval, 'lower') + 0.2) < 0.03);
});

t.test('a change within the spread is not', async (t) => {
  const interval = ratioInterval(rounds(100, 0.3, 7, 1), rounds(101, 0.3, 7, 5));
  t.equal(verdictOf(interval, 'higher'), 'no difference shown');
  t.ok(interval.low < 1 && interval.high > 1);
});

t.test('the same rounds on both sides give a ratio of one', async (t) => {
  const same = rounds(50, 0.1, 7, 3);
  const interval = ratioInterval(same, same);
  t.equal(interval.estimate, 1);
  t.equal(verdictOf(interval, 'lower'), 'no difference shown');
});

t.test('the same question has the same answer', async (t) => {
  const base = rounds(10, 0.2, 5, 1);
  const head = rounds(12, 0.2, 5, 2);
  t.same(ratioInterval(base, head), ratioInterval(base, head));
});

const values = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 12,
});

t.test('an interval holds its ends in order, and the smallest ratio bounds it', async () => {
  fc.assert(
    fc.property(values, values, (base, head) => {
      const { low, high } = ratioInterval(base, head);
      const least = Math.min(...head) / Math.max(...base);
      const most = Math.max(...head) / Math.min(...base);
      return low <= high && low >= least * (1 - 1e-12) && high <= most * (1 + 1e-12);
    }),
    { numRuns: 40, seed: 20_261_121 },
  );
});

t.test('a quantile grows with its probability and stays within the values', async () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (given, probability) => {
      const at = quantile(given, probability);
      return at >= Math.min(...given) && at <= Math.max(...given) && at <= quantile(given, 1);
    }),
    { numRuns: 200, seed: 20_261_121 },
  );
});
