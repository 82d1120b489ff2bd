// Moving averages of the close: simple, exponential, linearly weighted.

import { emaCell, lagCell, smaCell, wmaCell } from './cells.js';
import { type Indicator, indicatorOf } from './indicator.js';

/** Simple moving average of `period` closes. Source: TA-Lib SMA. */
export function sma(period: number): Indicator {
  const mean = smaCell(period);
  return indicatorOf(
    {
      name: `sma_${period}`,
      unit: 'price',
      warmUpBars: period,
      description: `Simple mean of the last ${period} closes`,
      source: 'TA-Lib SMA',
    },
    {
      length: mean.length,
      pastLength: mean.pastLength,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = mean.peek(state, base, close[row]!);
        }
      },
      commit({ state, count, at, close }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          mean.commit(state, base, close[row]!, at[row]! + past);
        }
      },
    },
  );
}

/** Exponential moving average, seeded with the simple mean. Source: TA-Lib EMA. */
export function ema(period: number): Indicator {
  const mean = emaCell(period);
  return indicatorOf(
    {
      name: `ema_${period}`,
      unit: 'price',
      warmUpBars: period,
      description: `Exponential mean of closes with factor 2/(${period}+1)`,
      source: 'TA-Lib EMA',
    },
    {
      length: mean.length,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = mean.peek(state, base, close[row]!);
        }
      },
      commit({ state, count, at, close }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          mean.commit(state, base, close[row]!);
        }
      },
    },
  );
}

/** Linearly weighted moving average. Source: TA-Lib WMA. */
export function wma(period: number): Indicator {
  const mean = wmaCell(period);
  return indicatorOf(
    {
      name: `wma_${period}`,
      unit: 'price',
      warmUpBars: period,
      description: `Mean of the last ${period} closes, weighted 1 to ${period}`,
      source: 'TA-Lib WMA',
    },
    {
      length: mean.length,
      pastLength: mean.pastLength,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = mean.peek(state, base, close[row]!);
        }
      },
      commit({ state, count, at, close }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          mean.commit(state, base, close[row]!, at[row]! + past);
        }
      },
    },
  );
}

/** Change of a simple moving average over `lag` bars, as a fraction. */
export function smaSlope(period: number, lag: number): Indicator {
  const mean = smaCell(period);
  const before = lagCell(lag);
  const beforeAt = mean.length;
  return indicatorOf(
    {
      name: `sma_${period}_slope_${lag}`,
      unit: 'fraction',
      warmUpBars: period + lag,
      description: `sma_${period} against its value ${lag} bars before, less one`,
      source: 'rate of change of a moving average',
    },
    {
      length: mean.length + before.length,
      pastLength: mean.pastLength + before.pastLength,
      // hot
      peek({ state, out, count, at, to, close }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] =
            mean.peek(state, base, close[row]!) / before.peek(state, base + beforeAt, 0) - 1;
        }
      },
      commit({ state, count, at, close }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const closed = at[row]! + past;
          // A lag of NaN inputs would poison the window: it starts with the first warm mean.
          const value = mean.peek(state, base, close[row]!);
          if (value === value) {
            before.commit(state, base + beforeAt, value, closed + mean.pastLength);
          }
          mean.commit(state, base, close[row]!, closed);
        }
      },
    },
  );
}
