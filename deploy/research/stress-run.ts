// What scenarios do to portfolios, and the smallest move of all prices that breaks a limit.

import type { LimitConfig } from '../../actors/limits/index.js';
import { DEFAULT_MARGIN } from '../../actors/pretrade/index.js';
import { applyShocks, historicalRisk } from '../../actors/risk/index.js';
import { bookProfits, type HeldBook } from './held-columns.js';
import type { MeasureInput } from './measure-input.js';
import { optionDeltas, optionProfits } from './option-bend.js';
import type { StressScenario } from './stress-scenarios.js';
import {
  type StrainedExit,
  type StrainedTail,
  strainedExit,
  strainedTail,
} from './stress-strains.js';

/** What one holding brings. */
export interface Contributor {
  readonly symbol: string;
  readonly weight: number;
  /** Change of its price, and profit as a share of the portfolio's equity. */
  readonly shock: number;
  readonly profit: number;
}

/** One scenario on one portfolio. Profits are shares of equity. */
export interface StressOutcome {
  readonly scenario: string;
  readonly name: string;
  readonly kind: StressScenario['kind'];
  readonly from?: number;
  readonly to?: number;
  readonly profit: number;
  /** The holdings that lose most, worst first, and the one that gains most. */
  readonly losers: readonly Contributor[];
  readonly gainer: Contributor | undefined;
  /** Share of gross exposure whose shock is its sector's. */
  readonly proxied: number;
  /** Where correlations or volatilities are other ones: they move no price by themselves. */
  readonly tail?: StrainedTail;
  /** Where buyers leave: the cost of selling all, which is no part of the profit. */
  readonly exit?: StrainedExit;
}

/** Losers told of each scenario. */
const LOSERS = 5;

/** Applies a scenario to weights that are left alone while it lasts; options are valued anew. */
export function stressOutcome(book: MeasureInput, scenario: StressScenario): StressOutcome {
  const { weights } = book;
  const { symbols } = book.history;
  const rows = [...weights.keys()];
  const held = [...weights.values()];
  const shocks = rows.map((row) => scenario.shocks[row]!);
  const { profits, total } = applyShocks(shocks, held, 1);
  const { options = [], equity } = book;
  const volatility = scenario.strains?.volatility ?? 1;
  const deltas = optionDeltas(options, equity);
  const gains = optionProfits(options, equity, { volatility });
  let bends = 0;
  rows.forEach((row, at) => {
    const gain = gains.get(row)?.(shocks[at]!);
    if (gain === undefined) return;
    const bend = gain - deltas.get(row)! * shocks[at]!; // Rows of gains are those of deltas.
    profits[at] = profits[at]! + bend;
    bends += bend;
  });
  const order = rows.map((_, at) => at).sort((a, b) => profits[a]! - profits[b]! || a - b);
  const contributor = (at: number): Contributor => ({
    symbol: symbols[rows[at]!]!,
    weight: held[at]!,
    shock: shocks[at]!,
    profit: profits[at]!,
  });
  let gross = 0;
  let proxied = 0;
  rows.forEach((row, at) => {
    gross += Math.abs(held[at]!);
    proxied += Math.abs(held[at]!) * scenario.proxied[row]!;
  });
  const best = order[order.length - 1];
  const { id, name, kind, from, to } = scenario;
  return {
    scenario: id,
    name,
    kind,
    ...(from === undefined || to === undefined ? {} : { from, to }),
    profit: total + bends,
    losers: order
      .filter((at) => profits[at]! < 0)
      .slice(0, LOSERS)
      .map(contributor),
    gainer: best === undefined || !(profits[best]! > 0) ? undefined : contributor(best),
    proxied: gross === 0 ? 0 : proxied / gross,
    ...strainsOf(book, scenario),
  };
}

function strainsOf(
  book: MeasureInput,
  { strains }: StressScenario,
): Pick<StressOutcome, 'tail' | 'exit'> {
  if (strains === undefined) return {};
  const tail = strainedTail(book, strains);
  const exit = strainedExit(book, strains);
  return { ...(tail === undefined ? {} : { tail }), ...(exit === undefined ? {} : { exit }) };
}

/** Measures that limits are on, as of today, shares of equity; `net` keeps its sign. */
export interface Exposure {
  readonly gross: number;
  readonly net: number;
  readonly single: number;
  /** Historical, one day, of the last 504 sessions at what is held today. */
  readonly var99: number;
  /** By the rates of the rule. */
  readonly margin: number;
}

/** Sizes of weights, shares of equity. */
export function sizesOf(weights: Iterable<number>): Omit<Exposure, 'var99'> {
  let gross = 0;
  let net = 0;
  let single = 0;
  let margin = 0;
  for (const weight of weights) {
    gross += Math.abs(weight);
    net += weight;
    single = Math.max(single, Math.abs(weight));
    margin += weight > 0 ? DEFAULT_MARGIN.long * weight : -DEFAULT_MARGIN.short * weight;
  }
  return { gross, net, single, margin };
}

/** Exposures of a book: sizes have options by their delta, value at risk values them anew. */
export function exposureOf(book: HeldBook): Exposure {
  const { valueAtRisk } = historicalRisk(bookProfits(book).sort(), 0.99);
  return { ...sizesOf(book.weights.values()), var99: valueAtRisk };
}

/** A limit and the move of every price that takes the portfolio to it. */
export interface ReverseStress extends LimitConfig {
  /** The measure today. */
  readonly value: number;
  /** Smallest move, a fraction: 0 where it is reached or broken already, undefined for none. */
  readonly shock: number | undefined;
}

/** Rounding of sums of weights, relative. */
export const ROUNDING = 1e-12;

/** Moves looked at: from all lost to all doubled. */
const MOVE_MAX = 1;

/**
 * For each limit the smallest uniform move of all prices that reaches it. Positions grow with the
 * price, equity by net exposure times the move; risk per dollar held stays; the drawdown begins at
 * none. A measure over equity then crosses its limit at most once in either direction.
 */
export function reverseStress(exposure: Exposure, limits: readonly LimitConfig[]): ReverseStress[] {
  const { net } = exposure;
  return limits.map((limit) => {
    if (limit.measure === 'drawdown') {
      const shock = net === 0 ? undefined : within(-limit.limit / net);
      return { ...limit, value: 0, shock };
    }
    const exact = measured(limit.measure, exposure);
    // Three names of a tenth each reach three tenths: rounding neither breaks nor keeps a limit.
    const value = Math.abs(exact - limit.limit) < ROUNDING * limit.limit ? limit.limit : exact;
    if (value > limit.limit) return { ...limit, value, shock: 0 };
    // value (1 + x) / (1 + net x) = limit, solved for x.
    const slope = value - limit.limit * net;
    const move = slope === 0 ? undefined : within((limit.limit - value) / slope);
    const isSolvent = move !== undefined && 1 + net * move > 0;
    return { ...limit, value, shock: isSolvent ? move : undefined };
  });
}

/** One measure of an exposure; none is below 0. */
export function measured(
  measure: Exclude<LimitConfig['measure'], 'drawdown'>,
  exposure: Exposure,
): number {
  switch (measure) {
    case 'gross_exposure':
      return exposure.gross;
    case 'net_exposure':
      return Math.abs(exposure.net);
    case 'single_name':
      return exposure.single;
    case 'var99':
      return exposure.var99;
    case 'margin':
      return exposure.margin;
    // Of stocks alone; options are measured where they are moved.
    case 'gamma':
    case 'vega':
      return 0;
  }
}

/** A move that prices can make. */
function within(move: number): number | undefined {
  return move > -1 && move <= MOVE_MAX ? move : undefined;
}
