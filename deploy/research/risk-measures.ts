// What a book of weights is made of as risk: tails by method, parts by holding, bets, ways out.

import { portfolioProfits } from '../../actors/risk/index.js';
import { deviation } from '../../actors/statistics/index.js';
import { TAIL_METHODS } from './backtest-methods.js';
import { heldColumns } from './held-columns.js';
import type { MeasureInput } from './measure-input.js';
import {
  type ActiveRisk,
  activeOf,
  type Concentration,
  concentrationOf,
  type FactorExposures,
  factorsOf,
  type Liquidity,
  liquidityOf,
  type SectorExposure,
  sectorsOf,
  YEAR,
} from './risk-bets.js';
import { partsOf, type RiskParts } from './risk-parts.js';
import { type TailOptions, type TailRow, tailsByMethod } from './tail-methods.js';

/** What is measured where nobody asks for anything else. */
export const DEFAULT_TAILS: TailOptions = {
  confidence: 0.99,
  quantile: 'linear',
  covariance: 'sample',
  methods: TAIL_METHODS,
  degrees: 5,
  paths: 20_000,
  seed: 1,
};

/** All of it. */
export interface RiskMeasures
  extends RiskParts,
    Concentration,
    Liquidity,
    ActiveRisk,
    FactorExposures {
  readonly confidence: number;
  /** Returns that it rests on. */
  readonly days: number;
  /** A year's. */
  readonly volatility: number;
  readonly tails: readonly TailRow[];
  readonly sectors: readonly SectorExposure[];
}

/** Measures weights; without factors where they can't be fitted. */
export function measureRisk(input: MeasureInput, options: TailOptions): RiskMeasures {
  const held = [...input.weights.values()];
  const all = heldColumns(input);
  const profits = portfolioProfits(all.columns, all.held);
  return {
    confidence: options.confidence,
    days: profits.length,
    volatility: deviation(profits) * Math.sqrt(YEAR),
    tails: tailsByMethod(input, options),
    ...partsOf(input, all, options),
    sectors: sectorsOf(input),
    ...concentrationOf(held),
    ...liquidityOf(input),
    ...activeOf(input, profits),
    ...factorsOf(input),
  };
}
