// Quantiles under the conventions that practice uses, by their numpy names.

/** Quantile conventions. Source: Hyndman and Fan 1996; numpy.quantile `method`. */
export const QUANTILE_METHODS = [
  'linear',
  'lower',
  'higher',
  'midpoint',
  'nearest',
  'inverted_cdf',
  'averaged_inverted_cdf',
  'closest_observation',
  'interpolated_inverted_cdf',
  'hazen',
  'weibull',
  'median_unbiased',
  'normal_unbiased',
] as const;

/** One of them. */
export type QuantileMethod = (typeof QUANTILE_METHODS)[number];

/** Virtual position (0-based, fractional) of a probability among `count` sorted values. */
function positionOf(count: number, probability: number, method: QuantileMethod): number {
  const between = (alpha: number, beta: number): number =>
    count * probability + (alpha + probability * (1 - alpha - beta)) - 1;
  switch (method) {
    case 'linear':
    case 'lower':
    case 'higher':
    case 'midpoint':
    case 'nearest':
      return (count - 1) * probability;
    case 'inverted_cdf':
    case 'averaged_inverted_cdf':
    case 'interpolated_inverted_cdf':
      return count * probability - 1;
    case 'closest_observation':
      return count * probability - 1.5;
    case 'hazen':
      return between(0.5, 0.5);
    case 'weibull':
      return between(0, 0);
    case 'median_unbiased':
      return between(1 / 3, 1 / 3);
    case 'normal_unbiased':
      return between(3 / 8, 3 / 8);
  }
}

/** Rounds halves to the even neighbour, as numpy does. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const part = x - floor;
  if (part !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Share of the way from the value below the position to the one above. */
function shareOf(position: number, method: QuantileMethod): number {
  const part = position - Math.floor(position);
  switch (method) {
    case 'lower':
      return 0;
    case 'higher':
      return part > 0 ? 1 : 0;
    case 'midpoint':
      return part > 0 ? 0.5 : 0;
    case 'nearest':
      return roundHalfEven(position) - Math.floor(position);
    case 'inverted_cdf':
      return part > 0 ? 1 : 0;
    case 'averaged_inverted_cdf':
      return part > 0 ? 1 : 0.5;
    case 'closest_observation': {
      // On an exact hit an even position keeps the value below, as numpy 1.24 does.
      return part === 0 && Math.floor(position) % 2 === 0 ? 0 : 1;
    }
    case 'linear':
    case 'interpolated_inverted_cdf':
    case 'hazen':
    case 'weibull':
    case 'median_unbiased':
    case 'normal_unbiased':
      return part;
  }
}

/**
 * Quantile of values sorted ascending. `probability` in [0, 1]; at least one value.
 * Source: numpy.quantile.
 */
export function quantileOfSorted(
  sorted: ArrayLike<number>,
  probability: number,
  method: QuantileMethod = 'linear',
): number {
  const count = sorted.length;
  const position = positionOf(count, probability, method);
  const last = count - 1;
  const below = Math.min(last, Math.max(0, Math.floor(position)));
  const above = Math.min(last, Math.max(0, Math.floor(position) + 1));
  const share = position < 0 ? 0 : shareOf(position, method);
  const low = sorted[below]!;
  const high = sorted[above]!;
  // The nearer end is the base, as numpy interpolates, so that share 1 gives `high` exactly.
  return share >= 0.5 ? high - (high - low) * (1 - share) : low + (high - low) * share;
}
