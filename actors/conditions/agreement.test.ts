// Random conditions over random tables: rows, SQL and a plain reading of the data say the same.

import fc from 'fast-check';
import t from 'tap';
import { DuckDb } from '../../engine/index.js';
import {
  type Condition,
  compileRow,
  compileSql,
  type FeatureTraits,
  HistoryPlan,
  parseCondition,
} from './index.js';

const TRAITS = new Map<string, FeatureTraits>([
  ['a', { basis: 'none', hasPast: true }],
  ['p', { basis: 'price', hasPast: true }],
  ['v', { basis: 'volume', hasPast: true }],
]);
const NAMES = [...TRAITS.keys(), 'price_factor', 'volume_factor'];
const LAYOUT = new Map(NAMES.map((name, index) => [name, index]));
const TABLE = { partition: 'symbol', order: 'date' };

/** One bar: values of `NAMES`, NaN where not warm. */
type Bar = readonly number[];

/** Plain data of a condition, as a file would hold it. */
interface Data {
  readonly [key: string]: unknown;
}

// Few distinct values, so that ties, crossings and equalities happen.
const value = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const bar: fc.Arbitrary<Bar> = fc.tuple(
  value,
  value,
  value,
  fc.constantFrom(1, 2, 4),
  fc.constantFrom(1, 0.5, 2),
);
const bars = fc.array(bar, { minLength: 1, maxLength: 12 });

const name = fc.constantFrom('a', 'p', 'v');
const scale = fc.record(
  {
    ago: fc.integer({ min: 0, max: 3 }),
    times: fc.constantFrom(1, 2, -0.5),
    plus: fc.constantFrom(0, 1),
  },
  { requiredKeys: [] },
);
const operand: fc.Arbitrary<Data> = fc.oneof(
  fc.tuple(name, scale).map(([feature, more]) => ({ feature, ...more })),
  fc
    .tuple(
      fc.constantFrom('min', 'max', 'mean', 'sum'),
      name,
      fc.integer({ min: 1, max: 4 }),
      scale,
    )
    .map(([fold, feature, length, more]) => ({ [fold]: feature, bars: length, ...more })),
);
const right: fc.Arbitrary<Data> = fc.oneof(
  fc.integer({ min: -4, max: 4 }).map((number) => ({ value: number })),
  name.map((than) => ({ than })),
  operand.map((than) => ({ than })),
);
const leaf: fc.Arbitrary<Data> = fc.oneof(
  fc
    .tuple(operand, fc.constantFrom('>', '>=', '<', '<=', '=='), right)
    .map(([left, op, more]) => ({ ...left, op, ...more })),
  fc
    .tuple(operand, fc.integer({ min: -4, max: 0 }), fc.integer({ min: 0, max: 4 }))
    .map(([left, low, high]) => ({ ...left, op: 'between', low, high })),
  fc
    .tuple(operand, fc.constantFrom('above', 'below'), right)
    .map(([left, crosses, more]) => ({ ...left, crosses, ...more })),
);
const { tree } = fc.letrec<{ tree: Data }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('tree').map((not) => ({ not })),
    fc
      .tuple(
        fc.constantFrom('within_bars', 'throughout_bars'),
        fc.integer({ min: 1, max: 3 }),
        leaf,
      )
      .map(([key, length, of]) => ({ [key]: length, of })),
  ),
}));

/** Rows' answers, bar by bar: 0, 1 or 2 for undefined. */
function byRows(condition: Condition, table: readonly Bar[]): number[] {
  const plan = new HistoryPlan(LAYOUT);
  const test = compileRow(condition, plan);
  const state = new Float64Array(plan.layOut(0));
  return table.map((values) => {
    const columns = Float64Array.from(values);
    const answer = test(columns, 0, state, 0);
    plan.commit(columns, 0, state, 0);
    return answer;
  });
}

/** A feature `ago` bars before bar `at`, in the prices or shares of bar `today`. */
function read(table: readonly Bar[], feature: string, at: number, today: number): number {
  if (at < 0) return Number.NaN;
  const raw = table[at]![NAMES.indexOf(feature)]!;
  if (feature === 'a' || at === today) return raw;
  const factor = feature === 'p' ? 3 : 4;
  const [then, now] = [table[at]![factor]!, table[today]![factor]!];
  return feature === 'p' ? (raw * then) / now : (raw / then) * now;
}

/** An operand's value as its data says, `shift` bars before `today`. */
function operandOf(data: Data, table: readonly Bar[], today: number, shift: number): number {
  const number = (key: string, otherwise: number): number =>
    // The generator puts nothing but numbers under these keys.
    key in data ? (data[key] as number) : otherwise;
  const end = today - shift - number('ago', 0);
  const scaled = (x: number): number => x * number('times', 1) + number('plus', 0);
  if ('feature' in data) return scaled(read(table, String(data['feature']), end, today));
  const fold = ['min', 'max', 'mean', 'sum'].find((key) => key in data)!;
  const length = number('bars', 1);
  const values = Array.from({ length }, (_, i) => read(table, String(data[fold]), end - i, today));
  if (values.some(Number.isNaN)) return Number.NaN;
  const sum = values.reduce((total, x) => total + x, 0);
  const folded = { min: Math.min(...values), max: Math.max(...values), sum, mean: sum / length };
  return scaled(folded[fold as keyof typeof folded]);
}

