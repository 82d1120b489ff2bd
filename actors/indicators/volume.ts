// Volume measures: balance, money flow, relative volume, dollars traded.

import { sumCell } from './cells.js';
import { type Bar, type Indicator, indicatorOf } from './indicator.js';

/** On-balance volume, starting at the first bar's volume. Source: TA-Lib OBV. */
export function obv(): Indicator {
  // [bars, previous close, balance]
  // hot
  const balanceAfter = (state: Float64Array, base: number, bar: Bar): number => {
    if (state[base] === 0) return bar.volume;
    const change = bar.close - state[base + 1]!;
    const balance = state[base + 2]!;
    return change > 0 ? balance + bar.volume : change < 0 ? balance - bar.volume : balance;
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
      peek: balanceAfter,
      commit(state, base, bar) {
        state[base + 2] = balanceAfter(state, base, bar);
        state[base] = 1;
        state[base + 1] = bar.close;
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
      unit: 'ratio',
      warmUpBars: period + 1,
      description: `Share of upward money flow over ${period} bars, 0 to 100`,
      source: 'TA-Lib MFI',
    },
    {
      length: negativeAt + negative.length,
      // hot
      peek(state, base, bar) {
        if (state[base] === 0) return Number.NaN;
        const typical = (bar.high + bar.low + bar.close) / 3;
        const change = typical - state[base + 1]!;
        const flow = typical * bar.volume;
        const up = positive.peek(state, base + 2, change > 0 ? flow : 0);
        const both = up + negative.peek(state, base + negativeAt, change < 0 ? flow : 0);
        return both < 1 ? 0 : 100 * (up / both);
      },
      commit(state, base, bar) {
        const typical = (bar.high + bar.low + bar.close) / 3;
        if (state[base] === 1) {
          const change = typical - state[base + 1]!;
          const flow = typical * bar.volume;
          positive.commit(state, base + 2, change > 0 ? flow : 0);
          negative.commit(state, base + negativeAt, change < 0 ? flow : 0);
        }
        state[base] = 1;
        state[base + 1] = typical;
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
  return indicatorOf(
    {
      name: `relative_volume_${period}`,
      unit: 'ratio',
      warmUpBars: period + 1,
      description: `Volume, at the session's pace, over the mean of ${period} sessions before`,
      source: 'volume over its moving average',
    },
    {
      length: sum.length,
      // hot
      peek(state, base, bar) {
        const before = sum.peek(state, base, 0) / period;
        return before === 0 ? Number.NaN : bar.volume / (before * bar.sessionFraction);
      },
      commit: (state, base, bar) => sum.commit(state, base, bar.volume),
    },
  );
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
      // hot
      peek: (state, base) => sum.peek(state, base, 0) / period,
      commit(state, base, bar) {
        const raw = (bar.close / bar.priceFactor) * (bar.volume * bar.volumeFactor);
        sum.commit(state, base, raw);
      },
    },
  );
}
