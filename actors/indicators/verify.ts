// Compares our indicators with a reference case; pure, the caller reads the files.

import { indicatorByFunction, type Params } from './by-function.js';
import { addRow, createRows, emptyBar } from './indicator.js';

/** A series as the reference vectors write it. */
export interface ExpectedSeries {
  readonly first_valid_index: number | null;
  readonly length: number;
  readonly last: readonly (number | null)[];
  readonly sample: Readonly<Record<string, number | null>>;
}

/** One case of `indicators.json`. */
export interface IndicatorCase {
  readonly id: string;
  readonly function: string;
  readonly params: Params;
  readonly tolerance: { readonly abs: number; readonly rel: number };
  readonly expected: unknown;
}

/** Bars of one price file, oldest first; all arrays of one length. */
export interface PriceSeries {
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
  readonly volume: readonly number[];
}

/** What became of a case. */
export interface Verdict {
  readonly status: 'passed' | 'failed' | 'skipped';
  /** What differed, at most ten lines; or why it was skipped. */
  readonly notes: readonly string[];
}

const NOTES_MAX = 10;

/** Whether `got` is within tolerance of `expected`; null stands for NaN. */
export function agrees(
  got: number,
  expected: number | null,
  tolerance: { readonly abs: number; readonly rel: number },
): boolean {
  if (expected === null) return Number.isNaN(got);
  return Math.abs(got - expected) <= tolerance.abs + tolerance.rel * Math.abs(expected);
}

/** Runs the bars through the function of the case and compares every number it states. */
export function verifyIndicatorCase(reference: IndicatorCase, prices: PriceSeries): Verdict {
  const named = indicatorByFunction(reference.function, reference.params);
  if (named === undefined) {
    return {
      status: 'skipped',
      notes: [`no function ${reference.function} with these parameters`],
    };
  }
  const outputs = runIndicator(named.indicator, prices);
  const notes: string[] = [];
  for (const [name, index] of Object.entries(named.outputs)) {
    const expected = (
      name === '' ? reference.expected : (reference.expected as Record<string, unknown>)[name]
    ) as ExpectedSeries | undefined;
    if (expected === undefined) notes.push(`${name}: the case has no such output`);
    else compareSeries(name, outputs[index]!, expected, reference.tolerance, notes);
  }
  return { status: notes.length === 0 ? 'passed' : 'failed', notes: notes.slice(0, NOTES_MAX) };
}

function runIndicator(
  indicator: NonNullable<ReturnType<typeof indicatorByFunction>>['indicator'],
  prices: PriceSeries,
): Float64Array[] {
  const count = prices.close.length;
  const state = new Float64Array(indicator.stateLength);
  const out = new Float64Array(indicator.outputs.length);
  const series = indicator.outputs.map(() => new Float64Array(count));
  const bar = emptyBar();
  const rows = createRows(1, state, out);
  for (let index = 0; index < count; index++) {
    bar.open = prices.open[index]!;
    bar.high = prices.high[index]!;
    bar.low = prices.low[index]!;
    bar.close = prices.close[index]!;
    bar.volume = prices.volume[index]!;
    rows.count = 0;
    addRow(rows, 0, 0, bar);
    indicator.peek(rows, 0, 0);
    for (let output = 0; output < out.length; output++) series[output]![index] = out[output]!;
    indicator.commit(rows, 0);
  }
  return series;
}

function compareSeries(
  name: string,
  got: Float64Array,
  expected: ExpectedSeries,
  tolerance: { readonly abs: number; readonly rel: number },
  notes: string[],
): void {
  const first = got.findIndex((value) => !Number.isNaN(value));
  if (got.length !== expected.length) {
    notes.push(`${name}: expected ${expected.length} values, was ${got.length}`);
  }
  if ((first < 0 ? null : first) !== expected.first_valid_index) {
    notes.push(`${name}: expected the first value at ${expected.first_valid_index}, was ${first}`);
  }
  const check = (index: number, value: number | null): void => {
    if (!agrees(got[index] ?? Number.NaN, value, tolerance)) {
      notes.push(`${name}[${index}]: expected ${value}, was ${got[index]}`);
    }
  };
  const lastFrom = expected.length - expected.last.length;
  expected.last.forEach((value, offset) => {
    check(lastFrom + offset, value);
  });
  for (const [index, value] of Object.entries(expected.sample)) check(Number(index), value);
}
