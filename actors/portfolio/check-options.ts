// What options do to the pre-trade check: exposure by delta, profits by revaluation, shares owed.

import { contractOf, type OptionContract } from '../options/index.js';
import type { MarginPolicy } from '../pretrade/index.js';
import type { ScenarioTrial } from '../risk/index.js';
import { type Account, quantityOf } from './account.js';
import { optionMoment, optionNow } from './last-price.js';
import { marginOfOptions } from './margin-now.js';
import { toFloat } from './money.js';
import {
  type HeldOption,
  type OptionBook,
  type OptionSums,
  optionBookOf,
  optionExposure,
  optionGamma,
  optionValue,
  optionVega,
  profitsOf,
  valueOptions,
} from './option-book.js';
import { type PortfolioState, rowOf } from './state.js';

/** One more of what an order is about. Units: dollars; NaN where they are not known. */
export interface UnitNow {
  /** Row of the stock. */
  readonly row: number;
  readonly underlying: string;
  /** Price as it is told, of a share. */
  readonly last: number;
  readonly value: number;
  readonly exposure: number;
  /** What a distance from the last price is a share of: that price, of an option its stock's. */
  readonly reference: number;
  readonly multiplier: number;
  readonly contract: OptionContract | undefined;
}

/** A share, or a contract. */
export function unitNow(state: PortfolioState, symbol: string): UnitNow {
  const { directory } = state;
  const contract = contractOf(symbol);
  if (contract === undefined) {
    const row = rowOf(directory, symbol);
    const last = directory.lastPrice(row);
    return {
      row,
      underlying: symbol,
      last,
      value: last,
      exposure: last,
      reference: last,
      multiplier: 1,
      contract,
    };
  }
  const multiplier = Number(contract.multiplier);
  const option = optionNow(state, contract, multiplier);
  const isPriced = option.greeks !== undefined;
  return {
    row: rowOf(directory, contract.underlying),
    underlying: contract.underlying,
    last: option.greeks?.price ?? Number.NaN,
    value: isPriced ? optionValue(option) : Number.NaN,
    exposure: isPriced ? optionExposure(option) : Number.NaN,
    reference: option.spot,
    multiplier,
    contract,
  };
}

/** The options of the books as they are now, priced; undefined where none are held. */
export function optionBookNow(state: PortfolioState): OptionBook | undefined {
  // What is held has not changed since the last point, and then there were none.
  if (!state.isStale && state.options === undefined) return undefined;
  const book = optionBookOf(state.account, state.directory);
  if (book !== undefined) valueOptions(book, state.account, state.pricing, optionMoment(state));
  return book;
}

/** Puts the options of now in the place of those that the book's profits hold. */
export function tryOptionsNow(
  state: PortfolioState,
  trial: ScenarioTrial,
  options: readonly HeldOption[],
): void {
  const { book, pricing } = state;
  const { beside } = book;
  if (!state.isStale || (options.length === 0 && beside === undefined)) return;
  const { full } = profitsOf(options, pricing, book.firstDay);
  trial.add(beside === undefined ? full : full.map((profit, at) => profit - beside[at]!));
}

/** Tries so many more of a unit; an option that can't be priced makes the risk unknown. */
export function tryUnits(
  state: PortfolioState,
  trial: ScenarioTrial,
  unit: UnitNow,
  units: number,
): void {
  const { contract, row, exposure, multiplier } = unit;
  if (contract === undefined) {
    trial.move(row, units * exposure);
    return;
  }
  const option = optionNow(state, contract, units * multiplier);
  const isPriced = option.greeks !== undefined;
  const { book, pricing } = state;
  trial.add(isPriced ? profitsOf([option], pricing, book.firstDay).full : undefined);
}

/**
 * Shares of a stock that are owed to others: sold short, or to be delivered on calls written beyond
 * the shares held, as if all of them were assigned; with `more` units of the order's. Calls bought
 * cover nothing.
 */
export function owedShares(
  { positions }: Account,
  options: readonly HeldOption[],
  { underlying, contract: own, multiplier }: UnitNow,
  more = 0,
): number {
  const stock = positions.get(underlying);
  let shares = stock === undefined ? 0 : toFloat(quantityOf(stock));
  if (own === undefined) shares += more;
  let ordered = own?.type === 'call' ? more * multiplier : 0;
  for (const { contract, shares: held } of options) {
    if (contract.underlying !== underlying || contract.type !== 'call') continue;
    const isOwn = contract.symbol === own?.symbol;
    shares += Math.min(0, isOwn ? held + ordered : held);
    if (isOwn) ordered = 0;
  }
  return Math.max(0, -(shares + Math.min(0, ordered)));
}

/** What limits on options are judged by. Units: dollars, as of `OptionSums`. */
export type OptionGreeks = Pick<OptionSums, 'gamma' | 'vega'>;

/** Gamma and vega of priced options. */
export function greeksOf(options: readonly HeldOption[]): OptionGreeks {
  const sums = { gamma: 0, vega: 0 };
  for (const option of options) {
    sums.gamma += optionGamma(option);
    sums.vega += optionVega(option);
  }
  return sums;
}

/** The same with so many units more; an option that can't be priced makes them unknown. */
export function greeksAfter(
  state: PortfolioState,
  options: readonly HeldOption[],
  { contract, multiplier }: UnitNow,
  units: number,
): OptionGreeks {
  if (contract === undefined) return greeksOf(options);
  const option = optionNow(state, contract, units * multiplier);
  if (option.greeks === undefined) return { gamma: Number.NaN, vega: Number.NaN };
  return greeksOf([...options, option]);
}

/** What options ask beside shares; with `more` as an order would leave them. Units: dollars. */
export function optionMarginNow(
  state: PortfolioState,
  options: readonly HeldOption[],
  policy: MarginPolicy,
  more?: { readonly unit: UnitNow; readonly units: number },
): number {
  const { positions } = state.account;
  const ordered = more?.unit.contract === undefined ? more : undefined;
  return marginOfOptions(more === undefined ? options : optionsAfter(state, options, more), {
    policy,
    timeUs: optionMoment(state).timeUs,
    sharesOf({ contract: { underlying } }) {
      const position = positions.get(underlying);
      const shares = position === undefined ? 0 : toFloat(quantityOf(position));
      return ordered?.unit.underlying === underlying ? shares + ordered.units : shares;
    },
  });
}

function optionsAfter(
  state: PortfolioState,
  options: readonly HeldOption[],
  { unit: { contract, multiplier }, units }: { readonly unit: UnitNow; readonly units: number },
): readonly HeldOption[] {
  if (contract === undefined) return options;
  const shares = units * multiplier;
  const isOwn = (one: HeldOption): boolean => one.contract.symbol === contract.symbol;
  return options.some(isOwn)
    ? options.map((one) => (isOwn(one) ? { ...one, shares: one.shares + shares } : one))
    : [...options, optionNow(state, contract, shares)];
}
