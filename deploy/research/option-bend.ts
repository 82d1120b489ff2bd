// What options of a portfolio do beyond their delta where prices move far: they are valued anew.

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

/** A move of prices by row, and what all volatilities are multiplied by. */
export interface BendMove {
  readonly shocks: Float64Array;
  readonly volatility: number;
}

/** A stock that has lost everything is priced as one that has lost nearly everything. */
const SPOT_MIN_SHARE = 1e-6;

/** The price of an option's stock after a move. */
export function spotAfter({ spot }: StudiedOption, shock: number): number {
  return spot * Math.max(1 + shock, SPOT_MIN_SHARE);
}

/** What an option brings in a move beyond its delta, by its curves before and after it. */
export function bendOf(
  option: StudiedOption,
  [before, after]: readonly [AmericanCurve, AmericanCurve],
  shock: number,
): number {
  const gained = priceAt(after, spotAfter(option, shock)) - priceAt(before, option.spot);
  return option.shares * gained - option.delta * shock;
}

/**
 * What each row's options bring in a move beyond what their shares by delta bring, as live value at
 * risk revalues them: at once, before any time has gone. Units: shares of `equity`.
 */
export function bendByRow(
  options: readonly StudiedOption[],
  { shocks, volatility }: BendMove,
  equity: number,
): ReadonlyMap<number, number> {
  const bends = new Map<number, number>();
  for (const option of options) {
    const { row, terms } = option;
    const before = americanCurve(terms);
    const after =
      volatility === 1
        ? before
        : americanCurve({ ...terms, volatility: terms.volatility * volatility });
    const bend = bendOf(option, [before, after], shocks[row]!);
    bends.set(row, (bends.get(row) ?? 0) + bend / equity);
  }
  return bends;
}
