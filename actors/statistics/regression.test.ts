// Holds regressions and the search for a minimum against numpy and known answers.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { lagsFor, minimise, type Regression, type RegressionErrors, regress } from './index.js';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_160_104) });

const rows = readFileSync(
  new URL('../../../actors/reference/fixtures/panel.csv', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',').slice(1).map(Number));
const returns = [0, 1, 2, 3].map((column) =>
  rows.slice(1).map((row, index) => row[column]! / rows[index]![column]! - 1),
);

function fitted(errors: RegressionErrors): Regression {
  const found = regress(returns[0]!, returns.slice(1), errors);
  if (found.kind === 'refusal') throw new Error(found.text);
  return found;
}

function near(got: ArrayLike<number>, expected: readonly number[]): boolean {
  return expected.every((value, index) => Math.abs(got[index]! - value) < 1e-12);
}

t.test('coefficients and errors of each kind agree with numpy', async (t) => {
  const plain = fitted({ kind: 'plain' });
  t.ok(
    near(
      plain.coefficients,
      [-0.0015608474920541695, -0.024307377137982228, 0.014661340941144373, -0.2822907745663886],
    ),
  );
  t.ok(
    near(
      plain.errors,
      [0.0005962088310915234, 0.05820477372808403, 0.03411524253575479, 0.05091630877818418],
    ),
  );
  t.ok(Math.abs(plain.rSquared - 0.20990369568535494) < 1e-12);
  const robust = { kind: 'newey_west', lags: 5 } as const;
  t.ok(
    near(
      fitted({ ...robust, smallSample: false }).errors,
      [0.0007218958445675663, 0.12726382183639548, 0.07146617595473434, 0.10020240694627282],
    ),
  );
  t.ok(
    near(
      fitted({ ...robust, smallSample: true }).errors,
      [0.0007300531186803589, 0.12870187676796657, 0.07227372899918362, 0.10133467347249442],
    ),
  );
});

t.test('factors that repeat each other, and too few days, are refused', async (t) => {
  const [values, factor] = [returns[0]!, returns[1]!];
  t.match(regress(values, [factor, factor.map((x) => 2 * x)], { kind: 'plain' }), {
    code: 'statistics.factors_dependent',
  });
  t.match(regress([1, 2], [[1, 2]], { kind: 'plain' }), { code: 'statistics.bad_regression' });
  t.match(regress(values, [[1, 2, 3]], { kind: 'plain' }), { code: 'statistics.bad_regression' });
});

t.test('the lags of a sample follow the rule', async (t) => {
  t.strictSame([50, 100, 250, 1000].map(lagsFor), [3, 4, 4, 6]);
});

t.test('a search finds the bottom of a valley, and admits when it does not', async (t) => {
  const place = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(place, place, (x, y) => {
      const found = minimise(
        (p) => (p[0]! - x) ** 2 + 3 * (p[1]! - y) ** 2 + (p[0]! - x) * (p[1]! - y),
        [0, 0],
        0.5,
      );
      return (
        found.converged &&
        Math.abs(found.point[0]! - x) < 1e-4 &&
        Math.abs(found.point[1]! - y) < 1e-4
      );
    }),
  );
  const banana = (p: Float64Array) => (1 - p[0]!) ** 2 + 100 * (p[1]! - p[0]! ** 2) ** 2;
  const found = minimise(banana, [-1.2, 1], 0.5);
  t.ok(found.converged && found.value < 1e-10);
  const cut = minimise(banana, [-1.2, 1], 0.5, { evaluationsMax: 10, spreadMax: 1e-12 });
  t.equal(cut.converged, false);
});
