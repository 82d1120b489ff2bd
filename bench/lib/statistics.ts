// The statistics of a benchmark: quantiles of few rounds, and whether two sets of rounds differ.

/** What several rounds of one figure came to. */
export interface Summary {
  readonly min: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Rounds taken. */
  readonly rounds: number;
}

/** An interval and the estimate inside it. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** How a comparison ended: whether the change is real, and to which side. */
export type Verdict = 'better' | 'worse' | 'no difference shown';

/** Which way a figure should go. */
export type Better = 'higher' | 'lower';

/** Resamples of a bootstrap: the ends of a 95 % interval then move by about 1 % of its width. */
const RESAMPLES = 4_000;

/** Share of resamples outside the interval. */
const OUTSIDE = 0.05;

/**
 * Quantile by linear interpolation between the closest ranks.
 * Source: Hyndman and Fan 1996, type 7. Errors: a `RangeError` without values.
 */
export function quantile(values: ArrayLike<number>, probability: number): number {
  if (values.length === 0) throw new RangeError('expected at least one value, was none');
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (position - below);
}

/** The middle value. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Summarises the rounds of one figure. */
export function summarise(values: readonly number[]): Summary {
  return {
    min: quantile(values, 0),
    p50: median(values),
    p99: quantile(values, 0.99),
    max: quantile(values, 1),
    rounds: values.length,
  };
}

/**
 * Interval of 95 % on median(head) / median(base), each side resampled with replacement.
 * The same values give the same interval: the chance in it is seeded.
 * Source: Efron and Tibshirani 1993, the percentile method.
 */
export function ratioInterval(base: readonly number[], head: readonly number[]): Interval {
  const next = generator(0x5eed);
  const ratios = new Float64Array(RESAMPLES);
  const draw = (values: readonly number[], into: Float64Array): number => {
    for (let index = 0; index < into.length; index++) {
      into[index] = values[Math.floor(next() * values.length)]!;
    }
    return median(into);
  };
  const ofBase = new Float64Array(base.length);
  const ofHead = new Float64Array(head.length);
  for (let index = 0; index < RESAMPLES; index++) {
    ratios[index] = draw(head, ofHead) / draw(base, ofBase);
  }
  return {
    estimate: median(head) / median(base),
    low: quantile(ratios, OUTSIDE / 2),
    high: quantile(ratios, 1 - OUTSIDE / 2),
  };
}

/** Reads an interval on head / base: a change is real when 1 lies outside it. */
export function verdictOf({ low, high }: Interval, better: Better): Verdict {
  if (low > 1) return better === 'higher' ? 'better' : 'worse';
  if (high < 1) return better === 'higher' ? 'worse' : 'better';
  return 'no difference shown';
}

/** By how much the head is worse than the base, as a share of the base; below 0 when better. */
export function regressionOf({ estimate }: Interval, better: Better): number {
  return better === 'higher' ? 1 - estimate : estimate - 1;
}

/** Source: T. Ettinger, mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
