// Parabolic stop and reverse.

import { type FeatureSpec, type Indicator, indicatorOf } from './indicator.js';

// [bars, 1 when long, stop, extreme, acceleration, previous high, previous low]
const BARS = 0;
const LONG = 1;
const STOP = 2;
const EXTREME = 3;
const FACTOR = 4;
const HIGH = 5;
const LOW = 6;

/** How a position's stop accelerates. */
export interface Acceleration {
  readonly first: number;
  readonly step: number;
  readonly maximum: number;
}

/** What a parabolic stop goes by. */
export interface ParabolicRules {
  /** First stop, of a short position where it is negative; 0 to begin as the second bar moves. */
  readonly start: number;
  /** How far beyond the extreme a position begins that was reversed, as a fraction of it. */
  readonly offset: number;
  readonly long: Acceleration;
  readonly short: Acceleration;
  /** Whether the stop of a short position is told as a negative price. */
  readonly isSigned: boolean;
}

/** Wilder's parabolic stop. Source: Wilder 1978; TA-Lib SAR. */
export function sar(acceleration: number, maximum: number): Indicator {
  const side = { first: acceleration, step: acceleration, maximum };
  return parabolic(
    { start: 0, offset: 0, long: side, short: side, isSigned: false },
    {
      name: 'sar',
      description: `Parabolic stop with acceleration ${acceleration} up to ${maximum}`,
      source: 'Wilder 1978; TA-Lib SAR',
    },
  );
}

/** The stop with rules for either side. Source: TA-Lib SAREXT. */
export function sarExtended(rules: Omit<ParabolicRules, 'isSigned'>): Indicator {
  return parabolic(
    { ...rules, isSigned: true },
    {
      name: 'sarext',
      description: 'Parabolic stop, negative for a short position',
      source: 'Wilder 1978; TA-Lib SAREXT',
    },
  );
}

function parabolic(
  asked: ParabolicRules,
  spec: Pick<FeatureSpec, 'name' | 'description' | 'source'>,
): Indicator {
  const rules = { ...asked, long: bounded(asked.long), short: bounded(asked.short) };
  const shortSign = rules.isSigned ? -1 : 1;
  const trial = new Float64Array(LOW + 1);
  return indicatorOf(
    { ...spec, unit: 'price', warmUpBars: 2 },
    {
      length: LOW + 1,
      // hot
      peek({ state, out, count, at, to, high, low }, offset, output) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const place = to[row]! + output;
          const bars = state[base + BARS]!;
          if (bars === 0) {
            out[place] = Number.NaN;
          } else if (bars === 1) {
            trial[HIGH] = state[base + HIGH]!;
            trial[LOW] = state[base + LOW]!;
            begin(trial, 0, high[row]!, low[row]!, rules);
            out[place] = shown(trial, 0, high[row]!, low[row]!, rules.offset, shortSign);
          } else {
            out[place] = shown(state, base, high[row]!, low[row]!, rules.offset, shortSign);
          }
        }
      },
      commit({ state, count, at, high, low }, offset) {
        for (let row = 0; row < count; row++) {
          const base = at[row]! + offset;
          const bars = state[base + BARS]!;
          if (bars === 1) begin(state, base, high[row]!, low[row]!, rules);
          if (bars >= 1) advance(state, base, high[row]!, low[row]!, rules);
          state[base + HIGH] = high[row]!;
          state[base + LOW] = low[row]!;
          if (bars < 2) state[base + BARS] = bars + 1;
        }
      },
    },
  );
}

/** No acceleration is beyond its maximum. */
function bounded({ first, step, maximum }: Acceleration): Acceleration {
  return { first: Math.min(first, maximum), step: Math.min(step, maximum), maximum };
}

/** Takes the first position on the second bar, whose own range bounds the stop. */
// hot
function begin(
  state: Float64Array,
  base: number,
  high: number,
  low: number,
  { start, long, short }: ParabolicRules,
): void {
  const up = high - state[base + HIGH]!;
  const down = state[base + LOW]! - low;
  // Long unless the bar moved down more than up.
  const isLong = start === 0 ? !(down > 0 && up < down) : start > 0;
  const before = isLong ? state[base + LOW]! : state[base + HIGH]!;
  state[base + LONG] = isLong ? 1 : 0;
  state[base + EXTREME] = isLong ? high : low;
  state[base + STOP] = start === 0 ? before : Math.abs(start);
  state[base + FACTOR] = isLong ? long.first : short.first;
  state[base + HIGH] = high;
  state[base + LOW] = low;
}

/** Whether the bar touches the stop. */
// hot
function isTouched(state: Float64Array, base: number, high: number, low: number): boolean {
  return state[base + LONG] === 1 ? low <= state[base + STOP]! : high >= state[base + STOP]!;
}

/** Where the position that reverses on this bar has its stop. */
// hot
function reversed(
  state: Float64Array,
  base: number,
  high: number,
  low: number,
  offset: number,
): number {
  const extreme = state[base + EXTREME]!;
  if (state[base + LONG] !== 1) return Math.min(extreme, state[base + LOW]!, low) * (1 - offset);
  return Math.max(extreme, state[base + HIGH]!, high) * (1 + offset);
}

/** The stop of this bar, of the new position where it reverses. */
// hot
function shown(
  state: Float64Array,
  base: number,
  high: number,
  low: number,
  offset: number,
  shortSign: number,
): number {
  const touched = isTouched(state, base, high, low);
  const stop = touched ? reversed(state, base, high, low, offset) : state[base + STOP]!;
  const isLong = (state[base + LONG] === 1) !== touched;
  return isLong ? stop : shortSign * stop;
}

/** Moves the stop by one bar, reversing the position where it was touched. */
function advance(
  state: Float64Array,
  base: number,
  high: number,
  low: number,
  rules: ParabolicRules,
): void {
  const touched = isTouched(state, base, high, low);
  const long = (state[base + LONG] === 1) !== touched;
  const { first, step, maximum } = long ? rules.long : rules.short;
  if (touched) {
    state[base + STOP] = reversed(state, base, high, low, rules.offset);
    state[base + LONG] = long ? 1 : 0;
    state[base + FACTOR] = first;
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
