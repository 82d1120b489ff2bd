// How much of a portfolio's risk each holding brings: marginal, component and incremental.

import { dot, type Matrix, multiplyVector, quadraticForm } from '../linear/index.js';
import type { QuantileMethod } from '../statistics/index.js';
import { normalQuantile } from '../statistics/index.js';
import { historicalRisk, type TailRisk } from './historical.js';

/** Risk by holding. Every array is in the order of the weights. */
export interface Contributions {
  readonly total: number;
  /** Change of the total per unit of weight. */
  readonly marginal: Float64Array;
  /** Weight times marginal; they sum to the total. */
  readonly component: Float64Array;
  /** Component as a share of the total. */
  readonly percent: Float64Array;
  /** Total less the total without that holding, the others unchanged and its value in cash. */
  readonly incremental: Float64Array;
}

/**
 * Contributions to normal value at risk; without `mean` about a mean of zero.
 * Source: Jorion, Value at Risk, chapter 7 (Euler's theorem).
 */
export function normalContributions(
  covariance: Matrix,
  weights: ArrayLike<number>,
  confidence: number,
  mean?: ArrayLike<number>,
): Contributions {
  const z = normalQuantile(confidence);
  const valueAtRisk = (held: ArrayLike<number>): number =>
    z * Math.sqrt(quadraticForm(covariance, held)) - (mean === undefined ? 0 : dot(held, mean));
  const slopes = multiplyVector(covariance, weights);
  const sigma = Math.sqrt(dot(weights, slopes));
  const total = valueAtRisk(weights);
  const marginal = slopes.map(
    // A portfolio without risk has no slope: its marginals are taken as its means alone.
    (slope, index) => (sigma === 0 ? 0 : (z * slope) / sigma) - (mean?.[index] ?? 0),
  );
  return {
    total,
    marginal,
    ...shares(total, marginal, weights),
    incremental: marginal.map((_, index) => total - valueAtRisk(without(weights, index))),
  };
}

/**
 * Contributions to the historical mean of the tail, of scenario profits `columns[asset][scenario]`
 * per unit of weight. Unlike the quantile's, they are steady, add up, and never exceed what the
 * holding alone would bring. Source: Tasche 2002.
 */
export function tailContributions(
  columns: readonly ArrayLike<number>[],
  weights: ArrayLike<number>,
  confidence: number,
  method: QuantileMethod = 'linear',
): Contributions {
  const profits = portfolioProfits(columns, weights);
  const { valueAtRisk, tailMean, tailCount } = historicalRisk(
    profits.slice().sort(),
    confidence,
    method,
  );
  const marginal = Float64Array.from(columns, (column) => {
    let sum = 0;
    for (let scenario = 0; scenario < profits.length; scenario++) {
      if (profits[scenario]! <= -valueAtRisk) sum += column[scenario]!;
    }
    return tailCount === 0 ? 0 : -sum / tailCount;
  });
  const tailOf = (held: ArrayLike<number>): number =>
    historicalRisk(portfolioProfits(columns, held).sort(), confidence, method).tailMean;
  return {
    total: tailMean,
    marginal,
    ...shares(tailMean, marginal, weights),
    incremental: marginal.map((_, index) => tailMean - tailOf(without(weights, index))),
  };
}

/** Profit of a portfolio in every scenario, from the profits of its assets per unit of weight. */
export function portfolioProfits(
  columns: readonly ArrayLike<number>[],
  weights: ArrayLike<number>,
): Float64Array {
  const out = new Float64Array(columns[0]?.length ?? 0);
  columns.forEach((column, asset) => {
    const weight = weights[asset]!;
    for (let scenario = 0; scenario < out.length; scenario++) {
      out[scenario] = out[scenario]! + weight * column[scenario]!;
    }
  });
  return out;
}

function shares(
  total: number,
  marginal: Float64Array,
  weights: ArrayLike<number>,
): Pick<Contributions, 'component' | 'percent'> {
  const component = marginal.map((slope, index) => weights[index]! * slope);
  return { component, percent: component.map((part) => part / total) };
}

function without(weights: ArrayLike<number>, index: number): Float64Array {
  const held = Float64Array.from(weights);
  held[index] = 0;
  return held;
}

/** Risk before and after a trade, and the difference. Units: those of the profits. */
export interface TradeRisk {
  readonly before: TailRisk;
  readonly after: TailRisk;
  /** Change of the value at risk: positive where the trade adds risk. */
  readonly incremental: number;
}

/** What a trade does to historical risk, from scenario profits of the portfolio and the trade. */
export function tradeRisk(
  profits: ArrayLike<number>,
  tradeProfits: ArrayLike<number>,
  confidence: number,
  method: QuantileMethod = 'linear',
): TradeRisk {
  const before = historicalRisk(Float64Array.from(profits).sort(), confidence, method);
  const moved = Float64Array.from(profits, (profit, index) => profit + tradeProfits[index]!);
  const after = historicalRisk(moved.sort(), confidence, method);
  return { before, after, incremental: after.valueAtRisk - before.valueAtRisk };
}
