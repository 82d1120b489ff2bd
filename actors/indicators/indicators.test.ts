// Holds every indicator against reference vectors and every catalogue entry to the common contract.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { ReferenceCase } from '../reference/index.js';
import { indicatorByFunction } from './by-function.js';
import { CATALOGUE, FEATURES } from './catalogue.js';
import { CROSS_FEATURES, CROSS_INPUTS, createCrossSection } from './cross-section.js';
import { createFeatureEngine } from './features.js';
import { addRow, type Bar, createRows, emptyBar, type Rows } from './indicator.js';
import { type PriceSeries, priceSeriesOf, verifyIndicatorCase } from './verify.js';

const FIXTURES = new URL('../../../actors/indicators/fixtures/', import.meta.url);

interface FixtureCase extends ReferenceCase {
  readonly input: Readonly<Record<'from' | 'to', string>> & { readonly adjust: boolean };
}

function readPrices({ adjust, from, to }: FixtureCase['input']): PriceSeries {
  const [heads, ...rows] = readFileSync(new URL('XOM.csv', FIXTURES), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const wanted = rows.filter((row) => row[0]! >= from && row[0]! <= to);
  const column = (name: string): number[] => wanted.map((row) => Number(row[heads!.indexOf(name)]));
  return priceSeriesOf(column, adjust);
}

const { cases } = JSON.parse(readFileSync(new URL('indicators.json', FIXTURES), 'utf8')) as {
  cases: FixtureCase[];
};

for (const reference of cases) {
  t.test(`agrees with TA-Lib on ${reference.id}`, async (t) => {
    const verdict = verifyIndicatorCase(reference, () => readPrices(reference.input));
    t.equal(verdict.status, 'passed', verdict.notes.join('; '));
  });
}

t.test('a wrong reference fails, an unknown function is skipped', async (t) => {
  const [first] = cases;
  const prices = () => readPrices(first!.input);
  const wrong = { ...first!, expected: { first_valid_index: 3, length: 2, last: [1], sample: {} } };
  t.equal(verifyIndicatorCase(wrong, prices).status, 'failed');
  t.equal(verifyIndicatorCase({ ...first!, function: 'nothing' }, prices).status, 'skipped');
});

t.test(
  'parameters that are missing, unknown or out of range are told, none is guessed',
  async (t) => {
    const textOf = (name: string, params: Record<string, unknown>): string => {
      const found = indicatorByFunction(name, params);
      return 'kind' in found ? `${found.code} ${found.text}` : 'found';
    };
    t.equal(textOf('sma', { timePeriod: 20 }), 'found');
    t.match(textOf('nothing', {}), /indicators\.unknown_function no function nothing/);
    t.match(textOf('toString', {}), /unknown_function/);
    t.match(textOf('sma', {}), /indicators\.parameter sma: expected timePeriod .* was nothing/);
    t.match(textOf('sma', { timePeriod: 20, shift: 1 }), /sma has no parameter shift/);
    for (const timePeriod of [0, -3, 2.5, 1e9, '20', null]) {
      t.match(textOf('sma', { timePeriod }), /expected timePeriod as a whole number/);
    }
    const bands = { timePeriod: 20, nbDevUp: 2, nbDevDn: 2 };
    t.equal(textOf('bbands', bands), 'found', 'simple where no kind is told');
    t.match(textOf('bbands', { ...bands, maType: 9 }), /expected maType as .* 0 to 8, was 9/);
  },
);

/** A random walk of bars with gaps and the odd bar without a range. */
function walk(seed: number, length: number): Bar[] {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  let close = 50 + next() * 100;
  return Array.from({ length }, (_, index) => {
    const open = close * (1 + (next() - 0.5) * 0.02);
    close = index % 37 === 0 ? open : open * (1 + (next() - 0.5) * 0.04);
    const spread = index % 37 === 0 ? 0 : next() * 0.01;
    return {
      ...emptyBar(),
      open,
      close,
      high: Math.max(open, close) * (1 + spread),
      low: Math.min(open, close) * (1 - spread),
      volume: 1000 + Math.floor(next() * 100_000),
    };
  });
}

/** One row's outputs for a developing bar. */
function peekOne(
  step: (rows: Rows) => void,
  state: Float64Array,
  base: number,
  bar: Bar,
  out: Float64Array,
): void {
  const rows = createRows(1, state, out);
  addRow(rows, base, 0, bar);
  step(rows);
}

/** Folds one closed bar into one state. */
function commitOne(step: (rows: Rows) => void, state: Float64Array, base: number, bar: Bar): void {
  const rows = createRows(1, state, new Float64Array(0));
  addRow(rows, base, 0, bar);
  step(rows);
}

t.test('every catalogue entry is NaN exactly until its warm-up is over', async (t) => {
  const bars = walk(7, 400);
  for (const indicator of CATALOGUE) {
    const state = new Float64Array(indicator.stateLength + indicator.pastLength);
    const out = new Float64Array(indicator.outputs.length);
    bars.forEach((bar, index) => {
      peekOne((rows) => indicator.peek(rows, 0, 0), state, 0, bar, out);
      indicator.outputs.forEach(({ name, warmUpBars }, output) => {
        const isWarm = index + 1 >= warmUpBars;
        if (Number.isNaN(out[output]!) === isWarm) t.fail(`${name} at bar ${index + 1}`);
      });
      commitOne((rows) => indicator.commit(rows, 0, indicator.stateLength), state, 0, bar);
    });
  }
  t.pass('all warm-ups are as stated');
});

t.test('a peek reads nothing of the past that a commit alone reads', async (t) => {
  const bars = walk(11, 300);
  for (const indicator of CATALOGUE) {
    const { stateLength, pastLength, outputs } = indicator;
    const state = new Float64Array(stateLength + pastLength);
    const commit = (rows: Rows): void => indicator.commit(rows, 0, stateLength);
    for (const bar of bars) commitOne(commit, state, 0, bar);
    const peek = (rows: Rows): void => indicator.peek(rows, 0, 0);
    const seen = new Float64Array(outputs.length);
    const blind = new Float64Array(outputs.length);
    peekOne(peek, state, 0, bars[7]!, seen);
    peekOne(peek, state.fill(Number.NaN, stateLength), 0, bars[7]!, blind);
    t.same(blind, seen, outputs[0]!.name);
  }
});

t.test('peeking changes nothing, however often and at whatever bar', async () => {
  const engine = createFeatureEngine(CATALOGUE);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 300 }), (seed, at) => {
      const bars = walk(seed, at + 1);
      const plain = new Float64Array(engine.stateLength);
      const peeked = new Float64Array(engine.stateLength);
      const out = new Float64Array(FEATURES.length);
      bars.forEach((bar, index) => {
        peekOne(engine.peekAll, peeked, 0, bars[(index * 7) % bars.length]!, out);
        peekOne(engine.peekAll, peeked, 0, bar, out);
        commitOne(engine.commitAll, peeked, 0, bar);
        commitOne(engine.commitAll, plain, 0, bar);
      });
      return plain.every((value, index) => Object.is(value, peeked[index]));
    }),
    { numRuns: 20, seed: 20210104 },
  );
});

