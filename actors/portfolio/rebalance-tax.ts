// Tax of what a sale would realise: which lots owe least, which losses are washed, what is owed.

import { closeLots, type Lot, type LotMethod, sizeOf, termOf } from '../lots/index.js';
import { notionalOf } from './money.js';
import { boughtBefore, type Replacement, washedOf } from './wash.js';

/** Rates of tax on gains. Units: millionths. */
export interface TaxRates {
  readonly short: bigint;
  readonly long: bigint;
}

/** How lots of a proposal are chosen: as those of a trade, or so that least tax is owed. */
export type ProposalMethod = LotMethod | 'least-tax';

/** What closing shares would realise, before costs. Units: millionths. */
export interface TaxedClosing {
  readonly short: bigint;
  readonly long: bigint;
  /** Losses among them that purchases of the thirty days before would wash, 0 or below. */
  readonly washedShort: bigint;
  readonly washedLong: bigint;
  /** Lots named, with how much of each. */
  readonly lots: readonly (readonly [lotId: string, size: bigint])[];
}

/** One, in millionths. */
const ONE = 1_000_000n;

/** What is closed of a position at a price on a day. */
export interface ClosingOrder {
  readonly size: bigint;
  readonly price: bigint;
  readonly day: number;
  readonly method: ProposalMethod;
  readonly rates: TaxRates;
  /** Calls on it that were bought in the thirty days before. */
  readonly calls?: readonly Replacement[];
}

/**
 * Closes so much of a position at a price. With `least-tax` the lots that owe least for a share
 * go first, losses at their rate before all; equals by opening. A loss is washed share for share by
 * what was bought in the thirty days before and stays. Source: 26 USC 1091; 26 CFR 1.1012-1(c).
 */
export function closeTaxed(lots: readonly Lot[], order: ClosingOrder): TaxedClosing {
  const { size, price, day, method, calls = [] } = order;
  const closing =
    method === 'least-tax'
      ? closeLots(lots, size, 'specific', leastTaxed(lots, order))
      : closeLots(lots, size, method);
  const gains = { short: 0n, long: 0n };
  const washed = { short: 0n, long: 0n };
  if ('kind' in closing) return { ...gains, washedShort: 0n, washedLong: 0n, lots: [] };
  const parts = closing.matches.map((match) => {
    return { ...match, gain: notionalOf(price, match.quantity) - match.cost };
  });
  const losses = parts.filter(({ gain, quantity }) => gain < 0n && quantity > 0n);
  const replaced = washedOf(losses, [...boughtBefore(closing.lots, day), ...calls]);
  for (const part of parts) gains[termOf(part, day)] += part.gain;
  losses.forEach((loss, place) => {
    washed[termOf(loss, day)] += (loss.gain * replaced[place]!) / loss.quantity;
  });
  const named = closing.matches.map(({ lotId, quantity }) => [lotId, sizeOf(quantity)] as const);
  return { ...gains, washedShort: washed.short, washedLong: washed.long, lots: named };
}

/** Lots in the order of the tax that a share of each would owe. */
function leastTaxed(
  lots: readonly Lot[],
  { size, price, day, rates }: ClosingOrder,
): (readonly [string, bigint])[] {
  const owed = lots.map((lot, place) => {
    const { id: lotId, openedDay, heldFromDay, quantity, cost } = lot;
    const term = termOf({ lotId, openedDay, heldFromDay, quantity, cost }, day);
    const gain = notionalOf(price, quantity) - cost;
    // For a million shares, so that no digit is lost.
    return { lot, place, tax: (gain * rates[term] * ONE) / sizeOf(quantity) };
  });
  owed.sort((one, other) => {
    if (one.tax !== other.tax) return one.tax < other.tax ? -1 : 1;
    return one.lot.openedDay - other.lot.openedDay || one.place - other.place;
  });
  const picks: (readonly [string, bigint])[] = [];
  let left = size;
  for (const { lot } of owed) {
    if (left === 0n) break;
    const held = sizeOf(lot.quantity);
    const taken = held < left ? held : left;
    picks.push([lot.id, taken]);
    left -= taken;
  }
  return picks;
}

/**
 * Tax on short- and long-term results of a year: a loss of one side lessens the gain of the other,
 * and what is left of a loss owes nothing. Source: 26 USC 1222 and 1(h).
 */
export function taxOn(short: bigint, long: bigint, rates: TaxRates): bigint {
  const isApart = short > 0n === long > 0n;
  if (isApart)
    return short > 0n ? notionalOf(rates.short, short) + notionalOf(rates.long, long) : 0n;
  const net = short + long;
  if (net <= 0n) return 0n;
  return notionalOf(short > 0n ? rates.short : rates.long, net);
}
