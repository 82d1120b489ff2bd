// TA-Lib's oscillators, and its measures of volume and range, beside those of the catalogue.

import { averageCell } from './average-kinds.js';
import { EPSILON, lagCell, sumCell, wilderCell } from './cells.js';
import { directionalIndexOf, directionalMovement, indexRating } from './directional.js';
import { extremeCell } from './extremes.js';
import type { Cell, Unit } from './indicator.js';
import { makersOf, PERIOD, type SeriesFunction, SPAN, single } from './named-indicator.js';
import { kindOf } from './parameters.js';
import {
  close,
  combine,
  high,
  low,
  ofBar,
  open,
  read,
  type Series,
  through,
  volume,
  where,
} from './series.js';
import { trueRange } from './true-range.js';

const OSCILLATOR = { fast: 'span', slow: 'span', maType: 'kind' } as const;

function before(source: Series, bars: number): Series {
  return through(source, lagCell(bars));
}

/** The fast average with the slow one, whichever way round the periods come. */
function fastAndSlow(one: number, other: number, kind: number | undefined): [Series, Series] {
  const of = (period: number): Series => through(close, averageCell(kindOf(kind), period));
  return [of(Math.min(one, other)), of(Math.max(one, other))];
}

/** The close against that of some bars before, or 0 where that was 0. */
function change(unit: Unit, description: string, of: (ratio: number) => number): SeriesFunction {
  return single(PERIOD, unit, description, (bars) =>
    combine([close, before(close, bars!)], (now, then) => (then === 0 ? 0 : of(now / then))),
  );
}

/** Wilder means of what a series gains and of what it loses from bar to bar. */
function gainsAndLosses(period: number): [Series, Series] {
  const move = combine([close, before(close, 1)], (now, then) => now - then);
  const part = (sign: 1 | -1): Series => combine([move], (by) => Math.max(sign * by, 0));
  return [through(part(1), wilderCell(period)), through(part(-1), wilderCell(period))];
}

function strength(period: number): Series {
  return combine(gainsAndLosses(period), (up, down) =>
    up + down < EPSILON ? 0 : 100 * (up / (up + down)),
  );
}

/** Percent of the way of a series from its lowest to its highest; 0 where there is none. */
function placeInRange(source: Series, period: number): Series {
  const highest = through(source, extremeCell(period, 1));
  const lowest = through(source, extremeCell(period, -1));
  return combine([source, highest, lowest], (x, top, bottom) => {
    const unit = (top - bottom) / 100;
    return unit === 0 ? 0 : (x - bottom) / unit;
  });
}

function sinceExtreme(source: Series, period: number, sign: 1 | -1): Series {
  const extreme = extremeCell(period + 1, sign);
  return read(source, extreme, extreme.age);
}

/** Volume signed by where the close stands in the bar's range. Source: TA-Lib AD. */
const flow = combine([high, low, close, volume], (top, bottom, last, traded) => {
  const range = top - bottom;
  return range > 0 ? ((last - bottom - (top - last)) / range) * traded : 0;
});

/** Everything so far. */
const TOTAL: Cell = {
  length: 1,
  pastLength: 0,
  warmUp: 1,
  peek: (state, base, x) => state[base]! + x,
  commit(state, base, x) {
    state[base]! += x;
  },
};

/** An exponential mean that begins with its first input; told once `warmUp` inputs are there. */
function meanFromFirst(period: number, warmUp: number): Cell {
  const alpha = 2 / (period + 1);
  // hot
  const next = (state: Float64Array, base: number, x: number): number =>
    state[base] === 0 ? x : alpha * x + (1 - alpha) * state[base + 1]!;
  return {
    length: 2,
    pastLength: 0,
    warmUp,
    // hot
    peek: (state, base, x) => (state[base]! < warmUp - 1 ? Number.NaN : next(state, base, x)),
    commit(state, base, x) {
      state[base + 1] = next(state, base, x);
      if (state[base]! < warmUp) state[base]!++;
    },
  };
}

