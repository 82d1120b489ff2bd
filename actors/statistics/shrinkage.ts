// Covariance shrunk towards a target by the weight that Ledoit and Wolf prove the best.

import { type Matrix, zeros } from '../linear/index.js';
import { type Columns, centred, covarianceMatrix } from './covariance.js';

/** What the sample covariance is shrunk towards. */
export const SHRINKAGE_TARGETS = [
  'constant_variance',
  'single_factor',
  'constant_correlation',
] as const;

/** One of them. */
export type ShrinkageTarget = (typeof SHRINKAGE_TARGETS)[number];

/** A shrunk covariance and the weight of its target. */
export interface Shrunk {
  readonly covariance: Matrix;
  /** Weight of the target, in [0, 1]. */
  readonly weight: number;
  /** Mean variance, the scale of the identity target. */
  readonly varianceMean: number;
}

/**
 * Shrinks the sample covariance of the columns.
 *
 * `constant_variance` shrinks towards the identity times the mean variance, with ddof 0 (Ledoit
 * and Wolf 2004a, as scikit-learn); `single_factor` towards the model of one market factor, the
 * equally weighted mean, with ddof 0 (2003); `constant_correlation` towards equal correlations,
 * with ddof 1 (2004b); the last two as PyPortfolioOpt.
 */
export function shrinkCovariance(columns: Columns, target: ShrinkageTarget): Shrunk {
  const sample = covarianceMatrix(columns, target === 'constant_correlation' ? 1 : 0);
  const data = centred(columns);
  const count = sample.rows;
  let varianceMean = 0;
  for (let row = 0; row < count; row++) {
    varianceMean += sample.values[row * count + row]! / count;
  }
  switch (target) {
    case 'constant_variance': {
      const weight = identityWeight(data, sample, varianceMean);
      const aim = blank(sample);
      for (let row = 0; row < count; row++) aim.values[row * count + row] = varianceMean;
      return { covariance: mix(aim, sample, weight), weight, varianceMean };
    }
    case 'single_factor':
      return { ...singleFactor(data, sample), varianceMean };
    case 'constant_correlation':
      return { ...constantCorrelation(data, sample), varianceMean };
  }
}

function blank(like: Matrix): Matrix {
  return zeros(like.rows, like.columns);
}

function mix(target: Matrix, sample: Matrix, weight: number): Matrix {
  return {
    ...sample,
    values: sample.values.map(
      (value, index) => weight * target.values[index]! + (1 - weight) * value,
    ),
  };
}

function distance(left: Matrix, right: Matrix): number {
  let total = 0;
  for (let index = 0; index < left.values.length; index++) {
    total += (left.values[index]! - right.values[index]!) ** 2;
  }
  return total;
}

function clamp(weight: number): number {
  return Math.max(0, Math.min(1, weight));
}

/** Mean over time of `f(a, b)` of two centred columns. */
function meanOf(
  left: Float64Array,
  right: Float64Array,
  f: (a: number, b: number) => number,
): number {
  let total = 0;
  for (let index = 0; index < left.length; index++) total += f(left[index]!, right[index]!);
  return total / left.length;
}

function identityWeight(data: Float64Array[], sample: Matrix, varianceMean: number): number {
  const assets = data.length;
  const periods = data[0]!.length;
  let fourth = 0;
  let second = 0;
  for (const left of data) {
    for (const right of data) fourth += meanOf(left, right, (a, b) => a * a * b * b);
  }
  for (const value of sample.values) second += value * value;
  const noise = (fourth - second) / (assets * periods);
  const spread = second / assets - varianceMean ** 2;
  const bounded = Math.min(noise, spread);
  return bounded === 0 ? 0 : bounded / spread;
}

function singleFactor(
  data: Float64Array[],
  sample: Matrix,
): { covariance: Matrix; weight: number } {
  const assets = data.length;
  const periods = data[0]!.length;
  const market = new Float64Array(periods);
  for (const column of data) {
    for (let index = 0; index < periods; index++) {
      market[index] = market[index]! + column[index]! / assets;
    }
  }
  const betas = data.map((column) => meanOf(column, market, (a, b) => a * b));
  const marketVariance = meanOf(market, market, (a, b) => a * b);
  const target = blank(sample);
  let noise = 0;
  let shared = 0;
  for (let row = 0; row < assets; row++) {
    for (let column = 0; column < assets; column++) {
      const at = row * assets + column;
      const value = sample.values[at]!;
      const left = data[row]!;
      const right = data[column]!;
      const fourth = meanOf(left, right, (a, b) => a * a * b * b) - value ** 2;
      noise += fourth;
      if (row === column) {
        target.values[at] = value;
        shared += fourth;
        continue;
      }
      target.values[at] = (betas[row]! * betas[column]!) / marketVariance;
      shared += factorTerm(left, right, market, [
        betas[row]!,
        betas[column]!,
        marketVariance,
        value,
      ]);
    }
  }
  const weight = clamp((noise - shared) / distance(sample, target) / periods);
  return { covariance: mix(target, sample, weight), weight };
}

/** Covariance of one sample entry with its single-factor target. Source: the 2003 paper, B. */
function factorTerm(
  left: Float64Array,
  right: Float64Array,
  market: Float64Array,
  figures: readonly [number, number, number, number],
): number {
  const [betaLeft, betaRight, marketVariance, value] = figures;
  let first = 0;
  let third = 0;
  for (let index = 0; index < market.length; index++) {
    const m = market[index]!;
    first += left[index]! ** 2 * right[index]! * m;
    third += m * m * left[index]! * right[index]!;
  }
  first = first / market.length - betaLeft * value;
  third = third / market.length - marketVariance * value;
  return (
    (2 * first * betaRight) / marketVariance - (third * betaLeft * betaRight) / marketVariance ** 2
  );
}

function constantCorrelation(
  data: Float64Array[],
  sample: Matrix,
): { covariance: Matrix; weight: number } {
  const assets = data.length;
  const periods = data[0]!.length;
  const variances = data.map((_, row) => sample.values[row * assets + row]!);
  let correlations = 0;
  sample.values.forEach((value, at) => {
    correlations +=
      value / Math.sqrt(variances[Math.floor(at / assets)]! * variances[at % assets]!);
  });
  const correlation = (correlations - assets) / (assets * (assets - 1));
  const target = blank(sample);
  let noise = 0;
  let shared = 0;
  for (let row = 0; row < assets; row++) {
    for (let column = 0; column < assets; column++) {
      const at = row * assets + column;
      const value = sample.values[at]!;
      const left = data[row]!;
      const right = data[column]!;
      const product = meanOf(left, right, (a, b) => a * b);
      const fourth =
        meanOf(left, right, (a, b) => a * a * b * b) - 2 * product * value + value ** 2;
      noise += fourth;
      const ratio = Math.sqrt(variances[column]! / variances[row]!);
      target.values[at] = row === column ? value : correlation * variances[row]! * ratio;
      if (row === column) {
        shared += fourth;
        continue;
      }
      const theta =
        meanOf(left, right, (a, b) => a ** 3 * b) -
        meanOf(left, left, (a, b) => a * b) * value -
        product * variances[row]! +
        variances[row]! * value;
      shared += correlation * ratio * theta;
    }
  }
  const weight = clamp((noise - shared) / distance(sample, target) / periods);
  return { covariance: mix(target, sample, weight), weight };
}
