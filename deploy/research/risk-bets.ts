// What a book of weights bets on, how few names it hangs on, and how long leaving it would take.

import { beta, informationRatio, trackingError } from '../../actors/analytics/index.js';
import { squareRootImpact } from '../../actors/execution/index.js';
import { deviation, lagsFor, pearson, regress } from '../../actors/statistics/index.js';
import { SCENARIO_FACTORS, type ScenarioFactor } from '../config/scenario-config.js';
import { factorReturns } from './factor-loadings.js';
import { bookProfits } from './held-columns.js';
import type { MeasureInput } from './measure-input.js';
import { recentReturns } from './recent-returns.js';
import { meanReturns } from './return-history.js';

/** Trading days of a year. */
export const YEAR = 252;
/** Share of a day's volume that can be traded without moving the price much. */
export const PARTICIPATION = 0.1;

/** The constant of the square-root law. Source: Toth et al. 2011, who find it near 1. */
const IMPACT_COEFFICIENT = 1;

/** Long and short of one sector. Shares of equity. */
export interface SectorExposure {
  readonly sector: string;
  readonly long: number;
  readonly short: number;
}

/** How few names it hangs on. Shares are of gross exposure. */
export interface Concentration {
  /** Sum of squared shares: its inverse is the number of equal names that it is like. */
  readonly herfindahl: number;
  readonly top1: number;
  readonly top5: number;
  readonly top10: number;
}

/** What leaving everything would take, each stock alone at a tenth of its volume. */
export interface Liquidity {
  /** Sessions until nine tenths, and all, of gross exposure is left. */
  readonly daysToNineTenths: number;
  readonly daysToAll: number;
  /** Impact of selling each in one go, by the square-root law. Share of equity. */
  readonly liquidationCost: number;
}

/** Against the equally weighted universe, over the same days. */
export interface ActiveRisk {
  readonly beta: number;
  readonly correlation: number;
  /** Of today's weights, a year's: deviation of what they bring beyond the benchmark. */
  readonly trackingError: number;
  readonly informationRatio: number;
  /** Half the sum of what weights differ by. */
  readonly activeShare: number;
}

/** Loading on a factor, with an error that allows for days that hang together. */
export interface FactorExposure {
  readonly factor: ScenarioFactor | 'constant';
  readonly loading: number;
  readonly error: number;
  readonly t: number;
}

/** By least squares over the last year; errors by Newey and West. */
export interface FactorExposures {
  /** NaN, without factors, where nothing can be fitted. */
  readonly rSquared: number;
  readonly factors: readonly FactorExposure[];
}

/** Long and short by sector, the largest first. */
export function sectorsOf({ weights, history, members }: MeasureInput): SectorExposure[] {
  const sectors = new Map<string, { long: number; short: number }>();
  for (const [row, weight] of weights) {
    const sector = members.get(history.symbols[row]!)?.sector ?? 'unknown';
    const sums = sectors.get(sector) ?? { long: 0, short: 0 };
    sums[weight > 0 ? 'long' : 'short'] += Math.abs(weight);
    sectors.set(sector, sums);
  }
  return [...sectors]
    .map(([sector, sums]) => ({ sector, ...sums }))
    .sort((a, b) => b.long + b.short - a.long - a.short || (a.sector < b.sector ? -1 : 1));
}

/** Of weights. */
export function concentrationOf(held: readonly number[]): Concentration {
  const gross = held.reduce((sum, weight) => sum + Math.abs(weight), 0);
  const shares = held.map((weight) => (gross === 0 ? 0 : Math.abs(weight) / gross));
  shares.sort((a, b) => b - a);
  const top = (count: number): number =>
    shares.slice(0, count).reduce((sum, share) => sum + share, 0);
  const herfindahl = shares.reduce((sum, share) => sum + share * share, 0);
  return {
    herfindahl,
    top1: top(1),
    top5: top(5),
    top10: top(10),
  };
}

/** Days to leave and what it costs. */
export function liquidityOf({ weights, recent, history, equity }: MeasureInput): Liquidity {
  const exits: { readonly days: number; readonly weight: number }[] = [];
  let liquidationCost = 0;
  let at = 0;
  for (const [row, signed] of weights) {
    const weight = Math.abs(signed);
    const volume = history.dollarVolumes[row]!;
    exits.push({ days: (weight * equity) / (volume * PARTICIPATION), weight });
    // Dollars stand for shares on both sides of the law, so the price is one.
    const impact = squareRootImpact({
      coefficient: IMPACT_COEFFICIENT,
      dailyVolatility: deviation(recent.columns[at++]!),
      quantity: weight * equity,
      adv: volume,
      price: 1,
    });
    liquidationCost += 'fraction' in impact ? impact.fraction * weight : Infinity;
  }
  exits.sort((a, b) => a.days - b.days);
  const gross = exits.reduce((sum, { weight }) => sum + weight, 0);
  let gone = 0;
  const nineTenths = exits.find(({ weight }) => {
    gone += weight;
    return gone >= 0.9 * gross;
  });
  return {
    daysToNineTenths: nineTenths?.days ?? 0,
    daysToAll: exits[exits.length - 1]?.days ?? 0,
    liquidationCost,
  };
}

/** Against the equally weighted universe. */
export function activeOf(
  { weights, recent, history }: MeasureInput,
  profits: Float64Array,
): ActiveRisk {
  const everyone = history.symbols.map((_, row) => row);
  const market = meanReturns(history, everyone).subarray(-recent.dates.length);
  const own = 1 / everyone.length;
  // Half of what weights differ by; what is in neither is cash, which the benchmark has none of.
  const apart = everyone.reduce((sum, row) => sum + Math.abs((weights.get(row) ?? 0) - own), 0);
  const cash = 1 - [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return {
    beta: beta(profits, market),
    correlation: pearson(profits, market),
    trackingError: trackingError(profits, market, YEAR),
    informationRatio: informationRatio(profits, market) * Math.sqrt(YEAR),
    activeShare: (apart + Math.abs(cash)) / 2,
  };
}

/**
 * Loadings over the last year by least squares on all factors at once; none where there are too few
 * sessions or symbols for factors.
 */
export function factorsOf(input: MeasureInput): FactorExposures {
  const { weights, history, members } = input;
  const { columns } = factorReturns(history) ?? {};
  if (columns === undefined) return { rSquared: Number.NaN, factors: [] };
  const days = columns[0]!.length;
  const recent = recentReturns(history, members, [...weights.keys()], days);
  const returns = bookProfits({ ...input, recent });
  const lags = lagsFor(days);
  const fitted = regress(returns, columns, { kind: 'newey_west', lags, smallSample: true });
  if (fitted.kind === 'refusal') return { rSquared: Number.NaN, factors: [] };
  const names = ['constant', ...SCENARIO_FACTORS] as const;
  const factors = names.map((factor, at) => ({
    factor,
    loading: fitted.coefficients[at]!,
    error: fitted.errors[at]!,
    t: fitted.tStatistics[at]!,
  }));
  return { rSquared: fitted.rSquared, factors };
}
