// The most that pairing options with each other and with shares can save, as an integer programme.

import { type LinearBound, maximiseWhole } from '../linear/index.js';
import type { MarginPolicy } from './margin.js';
import {
  collarSaving,
  hedgeSaving,
  isCoverable,
  type Leg,
  type MarginName,
  UNIT_SHARES,
  wholeShares,
} from './margin-leg.js';
import { intrinsic } from './spread-margin.js';

/** Variables of a programme, and cells of all tables that are tried: some milliseconds. */
const VARIABLES_MAX = 120;
const CELLS_MAX = 100_000;

/** Collects variables with what they save and use; amounts are shares of the stock's price. */
class Offers {
  readonly profits: number[] = [];
  readonly isWhole: boolean[] = [];
  readonly bounds: LinearBound[] = [];
  readonly #used = new Map<object, Map<number, number>>();

  /** What there is of something: contracts. */
  limit(thing: object, most: number): void {
    const coefficients = new Map<number, number>();
    this.#used.set(thing, coefficients);
    this.bounds.push({ coefficients, most });
  }

  /** So many contracts of something that uses one of each thing and saves so much. */
  add(saving: number, things: readonly object[]): number {
    const variable = this.profits.push(saving) - 1;
    this.isWhole.push(true);
    for (const thing of things) this.#used.get(thing)?.set(variable, 1);
    return variable;
  }

  /** What is asked of something: any amount. */
  asks(): number {
    this.isWhole.push(false);
    return this.profits.push(-1) - 1;
  }
}

/**
 * What is saved is told to a millionth of a cent: pivots leave the last digits to chance.
 * Units: steps a dollar.
 */
const NEAREST = 1e8;

/** What is saved, and whether nothing saves more. */
export interface Saved {
  /** Units: US dollars. */
  readonly dollars: number;
  readonly isMost: boolean;
}

/**
 * What options ask less, paired in the best way that rules allow, than each alone: calls covered by
 * shares, shares hedged, collars and conversions, straddles, and spreads, those that end alike in
 * both legs counted as one. Whole contracts alone. Undefined where there are more ways than can be
 * looked at. Shape: `legs` are those of options that may pair.
 */
export function mostSaved(
  legs: readonly Leg[],
  name: MarginName,
  policy: MarginPolicy,
): Saved | undefined {
  const { spot } = name;
  const offers = new Offers();
  const [cover, hedge] = [{}, {}];
  for (const leg of legs) offers.limit(leg, leg.open / UNIT_SHARES);
  for (const side of [cover, hedge]) offers.limit(side, wholeShares(name) / UNIT_SHARES);
  const written = legs.filter(({ option }) => option.shares < 0);
  const bought = legs.filter(({ option }) => option.shares > 0);
  for (const leg of written) {
    if (isCoverable(leg.option, name)) offers.add(leg.alone / spot, [leg, cover]);
  }
  for (const leg of bought) {
    const saving = hedgeSaving(leg.option, name, policy);
    if (saving > 0) offers.add(saving / spot, [leg, hedge]);
    for (const call of written) {
      const together = collarSaving(call.option, leg.option, name, policy);
      if (together <= saving) continue;
      offers.add((call.alone + together) / spot, [call, leg, cover, hedge]);
    }
  }
  addStraddles(offers, written, spot);
  addSpreads(offers, written, bought, spot);
  const { length } = offers.profits;
  if (length === 0) return { dollars: 0, isMost: true };
  if (length > VARIABLES_MAX) return undefined;
  const best = maximiseWhole(offers, Math.ceil(CELLS_MAX / (length * offers.bounds.length)));
  if (best === undefined) return undefined;
  const dollars = best.profit * spot * UNIT_SHARES;
  return { dollars: Math.round(dollars * NEAREST) / NEAREST, isMost: best.isProved };
}

function addStraddles(offers: Offers, written: readonly Leg[], spot: number): void {
  for (const call of written) {
    if (call.option.type !== 'call') continue;
    for (const put of written) {
      if (put.option.type !== 'put') continue;
      offers.add(Math.min(call.alone, put.alone) / spot, [call, put]);
    }
  }
}

/** Spreads by the day on which what is written ends, and that on which what is bought does. */
function addSpreads(
  offers: Offers,
  written: readonly Leg[],
  bought: readonly Leg[],
  spot: number,
): void {
  const datesOf = (legs: readonly Leg[]): number[] =>
    [...new Set(legs.map(({ option }) => option.expiryDate))].sort((one, other) => one - other);
  for (const end of datesOf(written)) {
    for (const later of datesOf(bought)) {
      if (later < end) continue;
      const owed = written.filter(({ option }) => option.expiryDate === end);
      const held = bought.filter(({ option }) => option.expiryDate === later);
      addGroup(offers, owed, held, spot);
    }
  }
}

/** Spreads that end alike: as many of each type bought as written, and what they ask together. */
function addGroup(offers: Offers, owed: readonly Leg[], held: readonly Leg[], spot: number): void {
  const members: { readonly leg: Leg; readonly variable: number; readonly side: number }[] = [];
  for (const type of ['call', 'put'] as const) {
    const balance = new Map<number, number>();
    const of = (legs: readonly Leg[]): Leg[] => legs.filter(({ option }) => option.type === type);
    const [short, long] = [of(owed), of(held)];
    if (short.length === 0 || long.length === 0) continue;
    for (const leg of [...short, ...long]) {
      const side = leg.option.shares < 0 ? -1 : 1;
      const variable = offers.add(leg.alone / spot, [leg]);
      balance.set(variable, side);
      members.push({ leg, variable, side });
    }
    const opposite = new Map([...balance].map(([variable, side]) => [variable, -side]));
    offers.bounds.push({ coefficients: balance, most: 0 }, { coefficients: opposite, most: 0 });
  }
  if (members.length === 0) return;
  const asks = offers.asks();
  const strikes = [...new Set(members.map(({ leg }) => leg.option.strike))];
  // Their value, as what is bought is paid in full, and at each strike the loss beside it.
  for (const strike of [undefined, ...strikes]) {
    const coefficients = new Map([[asks, -1]]);
    for (const { leg, variable, side } of members) {
      const worth = strike === undefined ? 0 : intrinsic(leg.option, strike);
      coefficients.set(variable, (side * (leg.option.price - worth)) / spot);
    }
    offers.bounds.push({ coefficients, most: 0 });
  }
}
