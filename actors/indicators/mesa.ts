// Ehlers' adaptive average: its factor follows how fast the phase of the dominant cycle turns.

import {
  CYCLE_LENGTH,
  type CycleSpan,
  DEGREES_PER_RADIAN,
  IN_PHASE,
  isCycleWarm,
  QUADRATURE,
  takeIntoCycle,
} from './cycle.js';
import type { Cell } from './indicator.js';

/** Bounds of the factor; those that TA-Lib's averages by kind are given. Source: TA-Lib MA. */
const FAST_LIMIT = 0.5;
const SLOW_LIMIT = 0.05;

/** Source: TA-Lib MAMA. */
const SPAN: CycleSpan = { skipped: 12, lookback: 32 };

// The cycle, then [phase, average, the average that follows it].
const PHASE = CYCLE_LENGTH;
const AVERAGE = PHASE + 1;
const FOLLOWING = PHASE + 2;
const LENGTH = PHASE + 3;

/** Which of the two averages a cell gives: MAMA, or FAMA, which follows it at half its factor. */
export type MesaAverage = 'adaptive' | 'following';

/**
 * MESA adaptive moving average. Source: Ehlers 2001, "MESA Adaptive Moving Averages", Stocks &
 * Commodities 19; TA-Lib MAMA.
 */
export function mesaCell(
  fastLimit = FAST_LIMIT,
  slowLimit = SLOW_LIMIT,
  average: MesaAverage = 'adaptive',
): Cell {
  const trial = new Float64Array(LENGTH);
  const slot = average === 'adaptive' ? AVERAGE : FOLLOWING;
  // hot
  function take(state: Float64Array, base: number, x: number): void {
    if (!takeIntoCycle(state, base, x, SPAN)) return;
    const inPhase = state[base + IN_PHASE]!;
    const angle = inPhase === 0 ? 0 : Math.atan(state[base + QUADRATURE]! / inPhase);
    const phase = angle * DEGREES_PER_RADIAN;
    // The faster the phase turns, the less of the input goes into the average.
    const turn = state[base + PHASE]! - phase;
    const factor = turn > 1 ? Math.max(fastLimit / turn, slowLimit) : fastLimit;
    const mean = factor * x + (1 - factor) * state[base + AVERAGE]!;
    state[base + PHASE] = phase;
    state[base + AVERAGE] = mean;
    state[base + FOLLOWING] = (factor / 2) * mean + (1 - factor / 2) * state[base + FOLLOWING]!;
  }
  return {
    length: LENGTH,
    pastLength: 0,
    warmUp: SPAN.lookback + 1,
    // hot
    peek(state, base, x) {
      if (!isCycleWarm(state, base, SPAN)) return Number.NaN;
      for (let at = 0; at < LENGTH; at++) trial[at] = state[base + at]!;
      take(trial, 0, x);
      return trial[slot]!;
    },
    commit: take,
  };
}
