// Volume measures: balance, money flow, relative volume, dollars traded.

import { sumCell } from './cells.js';
import { type Indicator, indicatorOf } from './indicator.js';

/** On-balance volume, starting at the first bar's volume. Source: TA-Lib OBV. */
export function obv(): Indicator {
  // [bars, previous close, balance]
  // hot
  const balanceAfter = (
    state: Float64Array,
    base: number,
    close: number,
    volume: number,
  ): number => {
    if (state[base] === 0) return volume;
    const change = close - state[base + 1]!;
    const balance = state[base + 2]!;
    return change > 0 ? balance + volume : change < 0 ? balance - volume : balance;
  };
  return indicatorOf(
    {
      name: 'obv',
      unit: 'shares',
      warmUpBars: 1,
      description: 'Volume summed with the sign of the close-to-close change',
      source: 'Granville 1963; TA-Lib OBV',
    },
    {
      length: 3,
      // hot
      peek({ state, out, count, at, to, close, volume }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = balanceAfter(state, base, close[row]!, volume[row]!);
        }
      },
      commit({ state, count, at, close, volume }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          state[base + 2] = balanceAfter(state, base, close[row]!, volume[row]!);
          state[base] = 1;
          state[base + 1] = close[row]!;
        }
      },
    },
  );
}

/** Money flow index, 0 to 100; 0 below one unit of flow, as TA-Lib says. Source: TA-Lib MFI. */
export function mfi(period: number): Indicator {
  const positive = sumCell(period);
  const negative = sumCell(period);
  // [bars, previous typical price, positive ..., negative ...]
  const negativeAt = 2 + positive.length;
  return indicatorOf(
    {
      name: `mfi_${period}`,
      unit: 'percent',
      warmUpBars: period + 1,
      description: `Share of upward money flow over ${period} bars, 0 to 100`,
      source: 'TA-Lib MFI',
    },
    {
      length: negativeAt + negative.length,
      pastLength: positive.pastLength + negative.pastLength,
      // hot
      peek({ state, out, count, at, to, high, low, close, volume }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base] === 0) {
            out[to[row]! + output] = Number.NaN;
            continue;
          }
          const typical = (high[row]! + low[row]! + close[row]!) / 3;
          const change = typical - state[base + 1]!;
          const flow = typical * volume[row]!;
          const up = positive.peek(state, base + 2, change > 0 ? flow : 0);
          const both = up + negative.peek(state, base + negativeAt, change < 0 ? flow : 0);
          out[to[row]! + output] = both < 1 ? 0 : 100 * (up / both);
        }
      },
      commit({ state, count, at, high, low, close, volume }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const typical = (high[row]! + low[row]! + close[row]!) / 3;
          if (state[base] === 1) {
            const change = typical - state[base + 1]!;
            const flow = typical * volume[row]!;
            const closed = at[row]! + past;
            const negativePast = closed + positive.pastLength;
            positive.commit(state, base + 2, change > 0 ? flow : 0, closed);
            negative.commit(state, base + negativeAt, change < 0 ? flow : 0, negativePast);
          }
          state[base] = 1;
          state[base + 1] = typical;
        }
      },
    },
  );
}

/**
 * Volume so far against the mean of the `period` sessions before, scaled to the share of the
 * session elapsed; at the close it is the plain ratio.
 */
export function relativeVolume(period: number): Indicator {
  // The window of `period + 1` less today: a sum whose newest input is left out.
  const sum = sumCell(period + 1);
  const indicator = indicatorOf(
    {
      name: `relative_volume_${period}`,
      unit: 'ratio',
      warmUpBars: period + 1,
      description: `Volume, at the session's pace, over the mean of ${period} sessions before`,
      source: 'volume over its moving average',
    },
    {
      length: sum.length,
      pastLength: sum.pastLength,
      // hot
      peek({ state, out, count, at, to, volume, sessionFraction }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const before = sum.peek(state, base, 0) / period;
          out[to[row]! + output] =
            before === 0 ? Number.NaN : volume[row]! / (before * sessionFraction[row]!);
        }
      },
      commit({ state, count, at, volume }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          sum.commit(state, base, volume[row]!, at[row]! + past);
        }
      },
    },
  );
  return { ...indicator, readsClock: true };
}

/** Mean of close times volume, as traded, over the `period` closed sessions before. */
export function dollarVolume(period: number): Indicator {
  const sum = sumCell(period + 1);
  return indicatorOf(
    {
      name: `dollar_volume_${period}`,
      unit: 'dollars',
      warmUpBars: period + 1,
      description: `Mean dollars traded a session over the ${period} sessions before`,
      source: 'close times volume, averaged',
    },
    {
      length: sum.length,
      pastLength: sum.pastLength,
      // hot
      peek({ state, out, count, at, to }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          out[to[row]! + output] = sum.peek(state, base, 0) / period;
        }
      },
      commit({ state, count, at, close, volume, priceFactor, volumeFactor }, offset, past) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const raw = (close[row]! / priceFactor[row]!) * (volume[row]! * volumeFactor[row]!);
          sum.commit(state, base, raw, at[row]! + past);
        }
      },
    },
  );
}
