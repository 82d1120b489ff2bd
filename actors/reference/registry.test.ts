// Holds the judge to its promises: what is unknown is a skip, what differs is told.

import { readFileSync } from 'node:fs';
import t from 'tap';
import { refusal } from '../../engine/index.js';
import {
  accept,
  cutPanel,
  differences,
  parsePriceTable,
  type ReferenceFunctions,
  type ReferenceVerdict,
  type RegistryCase,
  verifyReference,
  weightedReturns,
} from './index.js';

const EXACT = { abs: 0, rel: 0 };

const table = parsePriceTable(
  readFileSync(new URL('../../../actors/reference/fixtures/panel.csv', import.meta.url), 'utf8'),
);

t.test('numbers, texts, nulls and lists are compared by name and place', async (t) => {
  t.strictSame(differences({ a: 1, b: [2, 3] }, { a: 1, b: [2, 3] }, EXACT), []);
  t.strictSame(differences({ a: Number.NaN }, { a: null }, EXACT), []);
  t.strictSame(differences(1.05, 1, { abs: 0.1, rel: 0 }), []);
  t.match(differences({ a: 2 }, { a: 1 }, EXACT), ['a: expected 1, was 2']);
  t.match(differences({}, { a: 1 }, EXACT), ['a: expected 1, was nothing']);
  t.match(differences({ a: 0 }, { a: null }, EXACT), ['a: expected null, was 0']);
  t.match(differences([1], [1, 2], EXACT), [/2 elements, was 1/]);
  t.match(differences(undefined, { a: 1 }, EXACT), [/nothing/]);
});

t.test('a series is held to its length, its first value and every value shown', async (t) => {
  const series = Float64Array.of(Number.NaN, 1, 2, 3);
  const summary = { first_valid_index: 1, length: 4, last: [2, 3], sample: { 0: null, 1: 1 } };
  t.strictSame(differences(series, summary, EXACT), []);
  t.equal(differences(series, { ...summary, first_valid_index: 2 }, EXACT).length, 1);
  t.equal(differences(series, { ...summary, last: [2, 4] }, EXACT).length, 1);
  t.equal(differences(series.subarray(1), summary, EXACT).length > 1, true);
});

const functions: ReferenceFunctions = {
  double: {
    needs: { x: 'number' },
    may: { word: ['one', 'two'], day: 'date', own: 'any', bars: 'count', share: 'fraction' },
    compute: ({ params, input }) =>
      input['odd'] === true ? undefined : 2 * (params['x'] as number),
  },
  banded: { compute: () => ({ value: 5 }) },
  refused: { compute: () => accept(refusal('reference.test', 'expected more, was less')) },
};

function verdictOf(over: Partial<RegistryCase>): ReferenceVerdict {
  const reference = {
    id: 'case',
    function: 'double',
    params: { x: 2 },
    input: {},
    tolerance: EXACT,
    expected: 4,
    ...over,
  };
  return verifyReference(functions, reference, () => table);
}

function judged(over: Partial<RegistryCase>): string {
  return verdictOf(over).status;
}

t.test('an unknown function, parameter or word is a skip and never a number', async (t) => {
  t.equal(judged({}), 'passed');
  t.equal(judged({ expected: 5 }), 'failed');
  t.equal(judged({ function: 'triple' }), 'skipped');
  t.equal(judged({ function: 'toString' }), 'skipped');
  t.equal(judged({ params: { x: 2, y: 1 } }), 'skipped');
  t.equal(judged({ params: { x: 2, word: 'two', day: '2020-01-02' } }), 'passed');
  t.equal(judged({ params: { x: 2, own: [{}] } }), 'passed');
  t.equal(judged({ params: { x: 2, word: 'three' } }), 'skipped');
  t.equal(judged({ params: { x: 2, bars: 5, share: 0.95 } }), 'passed');
});

