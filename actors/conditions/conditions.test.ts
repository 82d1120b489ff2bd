// Parses, compiles and explains conditions, and holds rows against a plain reading of the tree.

import fc from 'fast-check';
import t from 'tap';
import {
  type Condition,
  compileRow,
  compileSql,
  createExplainer,
  type FeatureTraits,
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
function answers(
  condition: Condition,
  bars: readonly (readonly number[])[],
  layout = LAYOUT,
): number[] {
  const plan = new HistoryPlan(layout);
  const test = compileRow(condition, plan);
  const state = new Float64Array(plan.layOut(0));
  return bars.map((bar) => {
    const columns = Float64Array.from(bar);
    const answer = test(columns, 0, state, 0);
    plan.commit(columns, 0, state, 0);
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
  t.match(sql, /ROWS BETWEEN 2 PRECEDING AND 0 PRECEDING/);
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
  ['a held condition of no bars', { within_bars: 0, of: {} }, /whole number of bars from 1 to 21/],
  ['nothing to hold', { throughout_bars: 2 }, /expected a condition such as .* was missing/],
  ['both sides at once', { feature: 'a', op: '>', value: 1, than: 'b' }, /was both/],
  ['bars of no window', { feature: 'a', bars: 3, op: '>', value: 1 }, /beside bars, was feature/],
  [
    'a past that is not kept',
    { max: 'a', bars: 200, ago: 200, op: '>', value: 1 },
    /look back 253 bars at most, was 399/,
  ],
  [
    'a factor of a whole operand',
    { feature: 'a', op: '>', than: { feature: 'b' }, than_times: 1.5 },
    /no than_times beside a than that has its own times, was 1.5/,
  ],
  [
    'a factor of a number',
    { feature: 'a', op: '>', value: 5, than_times: 2 },
    /no than_times beside value/,
  ],
  ['two ways to compare', { feature: 'a', op: '<', crosses: 'above', value: 7 }, /no op beside c/],
  [
    'a number beside a range',
    { feature: 'a', op: 'between', low: 1, high: 2, value: 7 },
    /no value beside op between, was 7/,
  ],
  ['a range beside a number', { feature: 'a', op: '>', low: 1, value: 7 }, /no low beside op >/],
  ['two features', { feature: 'a', max: 'b', bars: 2, op: '>', value: 7 }, /no feature beside max/],
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
  t.same(answers(parsed({ feature: 'a', crosses: 'above', than: 'b' }), bars), [0, 1, 0, 1]);
  t.same(answers(parsed({ feature: 'a', crosses: 'below', value: 2 }), bars), [2, 0, 1, 0]);
  t.same(answers(parsed({ feature: 'a', ago: 2, op: '==', value: 3 }), bars), [2, 2, 0, 1]);
  t.same(answers(parsed({ max: 'a', bars: 2, op: '>=', value: 3 }), bars), [2, 1, 1, 1]);
  t.same(answers(parsed({ mean: 'a', bars: 2, op: '==', value: 3 }), bars), [2, 0, 0, 1]);
  t.same(answers(parsed({ min: 'a', bars: 3, op: '==', value: 1 }), bars), [2, 2, 1, 1]);
  t.same(answers(parsed({ sum: 'a', bars: 2, op: '==', value: 4 }), bars), [2, 1, 1, 0]);
});

t.test("a split in between is no move: past prices are read in today's", async (t) => {
  const traits = new Map<string, FeatureTraits>([
    ['close', { basis: 'price', hasPast: true }],
    ['volume', { basis: 'volume', hasPast: true }],
  ]);
  const layout = new Map(
    ['close', 'volume', 'price_factor', 'volume_factor'].map((name, index) => [name, index]),
  );
  const split = [
    [100, 1_000, 1, 1],
    [51, 2_200, 2, 2],
  ];
  const over = (data: unknown): number[] => {
    const { condition } = parseCondition(data, traits);
    t.same(featuresOf(condition!).length, 2, 'the factor is read too');
    return answers(condition!, split, layout);
  };
  t.same(over({ feature: 'close', op: '>', than: { feature: 'close', ago: 1 } }), [2, 1]);
  t.same(over({ max: 'close', bars: 2, op: '==', value: 51 }), [2, 1]);
  t.same(over({ feature: 'close', crosses: 'above', value: 50.5 }), [2, 1]);
  t.same(over({ sum: 'volume', bars: 2, op: '==', value: 4_200 }), [2, 1]);
});

t.test('a condition may be held over bars', async (t) => {
  const bars = [1, 3, 1, 1, 1].map((a) => [a, 0, 0]);
  const of = { feature: 'a', op: '>', value: 2 };
  t.same(answers(parsed({ within_bars: 3, of }), bars), [2, 1, 1, 1, 0]);
  t.same(answers(parsed({ throughout_bars: 2, of: { not: of } }), bars), [2, 0, 0, 1, 1]);
  t.same(answers(parsed({ max: 'a', bars: 2, ago: 1, op: '==', value: 3 }), bars), [2, 2, 1, 1, 0]);
  t.same(answers(parsed({ feature: 'a', plus: 1, op: '==', value: 4 }), bars), [0, 1, 0, 0, 0]);
});

t.test('an explanation says which leaves decide', async (t) => {
  const over = (value: number) => ({ feature: 'a', op: '>', value, label: `over ${value}` });
  const condition = parsed({
    all: [over(1), { any: [over(2), over(9)] }, { not: over(3) }, { within_bars: 2, of: over(4) }],
  });
  const plan = new HistoryPlan(LAYOUT);
  compileRow(condition, plan);
  const state = new Float64Array(plan.layOut(0));
  plan.commit(Float64Array.of(2, 0, 0), 0, state, 0);
  const explain = createExplainer(condition, plan);
  const deciding = (a: number): string[] =>
    explain({ values: Float64Array.of(a, 0, 0), state, stateBase: 0 })
      .filter(({ isDeciding }) => isDeciding)
      .map(({ label }) => label);
  t.same(deciding(1), ['over 1', 'over 2', 'over 9', 'at any of the last 2 bars']);
  t.same(deciding(5), ['over 3'], 'what a `not` holds is why, though it passes');
  t.match(explain({ values: Float64Array.of(5, 0, 0), state, stateBase: 0 }).pop(), {
    outcome: 'pass',
    detail: 'held on 1 of 2 bars, a = 5',
  });
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
  t.match(leaves[1], {
    outcome: 'undefined',
    detail: /c = 3\.000B, b = 1, c 1 bar ago = not warm/,
  });
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
