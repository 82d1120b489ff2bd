// The gamma and beta integrals that the distributions are made of.

/** Lanczos coefficients for g = 607/128, good to 1e-15. Source: P. Godfrey 2001. */
const LANCZOS = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746,
  -0.4919138160976202, 0.00003399464998481189, 0.00004652362892704858, -0.00009837447530487956,
  0.0001580887032249125, -0.00021026444172410488, 0.00021743961811521265, -0.0001643181065367639,
  0.00008441822398385275, -0.000026190838401581408, 0.0000036899182659531625,
];
const LANCZOS_G = 607 / 128;

/** Far more steps than either expansion takes in the range where it is used. */
const STEPS_MAX = 2000;
const TINY = 1e-300;

/** The logarithm of the gamma function of a positive number. */
export function lnGamma(x: number): number {
  let series = LANCZOS[0]!;
  for (let index = 1; index < LANCZOS.length; index++) series += LANCZOS[index]! / (x - 1 + index);
  const base = x - 0.5 + LANCZOS_G;
  return (x - 0.5) * Math.log(base) - base + Math.log(Math.sqrt(2 * Math.PI) * series);
}

/**
 * The upper tail Q(shape, x) of the gamma integral, with full relative accuracy in the tail.
 * Source: Press et al., Numerical Recipes, 6.2 (series below shape + 1, continued fraction above).
 */
export function gammaUpper(shape: number, x: number): number {
  if (!(x > 0)) return x === 0 ? 1 : Number.NaN;
  const front = Math.exp(shape * Math.log(x) - x - lnGamma(shape));
  if (x < shape + 1) return 1 - front * lowerSeries(shape, x);
  let b = x + 1 - shape;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let step = 1; step < STEPS_MAX; step++) {
    const a = -step * (step - shape);
    b += 2;
    d = 1 / notZero(a * d + b);
    c = notZero(b + a / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < Number.EPSILON) break;
  }
  return front * fraction;
}

/** The lower tail P(shape, x) of the gamma integral. */
export function gammaLower(shape: number, x: number): number {
  if (x > 0 && x < shape + 1) {
    return Math.exp(shape * Math.log(x) - x - lnGamma(shape)) * lowerSeries(shape, x);
  }
  return 1 - gammaUpper(shape, x);
}

function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let total = term;
  for (let step = 1; step < STEPS_MAX && term > total * Number.EPSILON; step++) {
    term *= x / (shape + step);
    total += term;
  }
  return total;
}

function notZero(x: number): number {
  return Math.abs(x) < TINY ? TINY : x;
}

/**
 * The regularised beta integral up to `x` in [0, 1].
 * Source: Press et al., Numerical Recipes, 6.4.
 */
export function betaLower(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let step = 1; step < STEPS_MAX; step++) {
    const even = (step * (b - step) * x) / ((a + 2 * step - 1) * (a + 2 * step));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + step) * (a + b + step) * x) / ((a + 2 * step) * (a + 2 * step + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < Number.EPSILON) break;
  }
  return fraction;
}
