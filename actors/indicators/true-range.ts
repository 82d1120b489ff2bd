// True range and its Wilder mean, in price and in percent.

import { wilderCell } from './cells.js';
import {
  type Bar,
  type BarCell,
  type FeatureSpec,
  type Indicator,
  indicatorOf,
} from './indicator.js';

/**
 * Greatest of high less low, and the distances of high and low from the close before.
 * Source: Wilder 1978.
 */
// hot
export function trueRange(bar: Bar, previousClose: number): number {
  const range = bar.high - bar.low;
  const up = Math.abs(bar.high - previousClose);
  const down = Math.abs(bar.low - previousClose);
  const wider = range > up ? range : up;
  return wider > down ? wider : down;
}

/** Wilder mean of true range; the first range is that of the second bar. Source: TA-Lib ATR. */
export function atrCell(period: number): BarCell {
  const mean = wilderCell(period);
  // [bars, previous close, mean ...]
  return {
    length: 2 + mean.length,
    // hot
    peek(state, base, bar) {
      if (state[base] === 0) return Number.NaN;
      return mean.peek(state, base + 2, trueRange(bar, state[base + 1]!));
    },
    commit(state, base, bar) {
      if (state[base] === 1) mean.commit(state, base + 2, trueRange(bar, state[base + 1]!));
      state[base] = 1;
      state[base + 1] = bar.close;
    },
  };
}

function spec(name: string, unit: FeatureSpec['unit'], bars: number, text: string): FeatureSpec {
  return { name, unit, warmUpBars: bars, description: text, source: 'Wilder 1978; TA-Lib ATR' };
}

/** Average true range. Source: TA-Lib ATR. */
export function atr(period: number): Indicator {
  return indicatorOf(
    spec(`atr_${period}`, 'price', period + 1, `Wilder mean of true range over ${period} bars`),
    atrCell(period),
  );
}

/** Average true range in percent of the close. Source: TA-Lib NATR. */
export function natr(period: number): Indicator {
  const cell = atrCell(period);
  return indicatorOf(
    spec(`natr_${period}`, 'percent', period + 1, `atr_${period} in percent of the close`),
    {
      length: cell.length,
      // hot
      peek: (state, base, bar) => (cell.peek(state, base, bar) / bar.close) * 100,
      commit: cell.commit,
    },
  );
}

/** Today's true range against the average true range of the bar before. */
export function trueRangeRatio(period: number): Indicator {
  const cell = atrCell(period);
  const meanAt = cell.length;
  return indicatorOf(
    spec('true_range_ratio', 'ratio', period + 2, `True range over yesterday's atr_${period}`),
    {
      // [..., yesterday's mean range]
      length: cell.length + 1,
      // hot
      peek(state, base, bar) {
        const before = state[base + meanAt]!;
        return before > 0 ? trueRange(bar, state[base + 1]!) / before : Number.NaN;
      },
      commit(state, base, bar) {
        const value = cell.peek(state, base, bar);
        cell.commit(state, base, bar);
        state[base + meanAt] = value === value ? value : 0;
      },
    },
  );
}
