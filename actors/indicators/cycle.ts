// The dominant cycle of a series, by Hilbert transforms: the ground of Ehlers' indicators.

/** Inputs before the transforms begin, and before the first value. Source: TA-Lib. */
export interface CycleSpan {
  readonly skipped: number;
  readonly lookback: number;
}

/** Coefficients of the Hilbert transform. Source: Ehlers 2001, MESA and Trading Market Cycles. */
const OUTER = 0.0962;
const INNER = 0.5769;

/** Degrees of an angle of one. */
export const DEGREES_PER_RADIAN = 180 / Math.PI;

// The last three inputs, the last three detrended values, scalars, then transforms, each of them
// [three terms, the last inner term, the last input].
const COUNT = 0;
const INPUTS = 1;
const DETRENDED = 4;
const IN_PHASE_MEAN = 7;
const QUADRATURE_MEAN = 8;
const REAL = 9;
const IMAGINARY = 10;
const TERM = 11;
/** The newest input, smoothed over four. */
export const SMOOTHED = 12;
/** The part of the newest phasor that is in phase with the series. */
export const IN_PHASE = 13;
/** The part that is a quarter of a cycle ahead. */
export const QUADRATURE = 14;
/** Period of the cycle. Units: inputs. */
export const PERIOD = 15;
const TRANSFORMS = 16;
const TERMS = 3;
const TRANSFORM_LENGTH = TERMS + 2;
/** All four transforms of the even inputs, then those of the odd ones. */
const HALF_LENGTH = 4 * TRANSFORM_LENGTH;
/** Slots of a cycle's state. */
export const CYCLE_LENGTH = TRANSFORMS + 2 * HALF_LENGTH;

/** Whether the next input gives a value. */
// hot
export function isCycleWarm(state: Float64Array, base: number, { lookback }: CycleSpan): boolean {
  return state[base + COUNT]! >= lookback;
}

/** Takes an input into the state of a cycle; false while it only waits for the transforms. */
// hot
export function takeIntoCycle(
  state: Float64Array,
  base: number,
  x: number,
  span: CycleSpan,
): boolean {
  const count = state[base + COUNT]!;
  const begins = count >= span.skipped;
  if (begins) step(state, base, x);
  // The count must tell even inputs from odd ones for ever, and stay small.
  state[base + COUNT] = count > span.lookback ? count - 1 : count + 1;
  state[base + INPUTS + 2] = state[base + INPUTS + 1]!;
  state[base + INPUTS + 1] = state[base + INPUTS]!;
  state[base + INPUTS] = x;
  return begins;
}

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
  state[base + SMOOTHED] = smooth;
  state[base + IN_PHASE] = inPhase;
  state[base + QUADRATURE] = quadrature;
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

/** The period of the dominant cycle, within bounds and smoothed, for the gain of the next input. */
// hot
function findPeriod(state: Float64Array, base: number, inPhase: number, quadrature: number): void {
  const inBefore = state[base + IN_PHASE_MEAN]!;
  const quadratureBefore = state[base + QUADRATURE_MEAN]!;
  const i = 0.2 * inPhase + 0.8 * inBefore;
  const q = 0.2 * quadrature + 0.8 * quadratureBefore;
  const real = 0.2 * (i * inBefore + q * quadratureBefore) + 0.8 * state[base + REAL]!;
  const imaginary = 0.2 * (i * quadratureBefore - q * inBefore) + 0.8 * state[base + IMAGINARY]!;
  state[base + IN_PHASE_MEAN] = i;
  state[base + QUADRATURE_MEAN] = q;
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
