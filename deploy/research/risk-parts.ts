// What each holding brings to the risk of all: marginal, component and incremental.

import {
  type Contributions,
  historicalRisk,
  normalContributions,
  portfolioProfits,
  tailContributions,
} from '../../actors/risk/index.js';
import { covarianceOf } from './covariance.js';
import { type HeldColumns, ofHolding } from './held-columns.js';
import type { MeasureInput } from './measure-input.js';
import type { TailOptions } from './tail-methods.js';

/** What one holding brings. Shares of equity; risk is that of one day. */
export interface HoldingPart {
  readonly symbol: string;
  readonly weight: number;
  /**
   * Change of normal value at risk per unit of weight; times the weight, a part of the total. These
   * two, the share and `incremental` have options by their delta: a normal bends for none.
   */
  readonly marginal: number;
  readonly component: number;
  readonly share: number;
  /** What normal value at risk, and historical with options valued anew, would fall by without. */
  readonly incremental: number;
  readonly incrementalHistorical: number;
  /** Part of the historical mean loss beyond value at risk. */
  readonly tailComponent: number;
}

/** Parts of the whole: components and tail components add up to their totals. */
export interface RiskParts {
  /** Normal value at risk about a mean of 0, from the covariance asked for; options by delta. */
  readonly valueAtRisk: number;
  /** Historical mean loss beyond value at risk. */
  readonly tailMean: number;
  /** By holding, the largest component first. */
  readonly parts: readonly HoldingPart[];
}

/** Takes risk apart by holding, the largest component first; `all` is what is held of it. */
export function partsOf(
  { weights, recent, history }: MeasureInput,
  all: HeldColumns,
  { covariance, confidence, quantile }: TailOptions,
): RiskParts {
  const { columns } = recent;
  const held = [...weights.values()];
  const normal = normalContributions(covarianceOf(covariance, columns), held, confidence);
  const tail = tailContributions(all.columns, all.held, confidence, quantile);
  const profits = portfolioProfits(all.columns, all.held);
  const riskOf = (values: Float64Array): number =>
    historicalRisk(values.sort(), confidence, quantile).valueAtRisk;
  const whole = riskOf(profits.slice());
  const without = (at: number): number =>
    riskOf(
      profits.map((profit, day) => {
        const bend = all.columns[all.bends.get(at) ?? -1]?.[day] ?? 0;
        return profit - held[at]! * columns[at]![day]! - bend;
      }),
    );
  const part = (row: number, at: number): HoldingPart => ({
    symbol: history.symbols[row]!,
    weight: held[at]!,
    marginal: normal.marginal[at]!,
    component: normal.component[at]!,
    share: shareOf(normal, at),
    incremental: normal.incremental[at]!,
    incrementalHistorical: whole - without(at),
    tailComponent: ofHolding(tail.component, all, at),
  });
  const parts = [...weights.keys()]
    .map(part)
    .sort((a, b) => b.component - a.component || (a.symbol < b.symbol ? -1 : 1));
  return { valueAtRisk: normal.total, tailMean: tail.total, parts };
}

/** Nothing has a share of no risk. */
function shareOf({ total, percent }: Contributions, at: number): number {
  return total === 0 ? 0 : percent[at]!;
}
