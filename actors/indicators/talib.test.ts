// Every function of TA-Lib against its C library, and features that are made where they are named.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { ReferenceCase } from '../reference/index.js';
import { askedFeature, askedForms, indicatorsAmong } from './asked.js';
import { indicatorByFunction, type NamedIndicator } from './by-function.js';
import { CATALOGUE } from './catalogue.js';
import { createFeatureEngine } from './features.js';
import { addRow, type Bar, createRows, emptyBar, type Indicator } from './indicator.js';
import { type PriceSeries, priceSeriesOf, verifyIndicatorCase } from './verify.js';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_190_102) });

const FIXTURES = new URL('../../../actors/indicators/fixtures/', import.meta.url);
const [HEADS, ...ROWS] = readFileSync(new URL('XOM.csv', FIXTURES), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(','));
const { cases } = JSON.parse(readFileSync(new URL('talib.json', FIXTURES), 'utf8')) as {
  cases: ReferenceCase[];
};

/** Bars of the price file between a case's dates, or those that stand in the case itself. */
function pricesOf({ input }: ReferenceCase): PriceSeries {
  const { from, to, close } = input;
  if (from === undefined) {
    const length = (close as number[]).length;
    return priceSeriesOf((name) => (input[name] ?? Array(length).fill(0)) as number[], false);
  }
  const rows = ROWS.filter((row) => row[0]! >= String(from) && row[0]! <= String(to));
  return priceSeriesOf((name) => rows.map((row) => Number(row[HEADS!.indexOf(name)])), true);
}

function named(reference: ReferenceCase): NamedIndicator {
  const found = indicatorByFunction(reference.function, reference.params);
  if ('kind' in found) throw new Error(found.text);
  return found;
}

function statusOf(reference: ReferenceCase): string {
  const { status, notes } = verifyIndicatorCase(reference, () => pricesOf(reference));
  return [status, ...notes].join('; ');
}

for (const reference of cases) {
  t.test(`agrees with TA-Lib on ${reference.id}`, async (t) => {
    t.equal(statusOf(reference), 'passed');
  });
}

function caseOf(name: string): ReferenceCase {
  return cases.find((reference) => reference.function === name)!;
}

t.test('names are understood as TA-Lib writes them, of functions and all they have', async (t) => {
  const dema = caseOf('dema');
  const { timePeriod } = dema.params;
  for (const word of ['optInTimePeriod', 'timeperiod', 'time_period', 'period']) {
    t.equal(statusOf({ ...dema, function: 'DEMA', params: { [word]: timePeriod } }), 'passed');
  }
  const bands = caseOf('accbands');
  const [upper, middle, lower] = Object.values(bands.expected as object);
  const expected = { outRealUpperBand: upper, outRealMiddleBand: middle, lowerband: lower };
  t.equal(statusOf({ ...bands, expected }), 'passed');
  t.match(statusOf({ ...bands, expected: { ...expected, width: upper } }), /failed; width/);
  t.match(statusOf({ ...dema, params: { timePeriod: 20, time_period_2: 1 } }), /no parameter/);
});

t.test('a function reads the columns that a case names', async (t) => {
  const medium = caseOf('medprice');
  t.equal(statusOf({ ...medium, inputs: ['high', 'l'] }), 'passed');
  t.match(statusOf({ ...medium, inputs: ['c', 'o'] }), /^failed/);
  t.throws(
    () => statusOf({ ...medium, inputs: ['c', 'periods'] }),
    /such as close or c, was periods/,
  );
});

const prices = fc.tuple(
  fc.double({ min: 1, max: 1000, noNaN: true }),
  fc.double({ min: 1, max: 1000, noNaN: true }),
  fc.integer({ min: 0, max: 60 }),
);

function barOf([open, close, volume]: readonly [number, number, number]): Bar {
  const high = Math.max(open, close) + (volume % 3);
  return { ...emptyBar(), open, close, high, low: Math.min(open, close) / 2, volume };
}

