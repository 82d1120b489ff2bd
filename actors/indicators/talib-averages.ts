// TA-Lib's moving averages and other lines that are drawn over prices.

import { averageCell, tillsonCell } from './average-kinds.js';
import { smaCell } from './cells.js';
import { extremeCell } from './extremes.js';
import { hilbertCell } from './hilbert.js';
import type { Cell } from './indicator.js';
import { mesaCell } from './mesa.js';
import { makersOf, PERIOD, type SeriesFunction, SPAN, single } from './named-indicator.js';
import { kindOf } from './parameters.js';
import { close, combine, high, low, type Series, through } from './series.js';

function average(description: string, cell: (period: number) => Cell): SeriesFunction {
  return single(SPAN, 'price', description, (period) => through(close, cell(period)));
}

/** Half way between the highest of one series and the lowest of another. */
function middle(top: Series, bottom: Series, period: number): Series {
  const highest = through(top, extremeCell(period, 1));
  return combine([highest, through(bottom, extremeCell(period, -1))], (a, b) => (a + b) / 2);
}

/** A price moved away by four times the bar's range over the sum of its ends. */
function accelerated(price: Series, sign: 1 | -1): Series {
  return combine([high, low, price], (top, bottom, from) => {
    const sum = top + bottom;
    return sum === 0 ? from : from * (1 + (sign * 4 * (top - bottom)) / sum);
  });
}

/** Makers by TA-Lib's names, in lower case. */
export const AVERAGES = makersOf({
  dema: average('Double exponential mean', (n) => averageCell('double_exponential', n)),
  tema: average('Triple exponential mean', (n) => averageCell('triple_exponential', n)),
  trima: average('Mean weighted by a triangle', (n) => averageCell('triangular', n)),
  kama: average("Kaufman's adaptive mean", (n) => averageCell('kaufman', n)),
  t3: single(
    { timePeriod: 'span', vFactor: 'number' },
    'price',
    "Tillson's mean of exponential means",
    (n, factor) => through(close, tillsonCell(n!, factor)),
  ),
  ma: single(
    { timePeriod: 'bars', maType: 'kind' },
    'price',
    'Moving average by its kind',
    (n, kind) => through(close, averageCell(kindOf(kind), n!)),
  ),
  mama: {
    needs: { fastLimit: 'number', slowLimit: 'number' },
    unit: 'price',
    description: "Ehlers' adaptive means",
    reads: ['close'],
    outputs: ['mama', 'fama'],
    make: (fast, slow) => ({
      mama: through(close, mesaCell(fast, slow)),
      fama: through(close, mesaCell(fast, slow, 'following')),
    }),
  },
  midpoint: single(SPAN, 'price', 'Half way between the highest and the lowest close', (n) =>
    middle(close, close, n!),
  ),
  midprice: single(
    SPAN,
    'price',
    'Half way between the highest high and the lowest low',
    (n) => middle(high, low, n!),
    ['high', 'low'],
  ),
  ht_trendline: single({}, 'price', 'Mean over the dominant cycle', () =>
    through(close, hilbertCell('trend_line')),
  ),
  accbands: {
    needs: PERIOD,
    unit: 'price',
    description: 'Acceleration band',
    outputs: ['upper', 'middle', 'lower'],
    make: (n) => ({
      upper: through(accelerated(high, 1), smaCell(n!)),
      middle: through(close, smaCell(n!)),
      lower: through(accelerated(low, -1), smaCell(n!)),
    }),
  },
});
