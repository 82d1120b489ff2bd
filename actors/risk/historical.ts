// Value at risk and expected shortfall by historical simulation.

import { type QuantileMethod, quantileOfSorted } from '../statistics/index.js';

/** Losses are positive. Units: those of the profits given. */
export interface TailRisk {
  readonly valueAtRisk: number;
  /** Mean of all profits at or below minus the value at risk, sign turned. */
  readonly tailMean: number;
  readonly tailCount: number;
}

/**
 * Value at risk and the mean of the tail beyond it, from profits sorted ascending.
 * Source: minus the (1 - confidence) quantile; tail inclusive of the quantile.
 */
export function historicalRisk(
  sorted: Float64Array,
  confidence: number,
  method: QuantileMethod = 'linear',
): TailRisk {
  const valueAtRisk = -quantileOfSorted(sorted, 1 - confidence, method);
  let sum = 0;
  let tailCount = 0;
  while (tailCount < sorted.length && sorted[tailCount]! <= -valueAtRisk) {
    sum += sorted[tailCount++]!;
  }
  return { valueAtRisk, tailMean: tailCount === 0 ? valueAtRisk : -sum / tailCount, tailCount };
}

/**
 * Expected shortfall with a fractional last observation, from profits sorted ascending.
 * Source: Rockafellar and Uryasev 2002; Acerbi and Tasche 2002.
 */
export function expectedShortfall(sorted: Float64Array, confidence: number): number {
  const mass = sorted.length * (1 - confidence);
  const whole = Math.floor(mass);
  let sum = 0;
  for (let index = 0; index < whole; index++) sum += sorted[index]!;
  const next = whole < sorted.length ? sorted[whole]! : 0;
  return -(sum + (mass - whole) * next) / mass;
}
