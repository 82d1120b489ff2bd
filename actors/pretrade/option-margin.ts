// Margin of the options on one stock: which pair with which, and what that leaves to ask.

import { type MarginPolicy, stockMargin, writtenMargin } from './margin.js';
import {
  type MarginOption,
  type Spread,
  savedByStraddles,
  savedTogether,
  spreadMargin,
} from './spread-margin.js';

/** Of the value of options bought that have more than nine months to go. Source: 4210(f)(2). */
const LONG_DATED_SHARE = 0.75;

/** Of the strike of an option that hedges shares. Source: 4210(f)(2), long option and stock. */
const HEDGE_SHARE = 0.1;

/** A stock with the options on it. */
export interface MarginName {
  /** Last price of the stock. Units: US dollars. */
  readonly spot: number;
  /** Signed shares of the stock that are held. */
  readonly shares: number;
  readonly options: readonly MarginOption[];
}

/** An option with what of it is not paired yet. Units: shares; US dollars a share. */
interface Leg {
  readonly option: MarginOption;
  open: number;
  /** What each share asks where nothing is paired with it. */
  readonly alone: number;
}

/** An option written and what bounds its loss: an option bought, or shares where that is absent. */
interface Pair {
  readonly written: Leg;
  readonly bought?: Leg;
  /** What each asks less paired than apart. */
  readonly saving: number;
}

/**
 * What the options on a stock ask beside what its shares ask for themselves; below zero where they
 * hedge the shares. Options bought ask their value, as they have no loan value (or a quarter of it,
 * past nine months) and equity counts all of it. A call written on shares held, or a put on shares
 * sold short, asks nothing; one beside an option bought that ends no sooner what their spread may
 * lose; of a call and a put left over the larger counts. Shares with an option bought against their
 * fall ask no more than they may lose and a tenth of its strike. What saves most is paired first:
 * no smaller sum is looked for, though a rule may allow one. Units: US dollars; NaN where the
 * stock has no price and something is written.
 * Source: FINRA Rule 4210(f)(2); Regulatory Notice 12-44.
 */
export function optionMargin(name: MarginName, policy: MarginPolicy): number {
  const { spot, shares, options } = name;
  const legs = options.map((option) => legOf(option, spot, policy));
  const written = legs.filter(({ option }) => option.shares < 0);
  const bought = legs.filter(({ option }) => option.shares > 0);
  const alone = legs.reduce((sum, leg) => sum + leg.alone * leg.open, 0);
  // Without a price nobody knows what bounds what; options bought ask their value as ever.
  if (!(spot > 0)) return written.length === 0 ? alone : Number.NaN;
  const pairs = pairsOf(written, bought, name, policy);
  const { spreads, saved } = pairUp(pairs, Math.abs(shares));
  const left = written.map(({ option: { type }, open, alone }) => ({
    type,
    size: open,
    asks: alone,
  }));
  return (
    alone -
    saved -
    savedTogether(spreads, spot, policy) -
    savedByStraddles(left) -
    savedByHedges(name, bought, policy)
  );
}

function legOf(option: MarginOption, spot: number, policy: MarginPolicy): Leg {
  const { shares, price, isLongDated } = option;
  const value = price * (isLongDated ? LONG_DATED_SHARE : 1);
  const alone = shares < 0 ? writtenMargin({ ...option, spot }, policy) : value;
  return { option, open: Math.abs(shares), alone };
}

/** All pairs that save something, the best first. */
function pairsOf(
  written: readonly Leg[],
  bought: readonly Leg[],
  { spot, shares }: MarginName,
  policy: MarginPolicy,
): Pair[] {
  const pairs: Pair[] = [];
  for (const short of written) {
    const { option, alone } = short;
    if (option.isAdjusted) continue;
    const isCovered = option.type === 'call' ? shares > 0 : shares < 0;
    if (isCovered) pairs.push({ written: short, saving: alone });
    for (const long of bought) {
      const { type, expiryDate, isAdjusted } = long.option;
      if (type !== option.type || expiryDate < option.expiryDate || isAdjusted) continue;
      const spread = { written: option, bought: long.option, size: 1 };
      const saving = alone + long.alone - spreadMargin([spread], spot, policy);
      if (saving > 0) pairs.push({ written: short, bought: long, saving });
    }
  }
  return pairs.sort(
    (one, other) => other.saving - one.saving || (nameOf(one) < nameOf(other) ? -1 : 1),
  );
}

function nameOf({ written, bought }: Pair): string {
  return `${written.option.symbol} ${bought?.option.symbol ?? ''}`;
}

/** Makes pairs in their order as far as both sides last; `coverLeft` are the shares there are. */
function pairUp(
  pairs: readonly Pair[],
  coverLeft: number,
): { readonly spreads: Spread[]; readonly saved: number } {
  const spreads: Spread[] = [];
  let saved = 0;
  for (const { written, bought, saving } of pairs) {
    const size = Math.min(written.open, bought?.open ?? coverLeft);
    if (size <= 0) continue;
    written.open -= size;
    saved += size * saving;
    if (bought === undefined) coverLeft -= size;
    else {
      bought.open -= size;
      spreads.push({ written: written.option, bought: bought.option, size });
    }
  }
  return { spreads, saved };
}

/** What shares ask less beside options bought against their fall (or rise, sold short). */
function savedByHedges(
  { spot, shares }: MarginName,
  bought: readonly Leg[],
  policy: MarginPolicy,
): number {
  const side = Math.sign(shares);
  const asked = stockMargin(side, side * spot, policy);
  const hedges = bought
    .filter(({ option }) => !option.isAdjusted && option.type === (side > 0 ? 'put' : 'call'))
    .map(({ option: { strike }, open }) => {
      const outOfTheMoney = Math.max(0, side * (spot - strike));
      return { open, saving: Math.max(0, asked - HEDGE_SHARE * strike - outOfTheMoney) };
    })
    .sort((one, other) => other.saving - one.saving);
  let left = Math.abs(shares);
  let saved = 0;
  for (const { open, saving } of hedges) {
    const size = Math.min(open, left);
    left -= size;
    saved += size * saving;
  }
  return saved;
}
