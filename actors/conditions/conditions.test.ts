// Parses, compiles and explains conditions, and holds rows against a plain reading of the tree.

import fc from 'fast-check';
import t from 'tap';
import {
  type Condition,
  compileRow,
  compileSql,
  createExplainer,
  featuresOf,
  HistoryPlan,
  parseCondition,
  TRUE,
} from './index.js';

const NAMES = ['a', 'b', 'c'];
const FEATURES = new Set(NAMES);
const LAYOUT = new Map(NAMES.map((name, index) => [name, index]));
const TABLE = { partition: 'symbol', order: 'date' };

function parsed(data: unknown): Condition {
  const { condition, mistakes } = parseCondition(data, FEATURES);
  if (condition === undefined) throw new Error(mistakes.map(({ text }) => text).join('; '));
  return condition;
}

/** Answers of a condition over the rows of one symbol, bar by bar. */
function answers(condition: Condition, bars: readonly (readonly number[])[]): number[] {
  const plan = new HistoryPlan(LAYOUT);
  const test = compileRow(condition, plan);
  const state = new Float64Array(plan.layOut(0));
  return bars.map((bar) => {
    const columns = Float64Array.from(bar);
    const answer = test(columns, 1, 0, state, 0);
    plan.commit(columns, 1, 0, state, 0);
    return answer;
  });
}

t.test('reads every form of leaf', async (t) => {
  const condition = parsed({
    all: [
      { feature: 'a', op: '>', value: 1, label: 'one', why: 'because' },
      {
        any: [
          { feature: 'a', op: '<=', than: 'b', than_times: 2 },
          { not: { feature: 'c', op: '==', value: 0 } },
        ],
      },
      { max: 'a', bars: 3, op: '>=', than: 'b' },
      { feature: 'a', ago: 2, times: 0.5, op: 'between', low: 0, high: 9 },
      { feature: 'a', crosses: 'above', than: 'b' },
      { feature: 'a', crosses: 'below', value: 3 },
    ],
  });
  t.same(featuresOf(condition).sort(), NAMES);
  const sql = compileSql(condition, TABLE);
  t.match(sql, /LAG\("a", 2\) OVER \(PARTITION BY "symbol" ORDER BY "date"\)/);
  t.match(sql, /ROWS BETWEEN 2 PRECEDING AND CURRENT ROW/);
});

const mistakes: [string, unknown, RegExp][] = [
  ['an unknown feature', { feature: 'aa', op: '>', value: 1 }, /did you mean a\?/],
  ['an unknown op', { feature: 'a', op: '=>', value: 1 }, /expected op to be one of/],
  ['a missing right side', { feature: 'a', op: '>' }, /expected value/],
  ['a text for a number', { feature: 'a', op: '>', value: 'x' }, /expected value to be a number/],
  ['a key that means nothing', { feature: 'a', op: '>', value: 1, valve: 2 }, /was valve/],
  ['an empty list', { all: [] }, /expected a list of conditions/],
  ['a list for a condition', [1], /expected a condition/],
  ['low above high', { feature: 'a', op: 'between', low: 2, high: 1 }, /low <= high/],
  ['half a bar', { feature: 'a', ago: 1.5, op: '>', value: 1 }, /whole number of bars/],
  ['too long a window', { max: 'a', bars: 999, op: '>', value: 1 }, /whole number of bars/],
  ['no way to cross', { feature: 'a', crosses: 'over', than: 'b' }, /above or below/],
  ['no left side', { op: '>', value: 1 }, /expected a feature/],
];
for (const [what, data, text] of mistakes) {
  t.test(`refuses ${what} and says what was expected`, async (t) => {
    const result = parseCondition(data, FEATURES);
    t.equal(result.condition, undefined);
    t.match(result.mistakes.map((mistake) => mistake.text).join('; '), text);
  });
}

