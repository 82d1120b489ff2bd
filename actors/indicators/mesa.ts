// Ehlers' adaptive average: its factor follows how fast the phase of the dominant cycle turns.

import type { Cell } from './indicator.js';

/** Bounds of the factor; those that TA-Lib's averages by kind are given. Source: TA-Lib MA. */
const FAST_LIMIT = 0.5;
const SLOW_LIMIT = 0.05;

/** Inputs before the transforms begin, and before the first value. Source: TA-Lib MAMA. */
const SKIPPED = 12;
const WARM_UP = 32;

/** Coefficients of the Hilbert transform. Source: Ehlers 2001, MESA and Trading Market Cycles. */
const OUTER = 0.0962;
const INNER = 0.5769;

const DEGREES_PER_RADIAN = 180 / Math.PI;

// The last three inputs, the last three detrended values, scalars, then transforms, each of them
// [three terms, the last inner term, the last input].
const COUNT = 0;
const INPUTS = 1;
const DETRENDED = 4;
const AVERAGE = 7;
const PHASE = 8;
const PERIOD = 9;
const IN_PHASE = 10;
const QUADRATURE = 11;
const REAL = 12;
const IMAGINARY = 13;
const TERM = 14;
const TRANSFORMS = 15;
const TERMS = 3;
const TRANSFORM_LENGTH = TERMS + 2;
/** All four transforms of the even inputs, then those of the odd ones. */
const HALF_LENGTH = 4 * TRANSFORM_LENGTH;
const LENGTH = TRANSFORMS + 2 * HALF_LENGTH;

/**
 * MESA adaptive moving average. Source: Ehlers 2001, "MESA Adaptive Moving Averages", Stocks &
 * Commodities 19; TA-Lib MAMA.
 */
export function mesaCell(): Cell {
  const trial = new Float64Array(LENGTH);
  return {
    length: LENGTH,
    // hot
    peek(state, base, x) {
      if (state[base + COUNT]! < WARM_UP) return Number.NaN;
      for (let slot = 0; slot < LENGTH; slot++) trial[slot] = state[base + slot]!;
      take(trial, 0, x);
      return trial[AVERAGE]!;
    },
    commit: take,
  };
}

/** Takes an input into the state. */
// hot
function take(state: Float64Array, base: number, x: number): void {
  const count = state[base + COUNT]!;
  if (count >= SKIPPED) step(state, base, x);
  // The count must tell even inputs from odd ones for ever, and stay small.
  state[base + COUNT] = count > WARM_UP ? count - 1 : count + 1;
  state[base + INPUTS + 2] = state[base + INPUTS + 1]!;
  state[base + INPUTS + 1] = state[base + INPUTS]!;
  state[base + INPUTS] = x;
}

/** Averages an input and learns of the cycle from it. */
// hot
function step(state: Float64Array, base: number, x: number): void {
  const earlier = 2 * state[base + INPUTS + 1]! + state[base + INPUTS + 2]!;
  const smooth = (4 * x + 3 * state[base + INPUTS]! + earlier) / 10;
  const isOdd = state[base + COUNT]! % 2 === 1;
  const at = base + TRANSFORMS + (isOdd ? HALF_LENGTH : 0);
  const term = state[base + TERM]!;
  const gain = 0.075 * state[base + PERIOD]! + 0.54;
  const detrended = gain * transform(state, at, term, smooth);
  const quadrature = gain * transform(state, at + TRANSFORM_LENGTH, term, detrended);
  const inPhase = state[base + DETRENDED + 2]!;
  const ahead = gain * transform(state, at + 2 * TRANSFORM_LENGTH, term, inPhase);
  const behind = gain * transform(state, at + 3 * TRANSFORM_LENGTH, term, quadrature);
  if (!isOdd) state[base + TERM] = term + 1 === TERMS ? 0 : term + 1;
  state[base + DETRENDED + 2] = state[base + DETRENDED + 1]!;
  state[base + DETRENDED + 1] = state[base + DETRENDED]!;
  state[base + DETRENDED] = detrended;
  const phase = inPhase === 0 ? 0 : Math.atan(quadrature / inPhase) * DEGREES_PER_RADIAN;
  average(state, base, x, phase);
  findPeriod(state, base, inPhase - behind, quadrature + ahead);
}

/** Hilbert transform of every second input, before its gain. `at` is that of its own slots. */
// hot
function transform(state: Float64Array, at: number, term: number, x: number): number {
  const newest = OUTER * x;
  const inner = INNER * state[at + TERMS + 1]!;
  const value = newest - state[at + term]! - state[at + TERMS]! + inner;
  state[at + term] = newest;
  state[at + TERMS] = inner;
  state[at + TERMS + 1] = x;
  return value;
}

/** The faster the phase turns, the less of the input goes into the average. */
// hot
function average(state: Float64Array, base: number, x: number, phase: number): void {
  const turn = state[base + PHASE]! - phase;
  const factor = turn > 1 ? Math.max(FAST_LIMIT / turn, SLOW_LIMIT) : FAST_LIMIT;
  state[base + PHASE] = phase;
  state[base + AVERAGE] = factor * x + (1 - factor) * state[base + AVERAGE]!;
}

/** The period of the dominant cycle, within bounds and smoothed, for the gain of the next input. */
// hot
function findPeriod(state: Float64Array, base: number, inPhase: number, quadrature: number): void {
  const inBefore = state[base + IN_PHASE]!;
  const quadratureBefore = state[base + QUADRATURE]!;
  const i = 0.2 * inPhase + 0.8 * inBefore;
  const q = 0.2 * quadrature + 0.8 * quadratureBefore;
  const real = 0.2 * (i * inBefore + q * quadratureBefore) + 0.8 * state[base + REAL]!;
  const imaginary = 0.2 * (i * quadratureBefore - q * inBefore) + 0.8 * state[base + IMAGINARY]!;
  state[base + IN_PHASE] = i;
  state[base + QUADRATURE] = q;
  state[base + REAL] = real;
  state[base + IMAGINARY] = imaginary;
  const before = state[base + PERIOD]!;
  let period = before;
  if (real !== 0 && imaginary !== 0) {
    period = 360 / (Math.atan(imaginary / real) * DEGREES_PER_RADIAN);
  }
  period = Math.max(Math.min(period, 1.5 * before), 0.67 * before);
  period = Math.min(Math.max(period, 6), 50);
  state[base + PERIOD] = 0.2 * period + 0.8 * before;
}
