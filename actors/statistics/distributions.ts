// The normal, chi-squared and Student distributions: densities, probabilities and quantiles.

import { betaLower, gammaLower, gammaUpper, lnGamma } from './gamma.js';

/** Density of the standard normal. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** Probability that a standard normal is at most `x`; accurate in the lower tail too. */
export function normalProbability(x: number): number {
  const tail = 0.5 * gammaUpper(0.5, (x * x) / 2);
  return x < 0 ? tail : 0.5 + 0.5 * gammaLower(0.5, (x * x) / 2);
}

// Rational approximations by region, constant term first. Source: Wichura 1988, AS 241, PPND16.
const CENTRE_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const CENTRE_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
const MIDDLE_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
const MIDDLE_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
  0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
];
const TAIL_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
  0.026532189526576124, 0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const TAIL_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let index = coefficients.length - 1; index >= 0; index--) {
    value = value * x + coefficients[index]!;
  }
  return value;
}

/** Quantile of the standard normal; infinite at 0 and 1. Source: Wichura 1988, AS 241. */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    return probability === 0 ? -Infinity : probability === 1 ? Infinity : Number.NaN;
  }
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? probability : 1 - probability));
  const size =
    r <= 5
      ? polynomial(MIDDLE_TOP, r - 1.6) / polynomial(MIDDLE_BOTTOM, r - 1.6)
      : polynomial(TAIL_TOP, r - 5) / polynomial(TAIL_BOTTOM, r - 5);
  return q < 0 ? -size : size;
}

/** Probability that a chi-squared exceeds `x`. */
export function chiSquaredTail(x: number, degrees: number): number {
  return gammaUpper(degrees / 2, x / 2);
}

/** Density of Student's t. */
export function studentDensity(x: number, degrees: number): number {
  const front =
    lnGamma((degrees + 1) / 2) - lnGamma(degrees / 2) - 0.5 * Math.log(degrees * Math.PI);
  return Math.exp(front - ((degrees + 1) / 2) * Math.log1p((x * x) / degrees));
}

/** Probability that Student's t is at most `x`. */
export function studentProbability(x: number, degrees: number): number {
  const tail = 0.5 * betaLower(degrees / 2, 0.5, degrees / (degrees + x * x));
  return x < 0 ? tail : 1 - tail;
}

/** Halvings that take the widest bracket of float64 below rounding. */
const HALVINGS_MAX = 200;

/** Quantile of Student's t, by bisection; infinite at 0 and 1. */
export function studentQuantile(probability: number, degrees: number): number {
  if (!(probability > 0 && probability < 1)) return normalQuantile(probability);
  if (probability === 0.5) return 0;
  if (probability > 0.5) return -studentQuantile(1 - probability, degrees);
  let low = -1;
  while (studentProbability(low, degrees) > probability && low > -1e300) low *= 2;
  let high = 0;
  for (let step = 0; step < HALVINGS_MAX; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentProbability(middle, degrees) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Probability of at most `successes` among `trials` independent ones of the given chance.
 */
export function binomialProbability(successes: number, trials: number, chance: number): number {
  if (successes < 0) return 0;
  if (successes >= trials) return 1;
  return betaLower(trials - successes, successes + 1, 1 - chance);
}
