// Returns measured against a benchmark of the same periods.

import { covarianceOf, deviation, mean } from '../statistics/index.js';
import { annualReturn, type Returns, ratio } from './performance.js';

/** Sensitivity to the benchmark: covariance over its variance. A constant rate does not matter. */
export function beta(returns: Returns, benchmark: Returns): number {
  return ratio(covarianceOf(returns, benchmark), covarianceOf(benchmark, benchmark));
}

/** How an alpha per period becomes one a year. */
export type AlphaCompounding = 'geometric' | 'arithmetic';

/** Mean return beyond what beta explains, annualised. Source: Jensen 1968; empyrical. */
export function alpha(
  returns: Returns,
  benchmark: Returns,
  riskFreePerPeriod: number,
  periodsPerYear: number,
  compounding: AlphaCompounding = 'geometric',
): number {
  const slope = beta(returns, benchmark);
  const perPeriod =
    mean(returns) - riskFreePerPeriod - slope * (mean(benchmark) - riskFreePerPeriod);
  return compounding === 'geometric'
    ? (1 + perPeriod) ** periodsPerYear - 1
    : perPeriod * periodsPerYear;
}

/** Which periods a capture ratio looks at, by the sign of the benchmark's return. */
export type CaptureSide = 'all' | 'up' | 'down';

/**
 * Growth rate over that of the benchmark in the chosen periods, each annualised by their number.
 * NaN where there are none. Source: empyrical.
 */
export function captureRatio(
  returns: Returns,
  benchmark: Returns,
  periodsPerYear: number,
  side: CaptureSide = 'all',
): number {
  const chosen: number[] = [];
  for (let index = 0; index < benchmark.length; index++) {
    const value = benchmark[index]!;
    if (side === 'all' || (side === 'up' ? value > 0 : value < 0)) chosen.push(index);
  }
  const rate = (series: Returns): number =>
    annualReturn(
      chosen.map((index) => series[index]!),
      periodsPerYear,
    );
  return ratio(rate(returns), rate(benchmark));
}

/** Returns beyond the benchmark's, period by period. */
export function activeReturns(returns: Returns, benchmark: Returns): Float64Array {
  return Float64Array.from(
    { length: returns.length },
    (_, index) => returns[index]! - benchmark[index]!,
  );
}

/** Deviation (ddof 1) of active returns, annualised. */
export function trackingError(
  returns: Returns,
  benchmark: Returns,
  periodsPerYear: number,
): number {
  return deviation(activeReturns(returns, benchmark), 1) * Math.sqrt(periodsPerYear);
}

/** Mean active return over its deviation (ddof 1), per period. Source: Grinold and Kahn. */
export function informationRatio(returns: Returns, benchmark: Returns): number {
  const active = activeReturns(returns, benchmark);
  return ratio(mean(active), deviation(active, 1));
}

/** Growth rate beyond an annual riskless rate, per unit of beta. Source: Treynor 1965. */
export function treynorRatio(
  returns: Returns,
  benchmark: Returns,
  riskFreePerYear: number,
  periodsPerYear: number,
): number {
  return ratio(annualReturn(returns, periodsPerYear) - riskFreePerYear, beta(returns, benchmark));
}
