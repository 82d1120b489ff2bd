// True range and its Wilder mean, in price and in percent.

import { wilderCell } from './cells.js';
import { type FeatureSpec, type Indicator, indicatorOf } from './indicator.js';

/**
 * Greatest of high less low, and the distances of high and low from the close before.
 * Source: Wilder 1978.
 */
// hot
export function trueRange(high: number, low: number, previousClose: number): number {
  const range = high - low;
  const up = Math.abs(high - previousClose);
  const down = Math.abs(low - previousClose);
  const wider = range > up ? range : up;
  return wider > down ? wider : down;
}

/** A step over the highs and lows of bars. */
interface RangeCell {
  readonly length: number;
  /** Value with this bar as the newest; NaN until warm. */
  peek(state: Float64Array, base: number, high: number, low: number): number;
  commit(state: Float64Array, base: number, high: number, low: number, close: number): void;
}

/** Wilder mean of true range; the first range is that of the second bar. Source: TA-Lib ATR. */
export function atrCell(period: number): RangeCell {
  const mean = wilderCell(period);
  // [bars, previous close, mean ...]
  return {
    length: 2 + mean.length,
    // hot
    peek(state, base, high, low) {
      if (state[base] === 0) return Number.NaN;
      return mean.peek(state, base + 2, trueRange(high, low, state[base + 1]!));
    },
    commit(state, base, high, low, close) {
      if (state[base] === 1) mean.commit(state, base + 2, trueRange(high, low, state[base + 1]!));
      state[base] = 1;
      state[base + 1] = close;
    },
  };
}

function spec(name: string, unit: FeatureSpec['unit'], bars: number, text: string): FeatureSpec {
  return { name, unit, warmUpBars: bars, description: text, source: 'Wilder 1978; TA-Lib ATR' };
}

/** Average true range. Source: TA-Lib ATR. */
export function atr(period: number): Indicator {
  const cell = atrCell(period);
  return indicatorOf(
    spec(`atr_${period}`, 'price', period + 1, `Wilder mean of true range over ${period} bars`),
    {
      length: cell.length,
      // hot
      peek({ state, out, count, at, to, high, low }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = cell.peek(state, base, high[row]!, low[row]!);
        }
      },
      commit({ state, count, at, high, low, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          cell.commit(state, base, high[row]!, low[row]!, close[row]!);
        }
      },
    },
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
      peek({ state, out, count, at, to, high, low, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] =
            (cell.peek(state, base, high[row]!, low[row]!) / close[row]!) * 100;
        }
      },
      commit({ state, count, at, high, low, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          cell.commit(state, base, high[row]!, low[row]!, close[row]!);
        }
      },
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
      peek({ state, out, count, at, to, high, low }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const before = state[base + meanAt]!;
          out[to[row]! + output] =
            before > 0 ? trueRange(high[row]!, low[row]!, state[base + 1]!) / before : Number.NaN;
        }
      },
      commit({ state, count, at, high, low, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const value = cell.peek(state, base, high[row]!, low[row]!);
          cell.commit(state, base, high[row]!, low[row]!, close[row]!);
          state[base + meanAt] = value === value ? value : 0;
        }
      },
    },
  );
}
