// What options of a portfolio bring where prices move: they are valued anew.

import {
  type AmericanCurve,
  americanCurve,
  type CurveTerms,
  priceAt,
} from '../../actors/options/index.js';

/** An option that is held, as far as a move changes its value. */
export interface StudiedOption {
  /** Row of its stock, which has a weight of its own, 0 or not. */
  readonly row: number;
  /** Signed contracts times shares of each. */
  readonly shares: number;
  /** Price of the stock. Units: dollars. */
  readonly spot: number;
  /** What its shares by delta are worth, as they count in the weight of the row. Units: dollars. */
  readonly delta: number;
  readonly terms: CurveTerms;
}

/** What has changed by the time that options are valued anew, beside the price. */
export interface OptionAfter {
  /** What all volatilities are multiplied by; 1 when absent. */
  readonly volatility?: number;
  /** Time that has gone; none when absent. An option that has ended is worth what it pays. */
  readonly yearsGone?: number;
}

/** What options of one stock bring where its price moves by a fraction. A share of equity. */
export type OptionProfit = (shock: number) => number;

/** A stock that has lost everything is priced as one that has lost nearly everything. */
const SPOT_MIN_SHARE = 1e-6;

/** The price of an option's stock after a move. */
export function spotAfter({ spot }: StudiedOption, shock: number): number {
  return spot * Math.max(1 + shock, SPOT_MIN_SHARE);
}

/** What each row's options count for by delta, which is part of its weight. Shares of `equity`. */
export function optionDeltas(
  options: readonly StudiedOption[],
  equity: number,
): ReadonlyMap<number, number> {
  const deltas = new Map<number, number>();
  for (const { row, delta } of options) deltas.set(row, (deltas.get(row) ?? 0) + delta / equity);
  return deltas;
}

/**
 * What each row's options bring in a move of its price, as live value at risk revalues them.
 * Shares of `equity`, in dollars.
 */
export function optionProfits(
  options: readonly StudiedOption[],
  equity: number,
  after: OptionAfter = {},
): ReadonlyMap<number, OptionProfit> {
  const priced = new Map<number, Priced[]>();
  for (const option of options) {
    const now = americanCurve(option.terms);
    const then = after.volatility === undefined && after.yearsGone === undefined;
    const curve = then ? now : americanCurve(changed(option.terms, after));
    const one = { option, curve, worth: priceAt(now, option.spot) };
    const others = priced.get(option.row);
    if (others === undefined) priced.set(option.row, [one]);
    else others.push(one);
  }
  return new Map(
    [...priced].map(([row, held]) => [row, (shock) => gainOf(held, shock) / equity] as const),
  );
}

interface Priced {
  readonly option: StudiedOption;
  readonly curve: AmericanCurve;
  /** Of a share, before the move. Units: dollars. */
  readonly worth: number;
}

function gainOf(held: readonly Priced[], shock: number): number {
  let gain = 0;
  for (const { option, curve, worth } of held) {
    gain += option.shares * (priceAt(curve, spotAfter(option, shock)) - worth);
  }
  return gain;
}

function changed(terms: CurveTerms, { volatility = 1, yearsGone = 0 }: OptionAfter): CurveTerms {
  return {
    ...terms,
    volatility: terms.volatility * volatility,
    timeYears: Math.max(0, terms.timeYears - yearsGone),
  };
}
