// What the options of a portfolio ask of equity, with the shares that they are on.

import { daysOf } from '../calendar/index.js';
import { type MarginOption, type MarginPolicy, optionMargin } from '../pretrade/index.js';
import { toFloat } from './money.js';
import type { HeldOption } from './option-book.js';

/** Nine months are no more days than these. Units: days. */
const LONG_DATED_DAYS = 276;

const US_A_DAY = 86_400_000_000;

/** What margin reads beside options. */
export interface MarginBasis {
  /** Event time; NaN before the first point, when no option counts as long-dated. */
  readonly timeUs: number;
  readonly policy: MarginPolicy;
  /** Signed shares held of the stock of an option. */
  sharesOf(option: HeldOption): number;
}

/**
 * What options ask beside what the shares of their stocks do, stock by stock; below zero where they
 * hedge those. Units: dollars; NaN where a stock without a price has options written on it.
 */
export function marginOfOptions(options: readonly HeldOption[], basis: MarginBasis): number {
  const names = new Map<string, HeldOption[]>();
  for (const option of options) {
    const { underlying } = option.contract;
    const known = names.get(underlying);
    if (known === undefined) names.set(underlying, [option]);
    else known.push(option);
  }
  let sum = 0;
  for (const held of names.values()) {
    const [first] = held;
    const name = {
      spot: first!.spot,
      shares: basis.sharesOf(first!),
      options: held.map((option) => legOf(option, basis.timeUs)),
    };
    sum += optionMargin(name, basis.policy);
  }
  return sum;
}

/** Without a price an option is carried at cost. */
function legOf({ contract, shares, greeks, cost }: HeldOption, timeUs: number): MarginOption {
  const { symbol, type, strike, expiryDate, isAdjusted } = contract;
  return {
    symbol,
    type,
    strike: toFloat(strike),
    expiryDate,
    shares,
    price: greeks?.price ?? Math.abs(cost / shares),
    isLongDated: daysOf(expiryDate) - timeUs / US_A_DAY > LONG_DATED_DAYS,
    isAdjusted,
  };
}