const upMove = ofBar(({ open, close }, row) => Math.max(close[row]! - open[row]!, 0));
const downMove = ofBar(({ open, close }, row) => Math.max(open[row]! - close[row]!, 0));

/** Makers by TA-Lib's names, in lower case. */
export const MOMENTUM = makersOf({
  apo: single(OSCILLATOR, 'price', 'Fast average less the slow one', (one, other, kind) =>
    combine(fastAndSlow(one!, other!, kind), (fast, slow) => fast - slow),
  ),
  ppo: single(OSCILLATOR, 'percent', 'Fast average over the slow one', (one, other, kind) =>
    combine(fastAndSlow(one!, other!, kind), (fast, slow) =>
      Math.abs(slow) < EPSILON ? 0 : ((fast - slow) / slow) * 100,
    ),
  ),
  rocp: change('fraction', 'Change of the close, as a fraction', (ratio) => ratio - 1),
  rocr: change('ratio', 'Close over an earlier one', (ratio) => ratio),
  rocr100: change('percent', 'Close in percent of an earlier one', (ratio) => ratio * 100),
  cmo: single(SPAN, 'percent', 'Chande momentum oscillator, -100 to 100', (n) =>
    combine(gainsAndLosses(n!), (up, down) =>
      up + down < EPSILON ? 0 : 100 * ((up - down) / (up + down)),
    ),
  ),
  stochrsi: {
    needs: { timePeriod: 'span', fastK: 'bars', fastD: 'bars', fastDMaType: 'kind' },
    unit: 'percent',
    description: 'Relative strength in its range',
    reads: ['close'],
    outputs: ['fastK', 'fastD'],
    make: (n, k, d, kind) => {
      const fastK = placeInRange(strength(n!), k!);
      const fastD = through(fastK, averageCell(kindOf(kind), d!));
      return { fastK: where(fastD, fastK), fastD };
    },
  },
  bop: single(
    {},
    'ratio',
    'Balance of power: body over range',
    () =>
      combine([open, high, low, close], (first, top, bottom, last) =>
        top - bottom < EPSILON ? 0 : (last - first) / (top - bottom),
      ),
    [],
  ),
  imi: single(
    SPAN,
    'percent',
    'Intraday momentum index, 0 to 100',
    (n) =>
      combine(
        [through(upMove, sumCell(n!)), through(downMove, sumCell(n!))],
        (up, down) => 100 * (up / (up + down)),
      ),
    [],
  ),
  aroonosc: single(
    SPAN,
    'percent',
    'Aroon up less down',
    (n) =>
      combine(
        [sinceExtreme(low, n!, -1), sinceExtreme(high, n!, 1)],
        (sinceLow, sinceHigh) => (100 / n!) * (sinceLow - sinceHigh),
      ),
    ['high', 'low'],
  ),
  dx: single(SPAN, 'percent', 'Directional index, 0 to 100', (n) => directionalIndexOf(n!), []),
  adxr: single(SPAN, 'percent', 'Mean of adx now and before', (n) => indexRating(n!), []),
  plus_dm: single(PERIOD, 'price', 'Smoothed movement upwards', (n) => directionalMovement(n!, 0), [
    'high',
    'low',
  ]),
  minus_dm: single(
    PERIOD,
    'price',
    'Smoothed movement downwards',
    (n) => directionalMovement(n!, 1),
    ['high', 'low'],
  ),
  trange: single(
    {},
    'price',
    'True range',
    () => combine([high, low, before(close, 1)], trueRange),
    [],
  ),
  ad: single({}, 'shares', 'Accumulation and distribution', () => through(flow, TOTAL), []),
  adosc: single(
    { fast: 'span', slow: 'span' },
    'shares',
    'Fast mean of accumulation less the slow one',
    (fast, slow) => {
      const total = through(flow, TOTAL);
      const mean = (n: number): Series => through(total, meanFromFirst(n, Math.max(fast!, slow!)));
      return combine([mean(fast!), mean(slow!)], (a, b) => a - b);
    },
    [],
  ),
});
