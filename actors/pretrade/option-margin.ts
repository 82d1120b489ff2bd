// Margin of the options on one stock: which pair with which, and what that leaves to ask.

import { mostSaved } from './least-margin.js';
import type { MarginPolicy } from './margin.js';
import {
  hedgeSaving,
  isCoverable,
  type Leg,
  legOf,
  type MarginName,
  wholeShares,
} from './margin-leg.js';
import { type Spread, savedByStraddles, savedTogether, spreadMargin } from './spread-margin.js';

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
 * fall ask no more than they may lose and a tenth of its strike, in a conversion the tenth alone,
 * in a collar a quarter of the call's strike where that is less. All of it is paired in the way
 * that asks least; of more ways than can be tried the best of those, or what saves most paired
 * first, which may ask more.
 * Units: US dollars; NaN where the stock has no price and something is written.
 * Source: FINRA Rule 4210(f)(2); Regulatory Notice 12-44.
 */
export function optionMargin(name: MarginName, policy: MarginPolicy): number {
  const { spot, options } = name;
  const legs = options.map((option) => legOf(option, spot, policy));
  const alone = legs.reduce((sum, leg) => sum + leg.alone * leg.open, 0);
  // Without a price nobody knows what bounds what; options bought ask their value as ever.
  if (!(spot > 0)) return options.some(({ shares }) => shares < 0) ? Number.NaN : alone;
  const pairing = legs.filter(({ option }) => !option.isAdjusted);
  const best = mostSaved(pairing, name, policy);
  if (best?.isMost === true) return alone - best.dollars;
  return alone - Math.max(best?.dollars ?? 0, savedInTurn(pairing, name, policy));
}

/** What is saved where what saves most is paired first. Uses the legs up. */
export function savedInTurn(legs: readonly Leg[], name: MarginName, policy: MarginPolicy): number {
  const { spot } = name;
  const written = legs.filter(({ option }) => option.shares < 0);
  const bought = legs.filter(({ option }) => option.shares > 0);
  const pairs = pairsOf(written, bought, name, policy);
  const { spreads, saved } = pairUp(pairs, wholeShares(name));
  const left = written.map(({ option: { type }, open, alone }) => ({
    type,
    size: open,
    asks: alone,
  }));
  return (
    saved +
    savedTogether(spreads, spot, policy) +
    savedByStraddles(left) +
    savedByHedges(name, bought, policy)
  );
}

/** All pairs that save something, the best first. */
function pairsOf(
  written: readonly Leg[],
  bought: readonly Leg[],
  name: MarginName,
  policy: MarginPolicy,
): Pair[] {
  const pairs: Pair[] = [];
  for (const short of written) {
    const { option, alone } = short;
    if (isCoverable(option, name)) pairs.push({ written: short, saving: alone });
    for (const long of bought) {
      const { type, expiryDate } = long.option;
      if (type !== option.type || expiryDate < option.expiryDate) continue;
      const spread = { written: option, bought: long.option, size: 1 };
      const saving = alone + long.alone - spreadMargin([spread], name.spot, policy);
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
function savedByHedges(name: MarginName, bought: readonly Leg[], policy: MarginPolicy): number {
  const hedges = bought
    .map(({ option, open }) => ({ open, saving: hedgeSaving(option, name, policy) }))
    .sort((one, other) => other.saving - one.saving);
  let left = wholeShares(name);
  let saved = 0;
  for (const { open, saving } of hedges) {
    const size = Math.min(open, left);
    left -= size;
    saved += size * saving;
  }
  return saved;
}
