// What the dominant cycle tells: its period, phase and phasor, a sine wave, a trend line and mode.

import {
  CYCLE_LENGTH,
  type CycleSpan,
  DEGREES_PER_RADIAN,
  IN_PHASE,
  isCycleWarm,
  PERIOD,
  QUADRATURE,
  SMOOTHED,
  takeIntoCycle,
} from './cycle.js';
import type { Cell } from './indicator.js';

/** Spans of what needs the cycle alone, and of what needs its phase. Source: TA-Lib HT_*. */
const CYCLE_SPAN: CycleSpan = { skipped: 12, lookback: 32 };
const PHASE_SPAN: CycleSpan = { skipped: 37, lookback: 63 };

/** Longest cycle. */
const RING = 50;

// The cycle, scalars, the last three means over a cycle, then rings of smoothed and plain inputs.
const SMOOTH_PERIOD = CYCLE_LENGTH;
const PHASE = SMOOTH_PERIOD + 1;
const SINE = SMOOTH_PERIOD + 2;
const LEAD_SINE = SMOOTH_PERIOD + 3;
const INPUTS_IN_TREND = SMOOTH_PERIOD + 4;
const TREND_LINE = SMOOTH_PERIOD + 5;
const IS_TREND = SMOOTH_PERIOD + 6;
const POSITION = SMOOTH_PERIOD + 7;
const MEANS = SMOOTH_PERIOD + 8;
const SMOOTHED_RING = MEANS + 3;
const PLAIN_RING = SMOOTHED_RING + RING;
const LENGTH = PLAIN_RING + RING;

/** What a cell may tell: where it stands in the state, and what it takes to know it. */
const TOLD = {
  period: { slot: SMOOTH_PERIOD, span: CYCLE_SPAN },
  in_phase: { slot: IN_PHASE, span: CYCLE_SPAN },
  quadrature: { slot: QUADRATURE, span: CYCLE_SPAN },
  phase: { slot: PHASE, span: PHASE_SPAN },
  sine: { slot: SINE, span: PHASE_SPAN },
  lead_sine: { slot: LEAD_SINE, span: PHASE_SPAN },
  trend_line: { slot: TREND_LINE, span: PHASE_SPAN },
  trend_mode: { slot: IS_TREND, span: PHASE_SPAN },
} as const;

/**
 * One measure of the dominant cycle of a series. Units: inputs, degrees, those of the series, or 1
 * for a trend and 0 for a cycle.
 * Source: Ehlers 2001, Rocket Science for Traders; TA-Lib HT_DCPERIOD, HT_DCPHASE, HT_PHASOR,
 * HT_SINE, HT_TRENDLINE, HT_TRENDMODE.
 */
export function hilbertCell(told: keyof typeof TOLD): Cell {
  const { slot, span } = TOLD[told];
  const trial = new Float64Array(LENGTH);
  return {
    length: LENGTH,
    pastLength: 0,
    warmUp: span.lookback + 1,
    // hot
    peek(state, base, x) {
      if (!isCycleWarm(state, base, span)) return Number.NaN;
      for (let at = 0; at < LENGTH; at++) trial[at] = state[base + at]!;
      take(trial, 0, x, span);
      return trial[slot]!;
    },
    commit: (state, base, x) => take(state, base, x, span),
  };
}

// hot
function take(state: Float64Array, base: number, x: number, span: CycleSpan): void {
  const position = state[base + POSITION]! + 1 === RING ? 0 : state[base + POSITION]! + 1;
  state[base + POSITION] = position;
  state[base + PLAIN_RING + position] = x;
  if (!takeIntoCycle(state, base, x, span)) return;
  state[base + SMOOTHED_RING + position] = state[base + SMOOTHED]!;
  const period = 0.33 * state[base + PERIOD]! + 0.67 * state[base + SMOOTH_PERIOD]!;
  state[base + SMOOTH_PERIOD] = period;
  if (span !== PHASE_SPAN) return;
  const phaseBefore = state[base + PHASE]!;
  const whole = Math.floor(period + 0.5);
  findPhase(state, base, period, whole);
  findTrendLine(state, base, whole);
  findTrendMode(state, base, period, state[base + PHASE]! - phaseBefore);
}

/** Phase of the cycle: that of the Fourier component of its period. Units: degrees. */
// hot
function findPhase(state: Float64Array, base: number, period: number, whole: number): void {
  let real = 0;
  let imaginary = 0;
  let at = state[base + POSITION]!;
  for (let age = 0; age < whole; age++) {
    const angle = (age * 2 * Math.PI) / whole;
    const smoothed = state[base + SMOOTHED_RING + at]!;
    real += Math.sin(angle) * smoothed;
    imaginary += Math.cos(angle) * smoothed;
    at = at === 0 ? RING - 1 : at - 1;
  }
  let phase = state[base + PHASE]!;
  if (imaginary !== 0) phase = Math.atan(real / imaginary) * DEGREES_PER_RADIAN;
  else if (real !== 0) phase += real < 0 ? -90 : 90;
  // Its smoothing over four inputs lags by one.
  phase += 90 + 360 / period;
  if (imaginary < 0) phase += 180;
  state[base + PHASE] = phase > 315 ? phase - 360 : phase;
}

/** The mean over a cycle, smoothed over four. */
// hot
function findTrendLine(state: Float64Array, base: number, whole: number): void {
  let sum = 0;
  let at = state[base + POSITION]!;
  for (let age = 0; age < whole; age++) {
    sum += state[base + PLAIN_RING + at]!;
    at = at === 0 ? RING - 1 : at - 1;
  }
  const mean = whole > 0 ? sum / whole : sum;
  const earlier = 3 * state[base + MEANS]! + 2 * state[base + MEANS + 1]!;
  state[base + TREND_LINE] = (4 * mean + earlier + state[base + MEANS + 2]!) / 10;
  state[base + MEANS + 2] = state[base + MEANS + 1]!;
  state[base + MEANS + 1] = state[base + MEANS]!;
  state[base + MEANS] = mean;
}

/**
 * A cycle while less than half a period has passed since the sine waves crossed, or while the phase
 * turns as fast as the period says; a trend otherwise, and far from the trend line.
 */
// hot
function findTrendMode(state: Float64Array, base: number, period: number, turn: number): void {
  const before = Math.sign(state[base + SINE]! - state[base + LEAD_SINE]!);
  const phase = state[base + PHASE]!;
  const sine = Math.sin(phase / DEGREES_PER_RADIAN);
  const lead = Math.sin((phase + 45) / DEGREES_PER_RADIAN);
  state[base + SINE] = sine;
  state[base + LEAD_SINE] = lead;
  const crossed = sine !== lead && before !== Math.sign(sine - lead);
  const inputs = crossed ? 1 : state[base + INPUTS_IN_TREND]! + 1;
  state[base + INPUTS_IN_TREND] = inputs;
  const step = 360 / period;
  const turnsEvenly = period !== 0 && turn > 0.67 * step && turn < 1.5 * step;
  const line = state[base + TREND_LINE]!;
  const isFar = line !== 0 && Math.abs((state[base + SMOOTHED]! - line) / line) >= 0.015;
  const cycles = crossed || inputs < 0.5 * period || turnsEvenly;
  state[base + IS_TREND] = isFar || !cycles ? 1 : 0;
}
