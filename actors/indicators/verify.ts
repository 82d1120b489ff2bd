// Compares our indicators with a reference case; pure, the caller reads the files.

import {
  differences,
  failed,
  isRefusal,
  type ReferenceCase,
  type ReferenceVerdict,
  skipped,
  type Tolerance,
  verdictOf,
} from '../reference/index.js';
import { indicatorByFunction } from './by-function.js';
import type { BarColumn } from './named-indicator.js';
import { outputKey } from './parameters.js';
import { runIndicator } from './run-indicator.js';

/** Bars of one price file, oldest first; all arrays of one length. */
export type PriceSeries = Readonly<Record<BarColumn, readonly number[]>>;

/**
 * Bars out of named columns, every price times the adjusted close's share of the close where they
 * are restated. Volume stays. Source: the vectors' convention of adjustment.
 */
export function priceSeriesOf(
  column: (name: string) => readonly number[],
  isAdjusted: boolean,
): PriceSeries {
  const close = column('close');
  const adjusted = isAdjusted ? column('adjusted_close') : close;
  const scale = (values: readonly number[]): number[] =>
    values.map((value, index) => value * (adjusted[index]! / close[index]!));
  return {
    open: scale(column('open')),
    high: scale(column('high')),
    low: scale(column('low')),
    close: scale(close),
    volume: column('volume'),
  };
}

/** Runs the bars through the function of the case and compares every number it states. */
export function verifyIndicatorCase(
  reference: ReferenceCase,
  prices: () => PriceSeries,
): ReferenceVerdict {
  const named = indicatorByFunction(reference.function, reference.params);
  if (isRefusal(named)) {
    return named.code === 'indicators.parameter' ? failed(named.text) : skipped(named.text);
  }
  const series = runIndicator(named.indicator, asRead(prices(), named.reads, reference.inputs));
  const got = new Map(
    Object.entries(named.outputs).map(([name, at]) => [outputKey(name), series[at]]),
  );
  const { expected } = reference;
  // The schema gives this file one tolerance a case.
  const tolerance = reference.tolerance as Tolerance;
  if (got.has('')) return verdictOf(differences(got.get(''), expected, tolerance));
  const words = typeof expected === 'object' && expected !== null ? Object.keys(expected) : [];
  const byName = Object.fromEntries(words.map((word) => [word, got.get(outputKey(word))]));
  return verdictOf(differences(byName, expected, tolerance));
}

/** Columns by the letters that cases have for them. */
const LETTERS: Readonly<Record<string, BarColumn>> = {
  o: 'open',
  h: 'high',
  l: 'low',
  c: 'close',
  v: 'volume',
};

/** The bars with the columns that a case names in the place of those that its function reads. */
function asRead(
  prices: PriceSeries,
  reads: readonly BarColumn[] | undefined,
  inputs: unknown,
): PriceSeries {
  if (reads === undefined || !Array.isArray(inputs) || inputs.length !== reads.length) {
    return prices;
  }
  const columns = inputs.map((input: unknown, index) => {
    const word = String(input).toLowerCase();
    const column = LETTERS[word[0] ?? ''];
    const isKnown = column !== undefined && (word === column || word.length === 1);
    if (!isKnown) throw new TypeError(`expected an input such as close or c, was ${word}`);
    return [reads[index], prices[column]];
  });
  return { ...prices, ...Object.fromEntries(columns) };
}