t.test(
  'a parameter that lacks or is mistyped, and an input of no form, fail by name',
  async (t) => {
    const bad = (params: Readonly<Record<string, unknown>>, note: RegExp) =>
      t.match(verdictOf({ params }), { status: 'failed', notes: [note] });
    bad({}, /double: expected x as number, was nothing/);
    bad({ x: '2' }, /expected x as number, was "2"/);
    bad({ x: 2, word: 3 }, /expected word as one,two, was 3/);
    bad({ x: 2, day: 'today' }, /expected day as date/);
    for (const bars of [0, -1, 2.5, '5']) bad({ x: 2, bars }, /expected bars as count/);
    for (const share of [0, 1, 95]) bad({ x: 2, share }, /expected share as fraction/);
    t.match(verdictOf({ input: { odd: true } }), { status: 'failed', notes: [/a known form/] });
  },
);

t.test('a refusal is what a case means by null; elsewhere its text is told', async (t) => {
  const refused = { function: 'refused', params: {} };
  t.match(verdictOf({ ...refused, expected: null }), { status: 'passed' });
  t.match(verdictOf({ ...refused, expected: { weights: null } }), { status: 'passed' });
  t.match(verdictOf({ ...refused, expected: {} }), { status: 'failed' });
  t.match(verdictOf({ ...refused, expected: 4 }), {
    status: 'failed',
    notes: ['refused, reference.test: expected more, was less', 'expected 4, was null'],
  });
});

t.test('a band holds the figure of its name', async (t) => {
  const banded = { function: 'banded', params: {}, tolerance: { band: true as const } };
  t.equal(judged({ ...banded, expected: { band_value: [4, 6] } }), 'passed');
  t.equal(judged({ ...banded, expected: { band_value: [6, 7] } }), 'failed');
  t.equal(judged({ ...banded, expected: { band_other: [4, 6] } }), 'failed');
  t.equal(judged({ ...banded, expected: {} }), 'failed');
  t.match(verdictOf({ ...banded, expected: { band_value: 3 } }), {
    notes: ['band_value: expected two numbers, was 3'],
  });
  t.equal(judged({ ...banded, expected: null }), 'failed');
});

t.test('a window of returns takes the price before it, a window of prices does not', async (t) => {
  const [from, to] = [table.dates[5]!, table.dates[9]!];
  const returns = cutPanel(table, ['AA'], { from, to }, 'returns');
  t.equal(returns.dates[0], table.dates[4]);
  t.equal(returns.returns[0]!.length, 5);
  t.equal(cutPanel(table, ['AA'], { from, to }, 'prices').returns[0]!.length, 4);
  const begun = cutPanel(table, ['AA'], { window: 'first 3 returns' }, 'returns');
  t.strictSame(begun.dates, table.dates.slice(0, 4));
  const last = cutPanel(table, ['AA', 'BB'], { window: 'last 3 returns' }, 'returns');
  t.equal(last.returns[1]!.length, 3);
  t.equal(last.dates.at(-1), table.dates.at(-1));
});

t.test('a window that cannot be cut says so', async (t) => {
  t.throws(() => cutPanel(table, ['ZZ'], {}, 'prices'), /column ZZ/);
  t.throws(() => cutPanel(table, ['AA'], { window: 'most of it' }, 'prices'), /last N returns/);
  t.throws(() => cutPanel(table, ['AA'], { from: '2099-01-01' }, 'prices'), /two prices/);
  t.throws(() => cutPanel(table, ['AA'], { window: 'last 999 returns' }, 'prices'), /two prices/);
});

t.test('a price file must ascend and hold numbers; an empty cell is unknown', async (t) => {
  t.throws(() => parsePriceTable('date,A\n2020-01-02,1\n2020-01-02,2'), /ascend/);
  t.throws(() => parsePriceTable('date,A\n2020-01-02,x'), /a number in A/);
  t.throws(() => parsePriceTable('date,A,B\n2020-01-02,1'), /3 cells on 2020-01-02, was 2/);
  const parsed = parsePriceTable('date,A\n2020-01-02,\n2020-01-03,2\n');
  t.strictSame([...parsed.columns.get('A')!], [Number.NaN, 2]);
});

t.test('weighted returns are the weighted sum of the columns', async (t) => {
  const mixed = weightedReturns([Float64Array.of(0.1, 0.2), Float64Array.of(0.5, -0.1)], [2, -1]);
  t.ok(Math.abs(mixed[0]! + 0.3) < 1e-15 && Math.abs(mixed[1]! - 0.5) < 1e-15);
});
