// TA-Lib's functions that are no features of a symbol: of a unit that a split would break, of
// inputs that a case must name, or numbers of bars within an array.

import { averageCell, delayedCell } from './average-kinds.js';
import { deviationCell } from './cells.js';
import { DEGREES_PER_RADIAN } from './cycle.js';
import type { Cell } from './indicator.js';
import { layOut } from './lay-out.js';
import {
  type BarColumn,
  makersOf,
  PERIOD,
  type SeriesFunction,
  SPAN,
  single,
} from './named-indicator.js';
import { beta, correlation } from './pairs.js';
import { kindOf } from './parameters.js';
import { placeCell } from './places.js';
import { lineCell } from './regression.js';
import { close, combine, high, low, type Series, through, volume } from './series.js';

const HIGH_AND_LOW: readonly BarColumn[] = ['high', 'low'];

function arithmetic(description: string, of: (a: number, b: number) => number): SeriesFunction {
  return single({}, 'ratio', description, () => combine([high, low], of), HIGH_AND_LOW);
}

const TRANSFORMS: Readonly<Record<string, (x: number) => number>> = {
  acos: Math.acos,
  asin: Math.asin,
  atan: Math.atan,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

function placeOf(period: number, sign: 1 | -1): Series {
  return through(close, placeCell(period, sign));
}

/** Makers by TA-Lib's names, in lower case. */
export const ARITHMETIC = makersOf({
  ...Object.fromEntries(
    Object.entries(TRANSFORMS).map(([name, of]) => [
      name,
      single({}, 'ratio', `${name} of the close`, (): Series => combine([close], of)),
    ]),
  ),
  add: arithmetic('Sum of two prices', (a, b) => a + b),
  sub: arithmetic('Difference of two prices', (a, b) => a - b),
  mult: arithmetic('Product of two prices', (a, b) => a * b),
  div: arithmetic('Quotient of two prices', (a, b) => a / b),
  maxindex: single(SPAN, 'count', 'Bar of the highest close', (n) => placeOf(n!, 1)),
  minindex: single(SPAN, 'count', 'Bar of the lowest close', (n) => placeOf(n!, -1)),
  minmaxindex: {
    needs: SPAN,
    unit: 'count',
    description: 'Bars of the range of closes',
    reads: ['close'],
    outputs: ['minIdx', 'maxIdx'],
    make: (n) => ({ minIdx: placeOf(n!, -1), maxIdx: placeOf(n!, 1) }),
  },
  var: single(
    { timePeriod: 'bars', nbDev: 'factor' },
    'ratio',
    'Variance of closes',
    // TA-Lib takes a number of deviations, and makes no use of it.
    (n) => combine([through(close, deviationCell(n!, 0))], (deviation) => deviation * deviation),
  ),
  beta: single(PERIOD, 'ratio', 'Slope of one price on another', (n) => beta(high, low, n!), [
    ...HIGH_AND_LOW,
  ]),
  correl: single(
    PERIOD,
    'ratio',
    'Correlation of two prices',
    (n) => correlation(high, low, n!),
    HIGH_AND_LOW,
  ),
  linearreg_angle: single(SPAN, 'degrees', 'Angle of the regression line', (n) =>
    combine([through(close, lineCell(n!))], (slope) => Math.atan(slope) * DEGREES_PER_RADIAN),
  ),
  mavp: single(
    { minPeriod: 'span', maxPeriod: 'span', maType: 'kind' },
    'price',
    'Moving average of a period that changes',
    (least, most, kind) => ofChangingPeriod(least!, most!, (n) => averageCell(kindOf(kind), n)),
    ['close', 'volume'],
  ),
});

/** The average of as many closes as the second input says; all begin with the longest of them. */
function ofChangingPeriod(least: number, most: number, cellOf: (period: number) => Cell): Series {
  const cells = Array.from({ length: Math.max(0, most - least) + 1 }, (_, i) => cellOf(least + i));
  const warmUp = Math.max(...cells.map((cell) => cell.warmUp));
  const averages = cells.map((cell) => through(close, delayedCell(cell, warmUp - cell.warmUp)));
  const { starts, pastStarts, length, pastLength } = layOut(averages);
  return {
    length,
    pastLength,
    warmUp,
    // hot
    peek(state, base, rows, row) {
      const asked = Math.trunc(volume.peek(state, base, rows, row));
      const index = Math.min(Math.max(asked, least), most) - least;
      return averages[index]!.peek(state, base + starts[index]!, rows, row);
    },
    commit(state, base, rows, row, past) {
      for (let index = 0; index < averages.length; index++) {
        const closed = past + pastStarts[index]!;
        averages[index]!.commit(state, base + starts[index]!, rows, row, closed);
      }
    },
  };
}
