// The rarer ratios of performance measurement, with population moments, as Bacon's book has them.

import { deviation, excessKurtosis, mean, skewness } from '../statistics/index.js';
import { beta } from './benchmark.js';
import { annualReturn, type Returns, ratio } from './performance.js';

/** Mean of `(distance beyond the threshold) ** order` on one side of it, over all periods. */
export function partialMoment(
  returns: Returns,
  threshold: number,
  order: number,
  side: 'below' | 'above',
): number {
  const sign = side === 'above' ? 1 : -1;
  let sum = 0;
  for (let index = 0; index < returns.length; index++) {
    const beyond = sign * (returns[index]! - threshold);
    if (beyond > 0) sum += beyond ** order;
  }
  return sum / returns.length;
}

/** Mean return above a threshold, over its lower partial moment of an order. Source: Bacon 2008. */
export function kappaRatio(returns: Returns, threshold: number, order: number): number {
  const below = partialMoment(returns, threshold, order, 'below');
  return ratio(mean(returns) - threshold, below ** (1 / order));
}

/** Upside less downside potential, over downside potential: omega less one. */
export function omegaSharpeRatio(returns: Returns, threshold: number): number {
  const below = partialMoment(returns, threshold, 1, 'below');
  return ratio(partialMoment(returns, threshold, 1, 'above') - below, below);
}

/** Upside over downside risk: their deviations, or their variances. */
export function volatilitySkewness(
  returns: Returns,
  threshold: number,
  of: 'deviation' | 'variance',
): number {
  const quotient = ratio(
    partialMoment(returns, threshold, 2, 'above'),
    partialMoment(returns, threshold, 2, 'below'),
  );
  return of === 'variance' ? quotient : Math.sqrt(quotient);
}

/** Losses times their number, over gains times theirs: 0 without losses. */
export function lossGainRatio(returns: Returns): number {
  let losses = 0;
  let gains = 0;
  for (let index = 0; index < returns.length; index++) {
    if (returns[index]! < 0) losses++;
    else if (returns[index]! > 0) gains++;
  }
  const lost = losses * partialMoment(returns, 0, 1, 'below');
  return ratio(lost, gains * partialMoment(returns, 0, 1, 'above'));
}

/** Mean absolute distance from the mean. */
export function meanAbsoluteDeviation(returns: Returns): number {
  const centre = mean(returns);
  return mean(Float64Array.from(returns, (value) => Math.abs(value - centre)));
}

/** Falls below the highest mark so far after each period, as positive shares. */
export function depthsOf(returns: Returns): Float64Array {
  let equity = 1;
  let peak = 1;
  return Float64Array.from(returns, (value) => {
    equity *= 1 + value;
    peak = Math.max(peak, equity);
    return 1 - equity / peak;
  });
}

/** Mean depth below the highest mark. Source: Becker 2006. */
export function painIndex(returns: Returns): number {
  return mean(depthsOf(returns));
}

/** Root mean square depth below the highest mark. Source: Martin 1987. */
export function ulcerIndex(returns: Returns): number {
  return Math.sqrt(mean(depthsOf(returns).map((depth) => depth * depth)));
}

/** Growth a year over the mean depth. */
export function painRatio(returns: Returns, periodsPerYear: number): number {
  return ratio(annualReturn(returns, periodsPerYear), painIndex(returns));
}

/** Growth a year over the root mean square depth. */
export function martinRatio(returns: Returns, periodsPerYear: number): number {
  return ratio(annualReturn(returns, periodsPerYear), ulcerIndex(returns));
}

/** Annual Sharpe ratio corrected for skewness and kurtosis. Source: Pezier and White 2006. */
export function adjustedSharpeRatio(
  returns: Returns,
  riskFreePerYear: number,
  periodsPerYear: number,
): number {
  const reward = annualReturn(returns, periodsPerYear) - riskFreePerYear;
  const sharpe = ratio(reward, deviation(returns, 1) * Math.sqrt(periodsPerYear));
  return (
    sharpe * (1 + (skewness(returns) * sharpe) / 6 - (excessKurtosis(returns) * sharpe ** 2) / 24)
  );
}

/** Return at the benchmark's risk: M squared. Source: Modigliani and Modigliani 1997. */
export function modiglianiReturn(
  returns: Returns,
  benchmark: Returns,
  riskFreePerYear: number,
  periodsPerYear: number,
): number {
  const scale = ratio(deviation(benchmark, 0), deviation(returns, 0));
  const reward = annualReturn(returns, periodsPerYear);
  return reward * scale + riskFreePerYear * (1 - scale);
}

/** Risk split into that of the benchmark and the rest, a year; their squares add up. */
export interface RiskSplit {
  readonly systematic: number;
  readonly specific: number;
  readonly total: number;
}

/** Splits the variance of returns by their beta. */
export function splitRisk(returns: Returns, benchmark: Returns, periodsPerYear: number): RiskSplit {
  const slope = beta(returns, benchmark);
  const rest = Float64Array.from(returns, (value, index) => value - slope * benchmark[index]!);
  const year = Math.sqrt(periodsPerYear);
  const systematic = Math.abs(slope) * deviation(benchmark, 0) * year;
  const specific = deviation(rest, 0) * year;
  return { systematic, specific, total: Math.hypot(systematic, specific) };
}

/** Risk against the benchmark's, correlation aside: the beta that would earn its deviation. */
export function famaBeta(returns: Returns, benchmark: Returns): number {
  return ratio(deviation(returns, 0), deviation(benchmark, 0));
}

/** Growth a year beyond what beta earns on the benchmark's growth. Source: Fama 1972. */
export function selectivity(
  returns: Returns,
  benchmark: Returns,
  riskFreePerYear: number,
  periodsPerYear: number,
): number {
  return beyond(returns, benchmark, riskFreePerYear, periodsPerYear, beta(returns, benchmark));
}

/** Selectivity less what all of the risk, not only the benchmark's, ought to have earned. */
export function netSelectivity(
  returns: Returns,
  benchmark: Returns,
  riskFreePerYear: number,
  periodsPerYear: number,
): number {
  return beyond(returns, benchmark, riskFreePerYear, periodsPerYear, famaBeta(returns, benchmark));
}

function beyond(
  returns: Returns,
  benchmark: Returns,
  riskFreePerYear: number,
  periodsPerYear: number,
  slope: number,
): number {
  const reward = annualReturn(returns, periodsPerYear) - riskFreePerYear;
  return reward - slope * (annualReturn(benchmark, periodsPerYear) - riskFreePerYear);
}