t.test('a copied state goes on exactly as the one it was copied from', async (t) => {
  const engine = createFeatureEngine(CATALOGUE);
  const bars = walk(11, 320);
  const first = new Float64Array(engine.stateLength);
  for (const bar of bars.slice(0, 300)) commitOne(engine.commitAll, first, 0, bar);
  const base = 13;
  const second = new Float64Array(engine.stateLength + base);
  second.set(first, base);
  const a = new Float64Array(FEATURES.length);
  const b = new Float64Array(FEATURES.length);
  for (const bar of bars.slice(300)) {
    peekOne(engine.peekAll, first, 0, bar, a);
    peekOne(engine.peekAll, second, base, bar, b);
    t.strictSame(a, b);
    commitOne(engine.commitAll, first, 0, bar);
    commitOne(engine.commitAll, second, base, bar);
  }
});

t.test('prices are restated in the prices of today, other features are not', async (t) => {
  const engine = createFeatureEngine(CATALOGUE);
  const state = new Float64Array(engine.stateLength);
  const bars = walk(3, 300);
  for (const bar of bars) commitOne(engine.commitAll, state, 0, bar);
  const plain = new Float64Array(FEATURES.length);
  const restated = new Float64Array(FEATURES.length);
  const [bar] = bars;
  peekOne(engine.peekAll, state, 0, bar!, plain);
  peekOne(engine.peekAll, state, 0, { ...bar!, priceFactor: 4 }, restated);
  FEATURES.forEach(({ name, unit }, index) => {
    t.equal(restated[index], unit === 'price' ? plain[index]! / 4 : plain[index], name);
  });
});

t.test('rows stepped together get what each would get alone', async (t) => {
  const engine = createFeatureEngine(CATALOGUE);
  const histories = [5, 17, 300].map((length, index) => walk(index + 1, length));
  const width = FEATURES.length;
  const state = new Float64Array(engine.stateLength * 3);
  const together = new Float64Array(width * 3);
  const rows = createRows(3, state, together);
  histories.forEach((bars, index) => {
    for (const bar of bars) commitOne(engine.commitAll, state, index * engine.stateLength, bar);
    addRow(rows, index * engine.stateLength, index * width, bars[0]!);
  });
  engine.peekAll(rows);
  histories.forEach((bars, index) => {
    const alone = new Float64Array(width);
    peekOne(engine.peekAll, state, index * engine.stateLength, bars[0]!, alone);
    t.strictSame(together.slice(index * width, (index + 1) * width), alone);
  });
});

t.test('names are unique and at least thirty', async (t) => {
  const names = [...FEATURES, ...CROSS_FEATURES].map((feature) => feature.name);
  t.equal(new Set(names).size, names.length);
  t.ok(FEATURES.length >= 30);
});

t.test('ranks, means and breadth leave out what does not trade or is not warm', async (t) => {
  const rows = 5;
  const inputs = new Float64Array(CROSS_INPUTS.length * rows);
  const set = (name: (typeof CROSS_INPUTS)[number], values: number[]): void => {
    inputs.set(values, CROSS_INPUTS.indexOf(name) * rows);
  };
  set('roc_63', [1, 2, 2, Number.NaN, 9]);
  set('ret_1', [0.1, 0.2, 0.3, 0.4, 9]);
  set('close', [2, 2, 2, 2, 2]);
  set('sma_50', [1, 3, 1, Number.NaN, 1]);
  const outputs = new Float64Array(CROSS_FEATURES.length * rows);
  createCrossSection(rows).compute(Float64Array.of(1, 1, 1, 1, 0), inputs, outputs);
  const column = (name: string): number[] => {
    const at = CROSS_FEATURES.findIndex((feature) => feature.name === name) * rows;
    return [...outputs.subarray(at, at + rows)];
  };
  t.strictSame(column('rank_roc_63'), [0, 0.75, 0.75, Number.NaN, Number.NaN]);
  t.ok(Math.abs(column('rs_63')[0]! - (1 - 5 / 3)) < 1e-12);
  t.ok(Math.abs(column('market_ret_1')[0]! - 0.25) < 1e-12);
  t.ok(Math.abs(column('market_breadth_50')[0]! - 2 / 3) < 1e-12);
});
