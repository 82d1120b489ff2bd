// Risk over more than one period: scaled from one, or read from windows that overlap.

import type { QuantileMethod } from '../statistics/index.js';
import { historicalRisk, type TailRisk } from './historical.js';
import { normalRisk, type ParametricRisk } from './parametric.js';
import { overlappingReturns } from './stress.js';

/** A normal risk over `periods` independent ones: means add, variances add. */
export function scaledNormalRisk(
  mean: number,
  sigma: number,
  confidence: number,
  periods: number,
): ParametricRisk {
  return normalRisk(mean * periods, sigma * Math.sqrt(periods), confidence);
}

/**
 * Any risk measured about zero, times the root of the periods: exact only where returns are
 * independent, alike and without mean, and the usual rule elsewhere.
 */
export function scaledByRoot(risk: ParametricRisk, periods: number): ParametricRisk {
  const root = Math.sqrt(periods);
  return { valueAtRisk: risk.valueAtRisk * root, tailMean: risk.tailMean * root };
}

/** A historical risk of windows, and how many of them are free of each other. */
export interface WindowedRisk extends TailRisk {
  readonly windows: number;
  /** Windows without a common return: what the figure really rests on. */
  readonly independentWindows: number;
}

/** Historical risk of compounded returns over every window of `periods` returns. */
export function overlappingRisk(
  returns: ArrayLike<number>,
  periods: number,
  confidence: number,
  method: QuantileMethod = 'linear',
): WindowedRisk | undefined {
  const windows = overlappingReturns(returns, periods);
  if (windows.length === 0) return undefined;
  return {
    ...historicalRisk(windows.slice().sort(), confidence, method),
    windows: windows.length,
    independentWindows: Math.floor(returns.length / periods),
  };
}

/** Mean of the deepest fall, as a positive share, within every window of `periods` returns. */
export function expectedDrawdown(returns: ArrayLike<number>, periods: number): number {
  const count = returns.length - periods + 1;
  if (count < 1) return Number.NaN;
  let sum = 0;
  for (let start = 0; start < count; start++) {
    let equity = 1;
    let peak = 1;
    let deepest = 0;
    for (let index = start; index < start + periods; index++) {
      equity *= 1 + returns[index]!;
      if (equity > peak) peak = equity;
      else deepest = Math.max(deepest, 1 - equity / peak);
    }
    sum += deepest;
  }
  return sum / count;
}