function rightOf(data: Data, table: readonly Bar[], today: number, shift: number): number {
  if ('value' in data) return Number(data['value']);
  const than = data['than'];
  return operandOf(
    typeof than === 'string' ? { feature: than } : (than as Data),
    table,
    today,
    shift,
  );
}

function compared(a: number, op: string, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return 2;
  const isTie = Math.abs(a - b) <= 1e-9 * (Math.abs(a) + Math.abs(b));
  if (op === '==') return isTie ? 1 : 0;
  if (isTie) return op.endsWith('=') ? 1 : 0;
  return (op.startsWith('>') ? a > b : a < b) ? 1 : 0;
}

function every(answers: readonly number[]): number {
  return answers.includes(0) ? 0 : answers.includes(2) ? 2 : 1;
}

function some(answers: readonly number[]): number {
  return answers.includes(1) ? 1 : answers.includes(2) ? 2 : 0;
}

/** The answer a reader of the data would give, without any of the code under test. */
function plainly(data: Data, table: readonly Bar[], today: number, shift = 0): number {
  const each = (list: unknown): number[] =>
    (list as Data[]).map((part) => plainly(part, table, today, shift));
  if ('all' in data) return every(each(data['all']));
  if ('any' in data) return some(each(data['any']));
  if ('not' in data) return [1, 0, 2][plainly(data['not'] as Data, table, today, shift)]!;
  for (const [key, fold] of [['within_bars', some] as const, ['throughout_bars', every] as const]) {
    if (!(key in data)) continue;
    const over = Array.from({ length: Number(data[key]) }, (_, back) =>
      plainly(data['of'] as Data, table, today, shift + back),
    );
    return fold(over);
  }
  const left = (more: number): number => operandOf(data, table, today, shift + more);
  const other = (more: number): number => rightOf(data, table, today, shift + more);
  if (data['op'] === 'between') {
    const low = compared(left(0), '>=', Number(data['low']));
    return every([low, compared(left(0), '<=', Number(data['high']))]);
  }
  if ('crosses' in data) {
    const [now, before] = data['crosses'] === 'above' ? ['>', '<='] : ['<', '>='];
    return every([compared(left(0), now!, other(0)), compared(left(1), before!, other(1))]);
  }
  return compared(left(0), String(data['op']), other(0));
}

function parsed(data: Data): Condition {
  const { condition, mistakes } = parseCondition(data, TRAITS);
  if (condition === undefined) throw new Error(mistakes.map(({ text }) => text).join('; '));
  return condition;
}

t.test('rows answer as a plain reading of the data does', async () => {
  fc.assert(
    fc.property(tree, bars, (data, table) => {
      const want = table.map((_, today) => plainly(data, table, today));
      return JSON.stringify(byRows(parsed(data), table)) === JSON.stringify(want);
    }),
    { seed: 20210104, numRuns: 1_000 },
  );
});

t.test('SQL over the whole table answers as rows do, bar by bar', async (t) => {
  const db = await DuckDb.open({ memoryMbMax: 512, threads: 1 });
  t.teardown(() => db.close());
  const [conditions, table] = fc.sample(
    fc.tuple(
      fc.array(tree, { minLength: 300, maxLength: 300 }),
      fc.array(bar, { minLength: 60, maxLength: 60 }),
    ),
    { seed: 20210421, numRuns: 1 },
  )[0]!;
  // Two symbols end to end, so that a window that crossed from one to the other would be seen.
  const symbolOf = (index: number): number => (index < 30 ? 0 : 1);
  const cell = (x: number): string => (Number.isNaN(x) ? 'NULL' : `${x}`);
  const rows = table.map(
    (values, index) =>
      `(${symbolOf(index)}, ${index}, ${values.map((x) => `CAST(${cell(x)} AS DOUBLE)`).join(', ')})`,
  );
  await db.run(
    `CREATE TABLE bars AS SELECT * FROM (VALUES ${rows.join(', ')}) AS x(symbol, date, ${NAMES.join(', ')})`,
  );
  let defined = 0;
  for (const data of conditions) {
    const condition = parsed(data);
    const answers = await db.rows(
      `SELECT date, ${compileSql(condition, TABLE)} AS answer FROM bars ORDER BY date`,
    );
    const bySql = answers.map(({ answer }) => (answer === null ? 2 : answer === true ? 1 : 0));
    const want = [...byRows(condition, table.slice(0, 30)), ...byRows(condition, table.slice(30))];
    defined += want.filter((answer) => answer !== 2).length;
    if (JSON.stringify(bySql) !== JSON.stringify(want)) {
      t.strictSame(bySql, want, JSON.stringify(data));
      return;
    }
  }
  t.ok(defined > 3_000, `most answers are defined, was ${defined}`);
});
