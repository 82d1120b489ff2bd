// Moving average convergence and divergence.

import { emaCell } from './cells.js';
import type { Indicator } from './indicator.js';

/**
 * Difference of a fast and a slow exponential mean, its own exponential mean, and the
 * difference of the two. The fast mean is seeded so that both start at the same bar.
 * Source: TA-Lib MACD.
 */
export function macd(fastPeriod: number, slowPeriod: number, signalPeriod: number): Indicator {
  // TA-Lib swaps the periods when they come the wrong way round.
  const shorter = Math.min(fastPeriod, slowPeriod);
  const longer = Math.max(fastPeriod, slowPeriod);
  const fast = emaCell(shorter, longer - shorter);
  const slow = emaCell(longer);
  const signal = emaCell(signalPeriod);
  const slowAt = fast.length;
  const signalAt = slowAt + slow.length;
  const warmUpBars = longer + signalPeriod - 1;
  const source = 'TA-Lib MACD';
  return {
    outputs: [
      {
        name: 'macd',
        unit: 'price',
        warmUpBars,
        description: `ema_${shorter} less ema_${longer}`,
        source,
      },
      {
        name: 'macd_signal',
        unit: 'price',
        warmUpBars,
        description: `Exponential mean of macd over ${signalPeriod} bars`,
        source,
      },
      {
        name: 'macd_histogram',
        unit: 'price',
        warmUpBars,
        description: 'macd less macd_signal',
        source,
      },
    ],
    stateLength: signalAt + signal.length,
    // hot
    peek({ state, out, count, at, to, close }, offset, output) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const place = to[row]! + output;
        const line =
          fast.peek(state, base, close[row]!) - slow.peek(state, base + slowAt, close[row]!);
        const mean = signal.peek(state, base + signalAt, line);
        out[place] = mean === mean ? line : Number.NaN;
        out[place + 1] = mean;
        out[place + 2] = line - mean;
      }
    },
    commit({ state, count, at, close }, offset) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const line =
          fast.peek(state, base, close[row]!) - slow.peek(state, base + slowAt, close[row]!);
        if (line === line) signal.commit(state, base + signalAt, line);
        fast.commit(state, base, close[row]!);
        slow.commit(state, base + slowAt, close[row]!);
      }
    },
  };
}
