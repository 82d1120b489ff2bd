// Where the bar stands: in its own range, against yesterday, against a year.

import { extremeCell } from './extremes.js';
import { type FeatureSpec, type Indicator, indicatorOf } from './indicator.js';

/** Close against the extreme of `field` over `period` bars, less one. */
function distance(
  period: number,
  sign: 1 | -1,
  spec: FeatureSpec,
  field: 'high' | 'low' | 'close',
): Indicator {
  const extreme = extremeCell(period, sign);
  return indicatorOf(spec, {
    length: extreme.length,
    pastLength: extreme.pastLength,
    // hot
    peek(rows, offset, output) {
      const { state, out, count, at, to, close } = rows;
      const input = rows[field];
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        out[to[row]! + output] = close[row]! / extreme.peek(state, base, input[row]!) - 1;
      }
    },
    commit(rows, offset, past) {
      const { state, count, at } = rows;
      const input = rows[field];
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        extreme.commit(state, base, input[row]!, at[row]! + past);
      }
    },
  });
}

/** Close against the highest high of `period` bars, less one: 0 or below. */
export function highDistance(period: number): Indicator {
  const spec: FeatureSpec = {
    name: `high_${period}_distance`,
    unit: 'fraction',
    warmUpBars: period,
    description: `Close against the highest high of ${period} bars, less one`,
    source: 'distance from the 52-week high',
  };
  return distance(period, 1, spec, 'high');
}

/** Close against the lowest low of `period` bars, less one: 0 or above. */
export function lowDistance(period: number): Indicator {
  const spec: FeatureSpec = {
    name: `low_${period}_distance`,
    unit: 'fraction',
    warmUpBars: period,
    description: `Close against the lowest low of ${period} bars, less one`,
    source: 'distance from the 52-week low',
  };
  return distance(period, -1, spec, 'low');
}

/** Close against the highest close of `period` bars, less one. */
export function drawdown(period: number): Indicator {
  const spec: FeatureSpec = {
    name: `drawdown_${period}`,
    unit: 'fraction',
    warmUpBars: period,
    description: `Close against the highest close of ${period} bars, less one`,
    source: 'drawdown from a rolling peak',
  };
  return distance(period, 1, spec, 'close');
}

/** Open against the close before, less one. */
export function gap(): Indicator {
  return indicatorOf(
    {
      name: 'gap',
      unit: 'fraction',
      warmUpBars: 2,
      description: 'Open against the close before, less one',
      source: 'opening gap, adjusted',
    },
    {
      length: 1,
      // hot
      peek({ state, out, count, at, to, open }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = state[base] === 0 ? Number.NaN : open[row]! / state[base]! - 1;
        }
      },
      commit({ state, count, at, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          state[base] = close[row]!;
        }
      },
    },
  );
}

/** Where the close lies in the bar's range, 0 at the low and 1 at the high. */
export function closeLocation(): Indicator {
  return indicatorOf(
    {
      name: 'close_location',
      unit: 'fraction',
      warmUpBars: 1,
      description: "Close in the bar's range, 0 at the low, 1 at the high, 0.5 without a range",
      source: 'close location value',
    },
    {
      length: 0,
      // hot
      peek({ out, count, to, high, low, close }, _offset, output) {
        for (let row = 0; row < count; row++) {
          const range = high[row]! - low[row]!;
          out[to[row]! + output] = range === 0 ? 0.5 : (close[row]! - low[row]!) / range;
        }
      },
      commit() {},
    },
  );
}

/** Closes in a row above the one before, or, negative, below it. */
export function upStreak(): Indicator {
  // hot
  const streakAfter = (state: Float64Array, base: number, close: number): number => {
    if (state[base] === 0) return Number.NaN;
    const streak = state[base + 2]!;
    if (close > state[base + 1]!) return streak > 0 ? streak + 1 : 1;
    if (close < state[base + 1]!) return streak < 0 ? streak - 1 : -1;
    return 0;
  };
  return indicatorOf(
    {
      name: 'up_streak',
      unit: 'count',
      warmUpBars: 2,
      description: 'Consecutive higher closes; negative for lower ones',
      source: 'run length of the sign of change',
    },
    {
      // [bars, previous close, streak]
      length: 3,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = streakAfter(state, base, close[row]!);
        }
      },
      commit({ state, count, at, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const streak = streakAfter(state, base, close[row]!);
          state[base + 2] = streak === streak ? streak : 0;
          state[base] = 1;
          state[base + 1] = close[row]!;
        }
      },
    },
  );
}

/** Bars seen, the developing one included. */
export function sessions(): Indicator {
  return indicatorOf(
    {
      name: 'sessions',
      unit: 'count',
      warmUpBars: 1,
      description: 'Sessions with prints so far, today included',
      source: 'count',
    },
    {
      length: 1,
      // hot
      peek({ state, out, count, at, to }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = state[base]! + 1;
        }
      },
      commit({ state, count, at }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          state[base]!++;
        }
      },
    },
  );
}
