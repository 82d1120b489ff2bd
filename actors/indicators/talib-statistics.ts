// TA-Lib's statistics, cycles and typical prices.

import { meanDeviationCell } from './cci.js';
import { sumCell } from './cells.js';
import { extremeCell } from './extremes.js';
import { hilbertCell } from './hilbert.js';
import type { Cell, Unit } from './indicator.js';
import { type BarColumn, makersOf, type SeriesFunction, SPAN, single } from './named-indicator.js';
import { lineCell } from './regression.js';
import { close, combine, ofBar, read, through } from './series.js';

const HIGH_AND_LOW: readonly BarColumn[] = ['high', 'low'];

function overClose(
  unit: Unit,
  description: string,
  cell: (period: number) => Cell,
  needs: SeriesFunction['needs'] = SPAN,
): SeriesFunction {
  return single(needs, unit, description, (period) => through(close, cell(period!)));
}

/** Something of the line through the last closes. */
function ofLine(
  unit: Unit,
  description: string,
  of: (intercept: number, slope: number, period: number) => number,
): SeriesFunction {
  return single(SPAN, unit, description, (period) => {
    const line = lineCell(period!);
    const intercept = read(close, line, line.intercept);
    return combine([intercept, through(close, line)], (at, slope) => of(at, slope, period!));
  });
}

/** A price of the bar alone. */
function price(description: string, of: Parameters<typeof ofBar>[0], reads: readonly BarColumn[]) {
  return single({}, 'price', description, () => ofBar(of), reads);
}

function ofCycle(unit: Unit, description: string, told: Parameters<typeof hilbertCell>[0]) {
  return single({}, unit, description, () => through(close, hilbertCell(told)));
}

function extreme(sign: 1 | -1): (period: number) => Cell {
  return (period) => extremeCell(period, sign);
}

function twoOverClose(
  unit: Unit,
  description: string,
  cells: Readonly<Record<string, (period: number) => Cell>>,
): SeriesFunction {
  return {
    needs: SPAN,
    unit,
    description,
    reads: ['close'],
    outputs: Object.keys(cells),
    make: (period) =>
      Object.fromEntries(
        Object.entries(cells).map(([name, cell]) => [name, through(close, cell(period!))]),
      ),
  };
}

/** Makers by TA-Lib's names, in lower case. */
export const STATISTICS = makersOf({
  sum: overClose('price', 'Sum of closes', sumCell),
  max: overClose('price', 'Highest close', extreme(1)),
  min: overClose('price', 'Lowest close', extreme(-1)),
  minmax: twoOverClose('price', 'Range of closes', { min: extreme(-1), max: extreme(1) }),
  avgdev: overClose('price', 'Mean absolute deviation of closes', meanDeviationCell),
  linearreg: ofLine('price', 'Regression line at its end', (at, slope, n) => at + slope * (n - 1)),
  linearreg_intercept: ofLine('price', 'Regression line at its beginning', (at) => at),
  tsf: ofLine('price', 'Regression line a bar ahead', (at, slope, n) => at + slope * n),
  avgprice: price(
    'Mean of open, high, low and close',
    ({ open, high, low, close }, row) => (high[row]! + low[row]! + close[row]! + open[row]!) / 4,
    [],
  ),
  medprice: price(
    'Mean of high and low',
    ({ high, low }, row) => (high[row]! + low[row]!) / 2,
    HIGH_AND_LOW,
  ),
  typprice: price(
    'Mean of high, low and close',
    ({ high, low, close }, row) => (high[row]! + low[row]! + close[row]!) / 3,
    [],
  ),
  wclprice: price(
    'Mean of high, low and twice the close',
    ({ high, low, close }, row) => (high[row]! + low[row]! + close[row]! * 2) / 4,
    [],
  ),
  ht_dcperiod: ofCycle('count', 'Period of the dominant cycle', 'period'),
  ht_dcphase: ofCycle('degrees', 'Phase of the dominant cycle', 'phase'),
  ht_trendmode: ofCycle('flag', 'Whether prices trend rather than cycle', 'trend_mode'),
  ht_phasor: {
    needs: {},
    unit: 'price',
    description: 'Phasor of the dominant cycle',
    reads: ['close'],
    outputs: ['inPhase', 'quadrature'],
    make: () => ({
      inPhase: through(close, hilbertCell('in_phase')),
      quadrature: through(close, hilbertCell('quadrature')),
    }),
  },
  ht_sine: {
    needs: {},
    unit: 'ratio',
    description: 'Sine of the dominant cycle',
    reads: ['close'],
    outputs: ['sine', 'leadSine'],
    make: () => ({
      sine: through(close, hilbertCell('sine')),
      leadSine: through(close, hilbertCell('lead_sine')),
    }),
  },
});
