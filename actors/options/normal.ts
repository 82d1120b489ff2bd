// The normal distribution to the last digits of a float, far tails included.

const SQRT_32 = 5.656854249492381;
/** 1 / sqrt(2 pi). */
const DENSITY_AT_ZERO = 0.3989422804014327;
/** Where Cody's first interval ends: the argument whose probability is about 0.75. */
const CENTRE_MAX = 0.66291;

const CENTRE_TOP = [
  0.06568233791820745, 2.2352520354606837, 161.02823106855587, 1067.6894854603709,
  18154.98125334356,
];
const CENTRE_BOTTOM = [
  1, 47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.78933502673,
];
const MIDDLE_TOP = [
  1.0765576773720192e-8, 0.39894151208813466, 8.883149794388377, 93.50665613217785,
  597.2702763948002, 2494.5375852903726, 6848.190450536283, 11602.65143764735, 9842.714838383978,
];
const MIDDLE_BOTTOM = [
  1, 22.266688044328117, 235.387901782625, 1519.3775994075547, 6485.558298266761,
  18615.571640885097, 34900.95272114598, 38912.00328609327, 19685.429676859992,
];
const TAIL_TOP = [
  0.023073441764940174, 0.215898534057957, 0.12740116116024736, 0.022235277870649807,
  0.0014216191932278934, 0.000029112874951168793,
];
const TAIL_BOTTOM = [
  1, 1.284260096144911, 0.4682382124808651, 0.06598813786892856, 0.0037823963320275824,
  0.00007297515550839662,
];

/** A quotient of two polynomials of one degree, highest power first. */
function quotientAt(top: readonly number[], bottom: readonly number[], x: number): number {
  let above = 0;
  let below = 0;
  for (let index = 0; index < top.length; index++) {
    above = above * x + top[index]!;
    below = below * x + bottom[index]!;
  }
  return above / below;
}

/** exp(-x * x / 2) with the square split, so that no digit is lost where it is large. */
function bell(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  const rest = (x - coarse) * (x + coarse);
  return Math.exp(-coarse * coarse * 0.5) * Math.exp(-rest * 0.5);
}

/** Probability above `size`, which is at least CENTRE_MAX. */
function upperTail(size: number): number {
  if (size > 38) return 0;
  if (size <= SQRT_32) return bell(size) * quotientAt(MIDDLE_TOP, MIDDLE_BOTTOM, size);
  const inverse = 1 / (size * size);
  const correction = inverse * quotientAt(TAIL_TOP, TAIL_BOTTOM, inverse);
  return (bell(size) * (DENSITY_AT_ZERO - correction)) / size;
}

/**
 * Probability that a standard normal variable is at most `x`; relative error about 1e-15, in the
 * lower tail too. Source: W. J. Cody, "Rational Chebyshev Approximations for the Error Function",
 * Math. Comp. 23 (1969), in the form of his program ANORM.
 */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  if (size <= CENTRE_MAX) return 0.5 + x * quotientAt(CENTRE_TOP, CENTRE_BOTTOM, x * x);
  const tail = upperTail(size);
  return x < 0 ? tail : 1 - tail;
}

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return DENSITY_AT_ZERO * Math.exp(-0.5 * x * x);
}
