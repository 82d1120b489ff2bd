// The options of a portfolio as floats: valued at a point, and revalued in every scenario.

import {
  type AmericanCurve,
  type CurveGreeks,
  contractOf,
  greeksAt,
  type OptionContract,
  priceAt,
} from '../options/index.js';
import { type Account, costOf, quantityOf } from './account.js';
import type { Directory } from './directory.js';
import { toFloat } from './money.js';
import {
  curveOf,
  type OptionPricing,
  type VolatilitySource,
  volatilityOf,
} from './option-pricing.js';

/** What options come to at a point. Units: dollars. */
export interface OptionSums {
  readonly market: number;
  /** What their shares by delta are worth. */
  readonly delta: number;
  /** What `delta` changes where every stock rises by 1 %. */
  readonly gamma: number;
  /** What a point (0.01) more of every volatility brings. */
  readonly vega: number;
  /** What a calendar day brings. */
  readonly theta: number;
  /** Options that can't be priced: they are carried at cost. */
  readonly unpriced: number;
}

/** One option at a price of its stock. */
export interface HeldOption {
  readonly contract: OptionContract;
  /** Row of the stock; below zero where this run does not have it. */
  readonly row: number;
  /** Signed contracts times shares of each. */
  readonly shares: number;
  readonly cost: number;
  spot: number;
  volatility: number;
  source: VolatilitySource;
  /** Undefined where it can't be priced. */
  curve: AmericanCurve | undefined;
  greeks: CurveGreeks | undefined;
}

/** The options of a portfolio, ascending by symbol, so that sums have one order. */
export interface OptionBook {
  readonly held: readonly HeldOption[];
  /** What the shares of each by delta were worth when scenario profits were last made. */
  readonly applied: Float64Array;
  /** Of the last point, for prices that are asked for after it. */
  dayIndex: number;
  /** As of the last point. */
  sums: OptionSums;
  /** What delta and gamma made of the last risk figures; undefined where none were made yet. */
  approximation: OptionApproximation | undefined;
}

/** Risk with options by delta and gamma, beside that of revalued ones. Units: dollars. */
export interface OptionApproximation {
  readonly approximateVar99: number;
  readonly approximateCvar99: number;
  /** Largest difference of the two in any scenario. */
  readonly approximationError: number;
}

const NO_SUMS = { market: 0, delta: 0, gamma: 0, vega: 0, theta: 0, unpriced: 0 };

/** What of the account are options; undefined where there is none. */
export function optionBookOf(account: Account, directory: Directory): OptionBook | undefined {
  const held: HeldOption[] = [];
  for (const [symbol, position] of account.positions) {
    const contract = contractOf(symbol);
    if (contract === undefined) continue;
    held.push({
      contract,
      row: directory.rowOf(contract.underlying) ?? -1,
      shares: toFloat(quantityOf(position)) * Number(contract.multiplier),
      cost: toFloat(costOf(position)),
      spot: Number.NaN,
      volatility: Number.NaN,
      source: 'realised',
      curve: undefined,
      greeks: undefined,
    });
  }
  if (held.length === 0) return undefined;
  held.sort((one, other) => (one.contract.symbol < other.contract.symbol ? -1 : 1));
  return {
    held,
    applied: new Float64Array(held.length),
    dayIndex: Number.NaN,
    sums: NO_SUMS,
    approximation: undefined,
  };
}

/** When and at which prices options are valued. */
export interface OptionMoment {
  /** Event time. Units: microseconds. */
  readonly timeUs: number;
  readonly dayIndex: number;
  priceOf(row: number): number;
}

/** Values every option, and sums them up. */
export function valueOptions(
  book: OptionBook,
  account: Account,
  pricing: OptionPricing,
  moment: OptionMoment,
): OptionSums {
  const sums = { ...NO_SUMS };
  book.dayIndex = moment.dayIndex;
  book.sums = sums;
  for (const option of book.held) {
    priceOption(option, account, pricing, moment);
    sums.market += optionValue(option);
    sums.delta += optionExposure(option);
    sums.gamma += optionGamma(option);
    sums.vega += optionVega(option);
    sums.theta += option.shares * (option.greeks?.theta ?? 0);
    if (option.greeks === undefined) sums.unpriced++;
  }
  return sums;
}

/** Prices one option; it stays without a price where its stock or its volatility has none. */
export function priceOption(
  option: HeldOption,
  account: Account,
  pricing: OptionPricing,
  { timeUs, dayIndex, priceOf }: OptionMoment,
): void {
  const { contract, row } = option;
  const { volatility, source } = volatilityOf(pricing, account, contract, row, dayIndex);
  option.spot = row < 0 ? Number.NaN : priceOf(row);
  option.volatility = volatility;
  option.source = source;
  const isPriced = option.spot > 0 && volatility >= 0 && timeUs === timeUs && !contract.isAdjusted;
  option.curve = isPriced ? curveOf(pricing, contract, volatility, timeUs) : undefined;
  option.greeks = option.curve === undefined ? undefined : greeksAt(option.curve, option.spot);
}

/** What an option is worth; at cost where it has no price. Units: dollars. */
export function optionValue({ shares, greeks, cost }: HeldOption): number {
  return greeks === undefined ? cost : shares * greeks.price;
}

/** What the shares of an option by delta are worth; 0 where it has no price. Units: dollars. */
export function optionExposure({ shares, spot, greeks }: HeldOption): number {
  return greeks === undefined ? 0 : shares * greeks.delta * spot;
}

/** What the exposure of an option changes where its stock rises by 1 %. Units: dollars. */
export function optionGamma({ shares, spot, greeks }: HeldOption): number {
  return greeks === undefined ? 0 : shares * greeks.gamma * spot * spot * 0.01;
}

/** What a point of volatility brings. Units: dollars. */
export function optionVega({ shares, greeks }: HeldOption): number {
  return greeks === undefined ? 0 : shares * greeks.vega;
}

/** Profits of options in the scenarios before a day, and what delta and gamma make of them. */
export interface OptionProfits {
  readonly full: Float64Array;
  readonly approximate: Float64Array;
}

/**
 * Revalues options at the price that each scenario's return makes of their stock: at once, with
 * volatilities as they are. Beside it the second-order approximation by delta and gamma.
 */
export function profitsOf(
  held: readonly HeldOption[],
  { matrix }: OptionPricing,
  firstDay: number,
): OptionProfits {
  const { returns, slots, scenarios } = matrix;
  const full = new Float64Array(scenarios);
  const approximate = new Float64Array(scenarios);
  for (const { row, shares, spot, curve, greeks } of held) {
    if (curve === undefined || greeks === undefined) continue;
    for (let scenario = 0; scenario < scenarios; scenario++) {
      const move = spot * returns[row * slots + ((firstDay + scenario) & (slots - 1))]!;
      // A stock that has lost everything is priced as one that has lost nearly everything.
      const price = priceAt(curve, Math.max(spot + move, spot * 1e-6));
      full[scenario] = full[scenario]! + shares * (price - greeks.price);
      const change = greeks.delta * move + 0.5 * greeks.gamma * move * move;
      approximate[scenario] = approximate[scenario]! + shares * change;
    }
  }
  return { full, approximate };
}