t.test('nesting and size are bounded', async (t) => {
  let deep: unknown = { feature: 'a', op: '>', value: 1 };
  for (let level = 0; level < 20; level++) deep = { not: deep };
  t.match(parseCondition(deep, FEATURES).mistakes[0]?.text, /levels of nesting/);
  const many = Array.from({ length: 201 }, () => ({ feature: 'a', op: '>', value: 1 }));
  t.match(parseCondition({ all: many }, FEATURES).mistakes[0]?.text, /at most 200/);
});

t.test('what is not warm is undefined, and only true passes', async (t) => {
  const bar = [Number.NaN, 1, 1];
  const one = { feature: 'a', op: '>', value: 0 };
  const two = { feature: 'b', op: '>', value: 0 };
  t.same(answers(parsed(one), [bar]), [2]);
  t.same(answers(parsed({ not: one }), [bar]), [2]);
  t.same(answers(parsed({ all: [one, { not: two }] }), [bar]), [0]);
  t.same(answers(parsed({ any: [one, two] }), [bar]), [TRUE]);
});

t.test('lags, windows and crossings look at closed bars', async (t) => {
  const bars = [
    [1, 2, 0],
    [3, 2, 0],
    [1, 2, 0],
    [5, 2, 0],
  ];
  t.same(answers(parsed({ feature: 'a', crosses: 'above', than: 'b' }), bars), [2, 1, 0, 1]);
  t.same(answers(parsed({ feature: 'a', crosses: 'below', value: 2 }), bars), [2, 0, 1, 0]);
  t.same(answers(parsed({ feature: 'a', ago: 2, op: '==', value: 3 }), bars), [2, 2, 0, 1]);
  t.same(answers(parsed({ max: 'a', bars: 2, op: '>=', value: 3 }), bars), [2, 1, 1, 1]);
  t.same(answers(parsed({ mean: 'a', bars: 2, op: '==', value: 3 }), bars), [2, 0, 0, 1]);
  t.same(answers(parsed({ min: 'a', bars: 3, op: '==', value: 1 }), bars), [2, 2, 1, 1]);
  t.same(answers(parsed({ sum: 'a', bars: 2, op: '==', value: 4 }), bars), [2, 1, 1, 0]);
});

t.test('an explanation names each leaf, its values and its outcome', async (t) => {
  const condition = parsed({
    all: [
      { feature: 'a', op: '>', than: 'b', label: 'over' },
      { feature: 'c', crosses: 'above', than: 'b' },
    ],
  });
  const plan = new HistoryPlan(LAYOUT);
  compileRow(condition, plan);
  const state = new Float64Array(plan.layOut(0));
  const explain = createExplainer(condition, plan);
  const leaves = explain({ values: Float64Array.of(2, 1, 3e9), state, stateBase: 0 });
  t.match(leaves[0], { label: 'over', outcome: 'pass', detail: 'a = 2, b = 1' });
  t.match(leaves[1], { outcome: 'undefined', detail: /c = 3\.000B, c 1 bars ago = not warm/ });
});

t.test('comparisons agree with plain arithmetic', async () => {
  const value = fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(Number.NaN));
  const op = fc.constantFrom(
    '>' as const,
    '>=' as const,
    '<' as const,
    '<=' as const,
    '==' as const,
  );
  fc.assert(
    fc.property(value, value, op, (a, b, sign) => {
      const [got] = answers(parsed({ feature: 'a', op: sign, than: 'b' }), [[a, b, 0]]);
      if (Number.isNaN(a) || Number.isNaN(b)) return got === 2;
      const isTie = Math.abs(a - b) <= 1e-9 * (Math.abs(a) + Math.abs(b));
      const want = {
        '>': a > b && !isTie,
        '>=': a > b || isTie,
        '<': a < b && !isTie,
        '<=': a < b || isTie,
        '==': isTie,
      }[sign];
      return got === (want ? 1 : 0);
    }),
  );
});
