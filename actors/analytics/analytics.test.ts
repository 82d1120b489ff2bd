// Holds performance figures against numpy and scipy, and against identities.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { parsePriceTable, type RegistryCase, verifyReference } from '../reference/index.js';
import {
  beta,
  captureRatio,
  deepestDrawdowns,
  drawdownEpisodes,
  maxDrawdown,
  omegaRatio,
  PERFORMANCE_FUNCTIONS,
  sharpeRatio,
  totalReturn,
} from './index.js';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_160_104) });

const text = (path: string): string =>
  readFileSync(new URL(`../../../actors/${path}`, import.meta.url), 'utf8');
const table = parsePriceTable(text('reference/fixtures/panel.csv'));
const cases = JSON.parse(text('analytics/fixtures/performance.json')) as readonly RegistryCase[];

t.test('every function agrees with numpy and scipy on other windows and parameters', async (t) => {
  for (const reference of cases) {
    const verdict = verifyReference(PERFORMANCE_FUNCTIONS, reference, () => table);
    t.equal(verdict.status, 'passed', `${reference.id} ${verdict.notes.join('; ')}`);
  }
  const tried = new Set(cases.map((reference) => reference.function));
  t.strictSame([...tried].sort(), Object.keys(PERFORMANCE_FUNCTIONS).sort());
});

/** A case of a known function whose input is none that it takes. */
const MISSED = { status: 'failed', notes: /expected an input of a known form/ };

t.test('a benchmark is asked of those alone that measure against one', async (t) => {
  const needsNone = new Set<string>();
  for (const reference of cases) {
    const { benchmark: _, ...input } = reference.input;
    const alone = { ...reference, input };
    const { status, notes } = verifyReference(PERFORMANCE_FUNCTIONS, alone, () => table);
    if (status === 'passed') needsNone.add(reference.function);
    else t.match({ status, notes: notes.join() }, MISSED, reference.id);
  }
  t.equal(needsNone.has('sharpe_ratio') && needsNone.has('max_drawdown'), true);
  t.equal(needsNone.has('beta') || needsNone.has('capture') || needsNone.has('treynor'), false);
});

// Whole basis points: squares of smaller numbers than any return would underflow.
const returns = fc.array(
  fc.integer({ min: -2000, max: 2000 }).map((points) => points / 10_000),
  { minLength: 3, maxLength: 60 },
);

t.test('falls do not overlap, and each lies below its peak until its recovery', async () => {
  fc.assert(
    fc.property(returns, (list) => {
      const equity = [1];
      for (const value of list) equity.push(equity.at(-1)! * (1 + value));
      return drawdownEpisodes(list).every(({ peak, valley, recovery, depth }, index, all) => {
        const end = recovery ?? equity.length;
        const under = equity.slice(peak + 1, end);
        return (
          peak < valley &&
          valley < end &&
          under.every((value) => value <= equity[peak]!) &&
          Math.abs(depth - (Math.min(...under) / equity[peak]! - 1)) < 1e-12 &&
          (index === 0 || (all[index - 1]!.recovery ?? Infinity) <= peak)
        );
      });
    }),
  );
});

t.test('the deepest fall is the deepest of all, and nothing fell in a rise', async (t) => {
  const list = [0.1, -0.05, 0.1, -0.2, -0.1, 0.5, -0.01];
  t.equal(maxDrawdown(list)?.peak, 3);
  t.equal(maxDrawdown(list)?.valley, 5);
  t.equal(maxDrawdown(list)?.recovery, 6);
  t.strictSame(
    deepestDrawdowns(list, 3).map(({ peak }) => peak),
    [3, 1, 6],
  );
  t.equal(maxDrawdown([0.1, 0, 0.2]), undefined);
});

t.test(
  'ratios are free of scale where they should be, and NaN where nothing is at risk',
  async (t) => {
    fc.assert(
      fc.property(returns, (list) => {
        const doubled = list.map((value) => 2 * value);
        const [once, twice] = [sharpeRatio(list, 0, 252), sharpeRatio(doubled, 0, 252)];
        return Number.isNaN(once) || Math.abs(once - twice) <= 1e-9 * (1 + Math.abs(once));
      }),
    );
    t.ok(Number.isNaN(sharpeRatio([0.01, 0.01, 0.01], 0.01, 252)));
    t.ok(Number.isNaN(omegaRatio([0.01, 0.02], 0)));
    t.ok(Number.isNaN(captureRatio([0.1], [0.1], 252, 'down')));
  },
);

t.test('a series against itself has a beta of one and captures all', async () => {
  fc.assert(
    fc.property(returns, (list) => {
      const varied = list.map((value, index) => value + (index % 2 === 0 ? 0.3 : -0.3));
      const captured = captureRatio(varied, varied, 252);
      return Math.abs(beta(varied, varied) - 1) < 1e-12 && Math.abs(captured - 1) < 1e-9;
    }),
  );
});

t.test('total return compounds', async (t) => {
  t.ok(Math.abs(totalReturn([0.1, -0.5, 1]) - 0.1) < 1e-15);
});
