// Percentiles are right to the stated width, and histograms add up.

import fc from 'fast-check';
import t from 'tap';
import { createHistogram, Histogram, percentileOf } from './histogram.js';

t.test('small values are exact, empty is zero', async (t) => {
  const histogram = new Histogram(createHistogram());
  t.equal(histogram.percentile(0.5), 0);
  for (const value of [1, 2, 3, 4, 5]) histogram.record(value);
  t.equal(histogram.percentile(0.5), 3);
  t.equal(histogram.percentile(1), 5);
  t.equal(histogram.count(), 5);
  histogram.reset();
  t.equal(histogram.count(), 0);
});

t.test('any percentile is at most four percent above the true one', async () => {
  const values = fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (list, share) => {
      const histogram = new Histogram(createHistogram());
      for (const value of list) histogram.record(value);
      const sorted = [...list].sort((a, b) => a - b);
      const exact = sorted[Math.ceil(sorted.length * share) - 1]!;
      const got = histogram.percentile(share);
      return got >= exact && got <= exact * 1.04 + 1;
    }),
  );
});

t.test('values beyond the range and below nothing are kept at the ends', async (t) => {
  const histogram = new Histogram(createHistogram());
  histogram.record(1e18);
  histogram.record(-5);
  t.equal(histogram.count(), 2);
  t.ok(histogram.percentile(1) >= 2_147_483_647);
});

t.test('two threads make one percentile', async (t) => {
  const [a, b] = [new Histogram(createHistogram()), new Histogram(createHistogram())];
  a.record(1);
  b.record(9);
  t.equal(percentileOf([a, b], 1), 9);
  t.equal(percentileOf([a, b], 0.5), 1);
});
