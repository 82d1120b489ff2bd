// Holds moments, distributions, quantiles and draws against known values and identities.

import fc from 'fast-check';
import t from 'tap';
import { symmetricEigen } from '../linear/index.js';
import {
  averageRanks,
  binomialProbability,
  chiSquaredTail,
  covarianceMatrix,
  createDraws,
  deviation,
  drawChiSquared,
  drawNormal,
  mean,
  normalProbability,
  normalQuantile,
  QUANTILE_METHODS,
  quantileOfSorted,
  SHRINKAGE_TARGETS,
  shrinkCovariance,
  studentDensity,
  studentProbability,
  studentQuantile,
  variance,
} from './index.js';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_160_104) });

function near(got: number, expected: number, rel = 1e-12): boolean {
  return Math.abs(got - expected) <= rel * Math.abs(expected);
}

t.test('probabilities and quantiles agree with scipy, far into the tails', async (t) => {
  t.ok(near(normalQuantile(1e-20), -9.262340089798409));
  t.ok(near(normalQuantile(0.99), 2.3263478740408408));
  t.ok(near(normalProbability(-9.262340089798409), 9.99999999999985e-21));
  t.ok(near(chiSquaredTail(60, 1), 9.485737571073857e-15));
  t.ok(near(chiSquaredTail(3.84, 7), 0.79801091503604));
  t.ok(near(studentQuantile(1e-5, 4), -23.332182700829275));
  t.ok(near(studentProbability(-6.5, 5.5), 0.0004458421364807554));
  t.ok(near(binomialProbability(4, 250, 0.01), 0.8921876269036251));
  t.ok(near(studentDensity(1.5, 3), 0.1200171745135987));
});

t.test('the ends and the middle of a quantile are exact, nonsense is NaN', async (t) => {
  t.equal(normalQuantile(0), -Infinity);
  t.equal(normalQuantile(1), Infinity);
  t.equal(normalQuantile(0.5), 0);
  t.equal(studentQuantile(0.5, 3), 0);
  t.ok(Number.isNaN(normalQuantile(-0.1)));
  t.ok(Number.isNaN(variance([1])));
});

t.test('a quantile undoes its probability', async () => {
  const probability = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
  fc.assert(
    fc.property(probability, fc.integer({ min: 1, max: 40 }), (p, degrees) => {
      const normal = normalProbability(normalQuantile(p));
      const student = studentProbability(studentQuantile(p, degrees), degrees);
      return near(normal, p, 1e-10) && near(student, p, 1e-9);
    }),
  );
});

t.test('every quantile lies between its neighbours and rises with the probability', async () => {
  const values = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), {
    minLength: 2,
    maxLength: 40,
  });
  fc.assert(
    fc.property(values, fc.constantFrom(...QUANTILE_METHODS), (list, method) => {
      const sorted = Float64Array.from(list).sort();
      const quantiles = [0, 0.1, 0.25, 0.5, 0.9, 1].map((p) => quantileOfSorted(sorted, p, method));
      return quantiles.every(
        (q, i) =>
          q >= sorted[0]! && q <= sorted[sorted.length - 1]! && (i === 0 || q >= quantiles[i - 1]!),
      );
    }),
  );
});

t.test('equal values share the average of their ranks', async (t) => {
  t.strictSame([...averageRanks([3, 1, 3, 2, 3])], [4, 1, 4, 2, 4]);
});

t.test('draws repeat for a seed and have the moments of their distribution', async (t) => {
  const draws = createDraws(7);
  const normals = Float64Array.from({ length: 40_000 }, () => drawNormal(draws));
  const again = createDraws(7);
  t.ok(normals.subarray(0, 9).every((value) => value === drawNormal(again)));
  t.ok(Math.abs(mean(normals)) < 0.02);
  t.ok(Math.abs(deviation(normals) - 1) < 0.02);
  for (const degrees of [1, 5]) {
    const squares = Float64Array.from({ length: 40_000 }, () => drawChiSquared(draws, degrees));
    t.ok(Math.abs(mean(squares) / degrees - 1) < 0.04, `mean of ${degrees}`);
    t.ok(Math.abs(variance(squares) / (2 * degrees) - 1) < 0.1, `variance of ${degrees}`);
  }
});

t.test(
  'a shrunk covariance lies between sample and target, and is better conditioned',
  async () => {
    const columns = fc.array(
      fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: 12, maxLength: 12 }),
      { minLength: 2, maxLength: 5 },
    );
    fc.assert(
      fc.property(columns, fc.constantFrom(...SHRINKAGE_TARGETS), (data, target) => {
        const jittered = data.map((column, a) =>
          column.map((x, i) => x + 0.01 * Math.sin(i * (a + 2))),
        );
        const { covariance, weight } = shrinkCovariance(jittered, target);
        const least = (matrix: typeof covariance) => symmetricEigen(matrix).values.at(-1)!;
        const sample = covarianceMatrix(jittered, target === 'constant_correlation' ? 1 : 0);
        const inside = weight >= 0 && weight <= 1;
        return target === 'constant_variance'
          ? inside && least(covariance) >= least(sample) - 1e-12
          : inside;
      }),
    );
  },
);
