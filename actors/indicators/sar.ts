// Parabolic stop and reverse.

import { type Indicator, indicatorOf } from './indicator.js';

// [bars, 1 when long, stop, extreme, acceleration, previous high, previous low]
const BARS = 0;
const LONG = 1;
const STOP = 2;
const EXTREME = 3;
const FACTOR = 4;
const HIGH = 5;
const LOW = 6;

/** Wilder's parabolic stop. Source: Wilder 1978; TA-Lib SAR. */
export function sar(acceleration: number, maximum: number): Indicator {
  const step = Math.min(acceleration, maximum);
  return indicatorOf(
    {
      name: 'sar',
      unit: 'price',
      warmUpBars: 2,
      description: `Parabolic stop with acceleration ${acceleration} up to ${maximum}`,
      source: 'Wilder 1978; TA-Lib SAR',
    },
    {
      length: 7,
      // hot
      peek({ state, out, count, at, to, high, low }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          if (state[base + BARS] === 0) {
            out[to[row]! + output] = Number.NaN;
            continue;
          }
          if (state[base + BARS] === 1) {
            out[to[row]! + output] = firstStop(state, base, high[row]!, low[row]!);
            continue;
          }
          const stop = state[base + STOP]!;
          let shown = stop;
          if (state[base + LONG] === 1) {
            if (low[row]! <= stop) {
              shown = Math.max(state[base + EXTREME]!, state[base + HIGH]!, high[row]!);
            }
          } else if (high[row]! >= stop) {
            shown = Math.min(state[base + EXTREME]!, state[base + LOW]!, low[row]!);
          }
          out[to[row]! + output] = shown;
        }
      },
      commit({ state, count, at, high, low }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const bars = state[base + BARS]!;
          if (bars === 1) begin(state, base, high[row]!, low[row]!, step);
          if (bars >= 1) advance(state, base, high[row]!, low[row]!, step, maximum);
          state[base + HIGH] = high[row]!;
          state[base + LOW] = low[row]!;
          if (bars < 2) state[base + BARS] = bars + 1;
        }
      },
    },
  );
}

/** Whether the second bar starts a long position: unless it moved down more than up. */
function startsLong(state: Float64Array, base: number, high: number, low: number): boolean {
  const up = high - state[base + HIGH]!;
  const down = state[base + LOW]! - low;
  return !(down > 0 && up < down);
}

/** The stop shown on the second bar: a reversal may happen there already. */
function firstStop(state: Float64Array, base: number, high: number, low: number): number {
  if (startsLong(state, base, high, low)) {
    const stop = state[base + LOW]!;
    return low <= stop ? high : stop;
  }
  const stop = state[base + HIGH]!;
  return high >= stop ? low : stop;
}

/** Takes the first position on the second bar, whose own range bounds the stop. */
function begin(state: Float64Array, base: number, high: number, low: number, step: number): void {
  const long = startsLong(state, base, high, low);
  state[base + LONG] = long ? 1 : 0;
  state[base + EXTREME] = long ? high : low;
  state[base + STOP] = long ? state[base + LOW]! : state[base + HIGH]!;
  state[base + FACTOR] = step;
  state[base + HIGH] = high;
  state[base + LOW] = low;
}

/** Moves the stop by one bar, reversing the position where it was touched. */
function advance(
  state: Float64Array,
  base: number,
  high: number,
  low: number,
  step: number,
  maximum: number,
): void {
  const wasLong = state[base + LONG] === 1;
  const touched = wasLong ? low <= state[base + STOP]! : high >= state[base + STOP]!;
  const long = wasLong !== touched;
  if (touched) {
    const extreme = state[base + EXTREME]!;
    state[base + STOP] = wasLong
      ? Math.max(extreme, state[base + HIGH]!, high)
      : Math.min(extreme, state[base + LOW]!, low);
    state[base + LONG] = long ? 1 : 0;
    state[base + FACTOR] = step;
    state[base + EXTREME] = long ? high : low;
  } else if (long ? high > state[base + EXTREME]! : low < state[base + EXTREME]!) {
    state[base + EXTREME] = long ? high : low;
    state[base + FACTOR] = Math.min(maximum, state[base + FACTOR]! + step);
  }
  const stop = state[base + STOP]!;
  const moved = stop + state[base + FACTOR]! * (state[base + EXTREME]! - stop);
  state[base + STOP] = long
    ? Math.min(moved, state[base + LOW]!, low)
    : Math.max(moved, state[base + HIGH]!, high);
}
