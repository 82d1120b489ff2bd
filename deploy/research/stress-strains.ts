// What broken correlations and buyers that leave do to a book, beside what prices do.

import { normalRisk, portfolioProfits } from '../../actors/risk/index.js';
import { deviation, variance } from '../../actors/statistics/index.js';
import type { Strains } from '../config/scenario-strains.js';
import type { MeasureInput } from './measure-input.js';
import { liquidityOf } from './risk-bets.js';

/** Confidence that risk before and after is told at. */
const CONFIDENCE = 0.99;

/** Normal value at risk of a day about a mean of 0, as it is and under the scenario. */
export interface StrainedTail {
  readonly before: number;
  readonly after: number;
}

/** What selling all at once would cost, a share of equity, and days to leave at a tenth. */
export interface StrainedExit {
  readonly cost: number;
  readonly daysToAll: number;
}

/** Risk where stocks move otherwise than they did; undefined where nothing is said of that. */
export function strainedTail(
  { weights, recent }: MeasureInput,
  { correlation, volatility }: Strains,
): StrainedTail | undefined {
  if (correlation === undefined && volatility === 1) return undefined;
  const held = [...weights.values()];
  const own = variance(portfolioProfits(recent.columns, held));
  let moved = own;
  if (correlation !== undefined) {
    const sizes = held.map((weight, at) => weight * deviation(recent.columns[at]!));
    // The variance is linear in the correlations, and simple where all are 1 or all are 0.
    const aim =
      correlation.to === 1
        ? sizes.reduce((sum, size) => sum + size, 0) ** 2
        : sizes.reduce((sum, size) => sum + size ** 2, 0);
    moved = (1 - correlation.share) * own + correlation.share * aim;
  }
  const riskOf = (sigma: number): number => normalRisk(0, sigma, CONFIDENCE).valueAtRisk;
  return { before: riskOf(Math.sqrt(own)), after: riskOf(volatility * Math.sqrt(moved)) };
}

/** Leaving where buyers have left; undefined where a scenario says nothing of it. */
export function strainedExit(
  input: MeasureInput,
  { liquidity, volatility }: Strains,
): StrainedExit | undefined {
  if (liquidity === undefined) return undefined;
  const { volume, spread } = liquidity;
  const { liquidationCost, daysToAll } = liquidityOf(input);
  let gross = 0;
  for (const weight of input.weights.values()) gross += Math.abs(weight);
  return {
    // Impact goes with volatility over the root of the volume; a seller meets half of the spread.
    cost: (liquidationCost * volatility) / Math.sqrt(volume) + (gross * spread) / 2,
    daysToAll: daysToAll / volume,
  };
}
