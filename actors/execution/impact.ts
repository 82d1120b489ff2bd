// What a quantity moves the price by, and what trades say of a market's liquidity.

import { type Refusal, refusal } from '../../engine/index.js';
import { mean } from '../statistics/index.js';

/** Price impact of one order. Units: fraction of the price, basis points, money. */
export interface Impact {
  readonly fraction: number;
  readonly bps: number;
  readonly perShare: number;
  readonly totalCost: number;
}

/** An order against the volume of a day. */
export interface ImpactTerms {
  /** The law's constant, near 1. */
  readonly coefficient: number;
  /** Volatility of a day, as a fraction. */
  readonly dailyVolatility: number;
  readonly quantity: number;
  /** Average daily volume. */
  readonly adv: number;
  readonly price: number;
}

/**
 * Impact by the square-root law; the total is the impact on every share, without the factor 2/3
 * of a price that drifts to it. Errors: `execution.impact`.
 * Source: Toth et al., "Anomalous Price Impact", Phys. Rev. X 1 (2011).
 */
export function squareRootImpact(terms: ImpactTerms): Impact | Refusal {
  const { coefficient, dailyVolatility, quantity, adv, price } = terms;
  const isReal = [coefficient, dailyVolatility, quantity, price].every((value) => value >= 0);
  if (!isReal || !(adv > 0)) {
    return refusal('execution.impact', 'expected numbers of 0 or more and some daily volume');
  }
  const fraction = coefficient * dailyVolatility * Math.sqrt(quantity / adv);
  return {
    fraction,
    bps: fraction * 10_000,
    perShare: fraction * price,
    totalCost: fraction * price * quantity,
  };
}

/** Autocovariance of price changes and the spread it implies; NaN where it implies none. */
export interface RollSpread {
  readonly autocovariance: number;
  readonly spread: number;
}

/**
 * Effective spread from the bounce between bid and ask: 2 * sqrt(-cov) of successive changes,
 * each side less its own mean. `ddof` is what the count of pairs is lessened by.
 * Errors: `execution.prices` (fewer than four). Source: Roll, J. Finance 39 (1984).
 */
export function rollSpread(prices: readonly number[], ddof: 0 | 1): RollSpread | Refusal {
  if (prices.length < 4 || !prices.every(Number.isFinite)) {
    return refusal('execution.prices', `expected 4 prices or more, was ${prices.length}`);
  }
  const changes = prices.slice(1).map((price, index) => price - prices[index]!);
  const later = changes.slice(1);
  const earlier = changes.slice(0, -1);
  const laterMean = mean(later);
  const earlierMean = mean(earlier);
  let sum = 0;
  for (let index = 0; index < later.length; index++) {
    sum += (later[index]! - laterMean) * (earlier[index]! - earlierMean);
  }
  const autocovariance = sum / (later.length - ddof);
  const spread = autocovariance < 0 ? 2 * Math.sqrt(-autocovariance) : Number.NaN;
  return { autocovariance, spread };
}

/**
 * Mean of |return| over the money traded that day; the first day has no return. A day without
 * volume has no ratio and is left out. Errors: `execution.prices` (no day counts).
 * Source: Amihud, J. Financial Markets 5 (2002).
 */
export function amihudIlliquidity(
  closes: readonly number[],
  dollarVolumes: readonly number[],
): number | Refusal {
  let sum = 0;
  let count = 0;
  for (let day = 1; day < closes.length; day++) {
    const volume = dollarVolumes[day] ?? 0;
    if (!(volume > 0)) continue;
    sum += Math.abs(closes[day]! / closes[day - 1]! - 1) / volume;
    count++;
  }
  if (count > 0 && Number.isFinite(sum)) return sum / count;
  return refusal('execution.prices', 'expected at least one return on a day with volume, was none');
}

/** Price impact a signed share, by least squares. */
export interface KyleLambda {
  readonly lambda: number;
  readonly intercept: number;
  readonly tStatistic: number;
  readonly rSquared: number;
  /** The slope through the origin. */
  readonly lambdaWithoutIntercept: number;
}

/**
 * Regression of price changes on signed volume. Errors: `execution.prices` (lengths differ, fewer
 * than three, or volume that never varies). Source: Kyle, Econometrica 53 (1985), as estimated by
 * ordinary least squares.
 */
export function kyleLambda(
  signedVolume: readonly number[],
  priceChange: readonly number[],
): KyleLambda | Refusal {
  const count = signedVolume.length;
  if (count !== priceChange.length || count < 3) {
    const text = `expected 3 or more pairs, was ${count} volumes and ${priceChange.length} changes`;
    return refusal('execution.prices', text);
  }
  const volumeMean = mean(signedVolume);
  const changeMean = mean(priceChange);
  let spread = 0;
  let together = 0;
  let total = 0;
  let squares = 0;
  let products = 0;
  for (let index = 0; index < count; index++) {
    const volume = signedVolume[index]!;
    const change = priceChange[index]!;
    spread += (volume - volumeMean) ** 2;
    together += (volume - volumeMean) * (change - changeMean);
    total += (change - changeMean) ** 2;
    squares += volume * volume;
    products += volume * change;
  }
  if (!(spread > 0))
    return refusal('execution.prices', 'expected volume that varies, was constant');
  const lambda = together / spread;
  const intercept = changeMean - lambda * volumeMean;
  let unexplained = 0;
  for (let index = 0; index < count; index++) {
    unexplained += (priceChange[index]! - intercept - lambda * signedVolume[index]!) ** 2;
  }
  return {
    lambda,
    intercept,
    tStatistic: lambda / Math.sqrt(unexplained / (count - 2) / spread),
    rSquared: 1 - unexplained / total,
    lambdaWithoutIntercept: products / squares,
  };
}