/** Outputs bar by bar, disturbed before each by a peek of another bar. */
function run(indicator: Indicator, bars: readonly Bar[], disturbance?: Bar): number[][] {
  const out = new Float64Array(indicator.outputs.length);
  const { stateLength, pastLength } = indicator;
  const end = 1 + stateLength + pastLength;
  const rows = createRows(1, new Float64Array(end + 1).fill(7), out);
  rows.state.fill(0, 1, end);
  const series = bars.map((bar) => {
    for (const one of disturbance === undefined ? [bar] : [disturbance, bar]) {
      rows.count = 0;
      addRow(rows, 0, 0, one);
      indicator.peek(rows, 1, 0);
    }
    indicator.commit(rows, 1, 1 + stateLength);
    return [...out];
  });
  if (rows.state[0] !== 7 || rows.state.at(-1) !== 7) throw new Error('wrote beyond its state');
  return series;
}

t.test('a peek leaves no trace, values begin with the warm-up, state stays its own', async () => {
  const bars = fc.array(prices, { minLength: 70, maxLength: 90 });
  fc.assert(
    fc.property(fc.constantFrom(...cases), bars, prices, (reference, series, other) => {
      const { indicator } = named(reference);
      const plain = run(indicator, series.map(barOf));
      const disturbed = run(indicator, series.map(barOf), barOf(other));
      const early = plain.every((values, index) =>
        values.every(
          (value, at) => index + 1 >= indicator.outputs[at]!.warmUpBars || value !== value,
        ),
      );
      return (
        early && plain.every((row, at) => row.every((x, i) => Object.is(x, disturbed[at]![i])))
      );
    }),
    { numRuns: 300 },
  );
});

t.test('a feature is named by its function, its numbers and its output', async (t) => {
  for (const name of ['kama_30', 'ppo_12_26', 'ppo_12_26_1', 't3_5_0.7', 'bop', 'sma_37']) {
    t.equal(askedFeature(name)?.name, name);
  }
  t.match(askedFeature('mama_0.5_0.05_fama'), { unit: 'price', warmUpBars: 33 });
  t.match(askedFeature('stochrsi_14_5_3_fast_d'), { unit: 'percent', warmUpBars: 21 });
  const nothing = [
    'sma',
    'sma_0',
    'sma_1001',
    'sma_20.5',
    'sma_037',
    'ppo_12_26_0',
    'mama_0.5_0.05',
  ];
  for (const name of [...nothing, 'acos', 'correl_30', 'var_5', 'nothing_5', '', 'toString_5']) {
    t.equal(askedFeature(name), undefined, `${name} is none`);
  }
  t.equal(askedFeature('sma_20'), undefined, 'what every row keeps is not asked for');
  t.ok(askedForms().some(({ name }) => name === 'mama_<fastLimit>_<slowLimit>_fama'));
});

t.test('what is asked for steps with the catalogue, each indicator once', async (t) => {
  const wanted = ['rsi_14', 'adx_7', 'mama_0.5_0.05_fama', 'kama_30', 'mama_0.5_0.05_mama'];
  const asked = indicatorsAmong(wanted);
  t.equal(asked.length, 3);
  const engine = createFeatureEngine([...CATALOGUE, ...asked]);
  const names = engine.features.map(({ name }) => name);
  t.equal(new Set(names).size, names.length);
  const again = indicatorsAmong(names).flatMap(({ outputs }) => outputs);
  t.same(
    again,
    asked.flatMap(({ outputs }) => outputs),
    'columns ask for what they hold',
  );
  const bars = fc.sample(prices, { numRuns: 80, seed: 7 }).map(barOf);
  const { indicator, outputs } = named(caseOf('mama'));
  const alone = run(indicator, bars).at(-1)!;
  const rows = createRows(1, new Float64Array(engine.stateLength), new Float64Array(names.length));
  for (const bar of bars) {
    rows.count = 0;
    addRow(rows, 0, 0, bar);
    engine.peekAll(rows);
    engine.commitAll(rows);
  }
  const fama = rows.out[names.indexOf('mama_0.5_0.05_fama')];
  t.equal(fama, alone[outputs['fama']!]);
});
