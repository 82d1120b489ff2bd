// Holds value at risk and expected shortfall against reference vectors.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { correlationOf, QUANTILE_METHODS, quantileOfSorted, ScenarioBook } from './index.js';
import { type RiskCase, verifyRiskCase } from './verify.js';

interface Fixture {
  readonly returns: Readonly<Record<string, number[]>>;
  readonly cases: readonly (RiskCase & { readonly input: { readonly returns: string } })[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../../../actors/risk/fixtures/risk.json', import.meta.url), 'utf8'),
) as Fixture;

for (const reference of fixture.cases) {
  t.test(`agrees with numpy on ${reference.id}`, async (t) => {
    const returns = () => Float64Array.from(fixture.returns[reference.input.returns]!);
    const verdict = verifyRiskCase(reference, returns);
    t.equal(verdict.status, 'passed', verdict.notes.join('; '));
  });
}

t.test('a wrong figure fails and an unknown function is skipped', async (t) => {
  const [first] = fixture.cases;
  const returns = () => Float64Array.of(-1, 0, 1);
  t.equal(verifyRiskCase(first!, returns).status, 'failed');
  t.equal(verifyRiskCase({ ...first!, function: 'none' }, returns).status, 'skipped');
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

t.test(
  'a missing return counts as no move and is told; the window wraps round the ring',
  async (t) => {
    const matrix = { returns: new Float64Array(8).fill(0.5), slots: 8, scenarios: 4 };
    matrix.returns[1] = Number.NaN;
    const book = new ScenarioBook(matrix);
    book.hold(Int32Array.of(0));
    book.update(Float64Array.of(10), 10, false);
    t.strictSame([...book.profits], [5, 5, 5, 0]);
    t.equal(book.proxiedExposure, 2.5);
    book.update(Float64Array.of(20), 10, false);
    t.strictSame([...book.profits], [10, 10, 10, 0]);
  },
);

t.test('correlation of a row with itself is one', async (t) => {
  const returns = Float64Array.from({ length: 16 }, (_, i) => Math.sin(i * (i < 8 ? 1 : 3)));
  const matrix = { returns, slots: 8, scenarios: 6 };
  t.ok(Math.abs(correlationOf(matrix, 0, 0, 8) - 1) < 1e-9);
  t.ok(Math.abs(correlationOf(matrix, 0, 1, 8)) < 1);
});
