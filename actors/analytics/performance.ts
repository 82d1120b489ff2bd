// What a series of periodic returns earned and at what risk: growth, volatility and ratios.

import { deviation, mean, type QuantileMethod, quantileOfSorted } from '../statistics/index.js';

/** Simple returns of equal periods, oldest first. */
export type Returns = ArrayLike<number>;

/** Growth of one unit over all returns. */
function growthOf(returns: Returns): number {
  let growth = 1;
  for (let index = 0; index < returns.length; index++) growth *= 1 + returns[index]!;
  return growth;
}

/** Compounded return over the whole series. */
export function totalReturn(returns: Returns): number {
  return growthOf(returns) - 1;
}

/** Compounded growth rate a year; NaN of no returns. */
export function annualReturn(returns: Returns, periodsPerYear: number): number {
  return growthOf(returns) ** (periodsPerYear / returns.length) - 1;
}

/** Standard deviation (ddof 1 unless told) times the root of the periods in a year. */
export function annualVolatility(returns: Returns, periodsPerYear: number, ddof = 1): number {
  return deviation(returns, ddof) * Math.sqrt(periodsPerYear);
}

/** Returns less a rate per period. */
function excess(returns: Returns, ratePerPeriod: number): Float64Array {
  return Float64Array.from(returns, (value) => value - ratePerPeriod);
}

/**
 * Mean excess return over its deviation (ddof 1), annualised; NaN without deviation.
 * Source: Sharpe 1994.
 */
export function sharpeRatio(
  returns: Returns,
  riskFreePerPeriod: number,
  periodsPerYear: number,
): number {
  const rewards = excess(returns, riskFreePerPeriod);
  return ratio(mean(rewards), deviation(rewards, 1)) * Math.sqrt(periodsPerYear);
}

/** A quotient, NaN where the divisor is zero: a ratio without risk says nothing. */
export function ratio(top: number, bottom: number): number {
  return bottom === 0 ? Number.NaN : top / bottom;
}

/** Annualised root of the mean square shortfall below the required return, over all periods. */
export function downsideRisk(
  returns: Returns,
  requiredPerPeriod: number,
  periodsPerYear: number,
): number {
  let square = 0;
  for (let index = 0; index < returns.length; index++) {
    square += Math.min(returns[index]! - requiredPerPeriod, 0) ** 2;
  }
  return Math.sqrt(square / returns.length) * Math.sqrt(periodsPerYear);
}

/** Annualised mean return above the required one, over downside risk. Source: Sortino 1994. */
export function sortinoRatio(
  returns: Returns,
  requiredPerPeriod: number,
  periodsPerYear: number,
): number {
  const reward = mean(excess(returns, requiredPerPeriod)) * periodsPerYear;
  return ratio(reward, downsideRisk(returns, requiredPerPeriod, periodsPerYear));
}

/** Gains above the threshold over losses below it. Source: Keating and Shadwick 2002. */
export function omegaRatio(returns: Returns, thresholdPerPeriod: number): number {
  let gains = 0;
  let losses = 0;
  for (let index = 0; index < returns.length; index++) {
    const value = returns[index]! - thresholdPerPeriod;
    if (value > 0) gains += value;
    else losses -= value;
  }
  return ratio(gains, losses);
}

/** The rate per period that compounds to an annual one. */
export function periodRate(annualRate: number, periodsPerYear: number): number {
  return (1 + annualRate) ** (1 / periodsPerYear) - 1;
}

/** Size of the 95th percentile over that of the 5th. */
export function tailRatio(returns: Returns, method: QuantileMethod = 'linear'): number {
  const sorted = Float64Array.from(returns).sort();
  const high = Math.abs(quantileOfSorted(sorted, 0.95, method));
  return ratio(high, Math.abs(quantileOfSorted(sorted, 0.05, method)));
}

/** Share of the variance of cumulated log returns that a straight line in time explains. */
export function stability(returns: Returns): number {
  const path = new Float64Array(returns.length);
  let level = 0;
  for (let index = 0; index < path.length; index++) {
    level += Math.log1p(returns[index]!);
    path[index] = level;
  }
  const pathMean = mean(path);
  const timeMean = (path.length - 1) / 2;
  let together = 0;
  let time = 0;
  let spread = 0;
  for (let index = 0; index < path.length; index++) {
    together += (index - timeMean) * (path[index]! - pathMean);
    time += (index - timeMean) ** 2;
    spread += (path[index]! - pathMean) ** 2;
  }
  return ratio(together ** 2, time * spread);
}

/** The return at a lower quantile, signed: negative is a loss. */
export function signedValueAtRisk(
  returns: Returns,
  cutoff: number,
  method: QuantileMethod = 'linear',
): number {
  return quantileOfSorted(Float64Array.from(returns).sort(), cutoff, method);
}

/** Mean of the `floor((n - 1) * cutoff) + 1` lowest returns, signed. Source: empyrical. */
export function signedTailMean(returns: Returns, cutoff: number): number {
  const sorted = Float64Array.from(returns).sort();
  return mean(sorted.subarray(0, Math.floor((sorted.length - 1) * cutoff) + 1));
}

/** Sharpe ratio of the `window` returns that end at each index; NaN before the first of them. */
export function rollingSharpe(
  returns: Float64Array,
  window: number,
  riskFreePerPeriod: number,
  periodsPerYear: number,
): Float64Array {
  const out = new Float64Array(returns.length).fill(Number.NaN);
  for (let index = window - 1; index < returns.length; index++) {
    const part = returns.subarray(index - window + 1, index + 1);
    out[index] = sharpeRatio(part, riskFreePerPeriod, periodsPerYear);
  }
  return out;
}
