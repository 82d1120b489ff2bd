// Moving average convergence and divergence.

import { type AverageKind, averageCell, delayedCell } from './average-kinds.js';
import { emaCell } from './cells.js';
import type { Cell, Indicator } from './indicator.js';

/**
 * Difference of a fast and a slow exponential mean, its own exponential mean, and the
 * difference of the two. The fast mean is seeded so that both start at the same bar.
 * Source: TA-Lib MACD.
 */
export function macd(fastPeriod: number, slowPeriod: number, signalPeriod: number): Indicator {
  // TA-Lib swaps the periods when they come the wrong way round.
  const shorter = Math.min(fastPeriod, slowPeriod);
  const longer = Math.max(fastPeriod, slowPeriod);
  return convergence(
    { name: 'macd', fast: `ema_${shorter}`, slow: `ema_${longer}`, signal: `${signalPeriod}` },
    emaCell(shorter, longer - shorter),
    emaCell(longer),
    emaCell(signalPeriod),
  );
}

/** The same of fixed factors, 0.15 and 0.075. Source: TA-Lib MACDFIX. */
export function macdFixed(signalPeriod: number): Indicator {
  return convergence(
    { name: 'macdfix', fast: 'ema_12', slow: 'ema_26', signal: `${signalPeriod}` },
    emaCell(12, 14, 0.15),
    emaCell(26, 0, 0.075),
    emaCell(signalPeriod),
  );
}

/** A moving average by its kind and period. */
export interface AverageOf {
  readonly kind: AverageKind;
  readonly period: number;
}

/** The same of averages of any kind, which begin with the one that takes longest. */
export function macdOf(one: AverageOf, other: AverageOf, signal: AverageOf): Indicator {
  const [fast, slow] = one.period > other.period ? [other, one] : [one, other];
  const fastCell = averageCell(fast.kind, fast.period);
  const slowCell = averageCell(slow.kind, slow.period);
  const warmUp = Math.max(fastCell.warmUp, slowCell.warmUp);
  const told = ({ kind, period }: AverageOf): string => `${kind} average of ${period}`;
  return convergence(
    { name: 'macdext', fast: told(fast), slow: told(slow), signal: told(signal) },
    delayedCell(fastCell, warmUp - fastCell.warmUp),
    delayedCell(slowCell, warmUp - slowCell.warmUp),
    averageCell(signal.kind, signal.period),
  );
}

/** What the parts of a convergence are called. */
type Parts = Readonly<Record<'name' | 'fast' | 'slow' | 'signal', string>>;

function convergence(parts: Parts, fast: Cell, slow: Cell, signal: Cell): Indicator {
  const slowAt = fast.length;
  const signalAt = slowAt + slow.length;
  const signalPastAt = fast.pastLength + slow.pastLength;
  const { name } = parts;
  const spec = (name: string, description: string) =>
    ({
      name,
      unit: 'price',
      warmUpBars: slow.warmUp + signal.warmUp - 1,
      description,
      source: `TA-Lib ${parts.name.toUpperCase()}`,
    }) as const;
  return {
    outputs: [
      spec(name, `${parts.fast} less ${parts.slow}`),
      spec(`${name}_signal`, `Exponential mean of ${name} over ${parts.signal} bars`),
      spec(`${name}_histogram`, `${name} less ${name}_signal`),
    ],
    stateLength: signalAt + signal.length,
    pastLength: signalPastAt + signal.pastLength,
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
    commit({ state, count, at, close }, offset, past) {
      for (let row = 0; row < count; row++) {
        const base = at[row]! + offset;
        const closed = at[row]! + past;
        const line =
          fast.peek(state, base, close[row]!) - slow.peek(state, base + slowAt, close[row]!);
        if (line === line) signal.commit(state, base + signalAt, line, closed + signalPastAt);
        fast.commit(state, base, close[row]!, closed);
        slow.commit(state, base + slowAt, close[row]!, closed + fast.pastLength);
      }
    },
  };
}
