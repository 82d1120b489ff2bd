// Means, variances and higher moments, with the degrees of freedom as an argument.

/** The arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index]!;
  return total / values.length;
}

/** The mean of `(value - centre) ** power`. */
function centralMoment(values: ArrayLike<number>, centre: number, power: number): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += (values[index]! - centre) ** power;
  return total / values.length;
}

/** Variance with `n - ddof` in the denominator; NaN with no more than `ddof` values. */
export function variance(values: ArrayLike<number>, ddof = 1): number {
  const count = values.length;
  if (count <= ddof) return Number.NaN;
  return (centralMoment(values, mean(values), 2) * count) / (count - ddof);
}

/** Standard deviation with `n - ddof` in the denominator. */
export function deviation(values: ArrayLike<number>, ddof = 1): number {
  return Math.sqrt(variance(values, ddof));
}

/** Whether moments are those of the population or corrected for the bias of a sample. */
export type MomentBias = 'biased' | 'corrected';

/**
 * Skewness. `biased`: m3 / m2^1.5; `corrected`: G1, as pandas.
 * Source: Joanes and Gill 1998.
 */
export function skewness(values: ArrayLike<number>, bias: MomentBias = 'biased'): number {
  const count = values.length;
  const centre = mean(values);
  const raw = centralMoment(values, centre, 3) / centralMoment(values, centre, 2) ** 1.5;
  if (bias === 'biased') return raw;
  return count < 3 ? Number.NaN : (raw * Math.sqrt(count * (count - 1))) / (count - 2);
}

/**
 * Kurtosis in excess of the normal's. `biased`: m4 / m2^2 - 3; `corrected`: G2, as pandas.
 * Source: Joanes and Gill 1998.
 */
export function excessKurtosis(values: ArrayLike<number>, bias: MomentBias = 'biased'): number {
  const count = values.length;
  const centre = mean(values);
  const raw = centralMoment(values, centre, 4) / centralMoment(values, centre, 2) ** 2 - 3;
  if (bias === 'biased') return raw;
  if (count < 4) return Number.NaN;
  return ((count - 1) * ((count + 1) * raw + 6)) / ((count - 2) * (count - 3));
}

/** Covariance of two series of one length, with `n - ddof` in the denominator. */
export function covarianceOf(left: ArrayLike<number>, right: ArrayLike<number>, ddof = 1): number {
  const count = left.length;
  if (count <= ddof || right.length !== count) return Number.NaN;
  const leftMean = mean(left);
  const rightMean = mean(right);
  let total = 0;
  for (let index = 0; index < count; index++) {
    total += (left[index]! - leftMean) * (right[index]! - rightMean);
  }
  return total / (count - ddof);
}

/** Pearson's correlation of two series of one length. */
export function pearson(left: ArrayLike<number>, right: ArrayLike<number>): number {
  return (
    covarianceOf(left, right, 0) /
    Math.sqrt(covarianceOf(left, left, 0) * covarianceOf(right, right, 0))
  );
}

/** Ranks from 1, equal values sharing the average of theirs. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => values[a]! - values[b]! || a - b,
  );
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let index = from; index < to; index++) ranks[order[index]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}
