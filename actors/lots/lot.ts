// Tax lots: what was opened when and for how much, and which of it a closing trade takes.

import { type Refusal, refusal } from '../../engine/index.js';
import { formatUnits, shareOf, sizeOf } from './decimal.js';

/** How a closing trade chooses its lots. */
export const LOT_METHODS = ['fifo', 'lifo', 'hifo', 'average', 'specific'] as const;

/** One of them. */
export type LotMethod = (typeof LOT_METHODS)[number];

/**
 * Shares opened by one trade. Units: quantity and cost in whole units of the caller's scales;
 * both are negative for shares sold short. Days since 1970-01-01.
 */
export interface Lot {
  readonly id: string;
  readonly openedDay: number;
  /** Where the holding period starts: the opening, or earlier after a wash sale. */
  readonly heldFromDay: number;
  readonly quantity: bigint;
  /** Exact cost of all that is open, fees included: never an average. */
  readonly cost: bigint;
}

/** What a closing took from one lot; signs as the lot's. */
export interface LotMatch {
  readonly lotId: string;
  readonly openedDay: number;
  readonly heldFromDay: number;
  readonly quantity: bigint;
  readonly cost: bigint;
}

/** Lots named by the customer: id and size, which is positive. */
export type LotPick = readonly [lotId: string, size: bigint];

/** The matches of a closing in the order taken, and the lots left open in the order given. */
export interface Closing {
  readonly matches: readonly LotMatch[];
  readonly lots: readonly Lot[];
}

/** Texts tell sizes as books keep them, in millionths of a share or contract. */
const SHOWN_SCALE = 6;

function shown(size: bigint): string {
  return formatUnits(size, SHOWN_SCALE, 0);
}

/** What is taken of each lot, by its place in the list. */
type Take = readonly [place: number, size: bigint];

/**
 * Closes `size` (positive) of a position. Costs are shared out so that matches and what stays
 * open add up to the cost before, to the last unit. `hifo` takes first what realises the least
 * gain: the highest unit cost of bought lots, the lowest unit proceeds of short ones, the earliest
 * of equals. `average` takes shares in order of opening at the average cost of all.
 * Errors: `lots.size`, `lots.not_enough`, `lots.unknown_lot`, `lots.bad_picks`.
 * Source: 26 CFR 1.1012-1(c) (first in first out, specific identification), 1.1012-1(e) (average).
 */
export function closeLots(
  lots: readonly Lot[],
  size: bigint,
  method: LotMethod,
  picks: readonly LotPick[] = [],
): Closing | Refusal {
  if (size <= 0n) return refusal('lots.size', `expected a size above 0, was ${shown(size)}`);
  const open = lots.reduce((sum, lot) => sum + sizeOf(lot.quantity), 0n);
  if (size > open) {
    return refusal(
      'lots.not_enough',
      `expected at most the ${shown(open)} open, was ${shown(size)}`,
    );
  }
  if (method === 'average') return closeAtAverage(lots, size);
  const takes =
    method === 'specific' ? takePicked(lots, size, picks) : takeSorted(lots, size, method);
  return 'kind' in takes ? takes : apply(lots, takes);
}

/** Open lots in the order a method takes them, as far as the size goes. */
function takeSorted(lots: readonly Lot[], size: bigint, method: LotMethod): readonly Take[] {
  const places = lots
    .map((_, place) => place)
    .sort((one, other) => {
      const byOpening = lots[one]!.openedDay - lots[other]!.openedDay || one - other;
      if (method === 'lifo') return -byOpening;
      if (method === 'hifo') return compareByGain(lots[one]!, lots[other]!) || byOpening;
      return byOpening;
    });
  const takes: Take[] = [];
  let left = size;
  for (const place of places) {
    if (left === 0n) break;
    const held = sizeOf(lots[place]!.quantity);
    const taken = left < held ? left : held;
    takes.push([place, taken]);
    left -= taken;
  }
  return takes;
}

/** Orders by the gain that closing a share would realise, least first; without division. */
function compareByGain(one: Lot, other: Lot): number {
  const left = sizeOf(one.cost) * sizeOf(other.quantity);
  const right = sizeOf(other.cost) * sizeOf(one.quantity);
  if (left === right) return 0;
  const isOneCostlier = left > right;
  return isOneCostlier === one.quantity > 0n ? -1 : 1;
}

/** Picks must name open lots, each once, and add up to the size. */
function takePicked(
  lots: readonly Lot[],
  size: bigint,
  picks: readonly LotPick[],
): readonly Take[] | Refusal {
  const takes: Take[] = [];
  let total = 0n;
  for (const [lotId, picked] of picks) {
    const place = lots.findIndex((lot) => lot.id === lotId);
    const lot = lots[place];
    if (lot === undefined) return refusal('lots.unknown_lot', `expected an open lot, was ${lotId}`);
    const isTwice = takes.some(([taken]) => taken === place);
    if (isTwice || picked <= 0n || picked > sizeOf(lot.quantity)) {
      const held = shown(sizeOf(lot.quantity));
      return refusal(
        'lots.bad_picks',
        `expected up to ${held} of ${lotId}, once, was ${shown(picked)}`,
      );
    }
    takes.push([place, picked]);
    total += picked;
  }
  if (total === size) return takes;
  return refusal('lots.bad_picks', `expected picks of ${shown(size)} in all, was ${shown(total)}`);
}

function apply(lots: readonly Lot[], takes: readonly Take[]): Closing {
  const left = [...lots];
  const matches = takes.map(([place, size]): LotMatch => {
    const { id, ...lot } = left[place]!;
    const quantity = lot.quantity < 0n ? -size : size;
    const cost = shareOf(lot.cost, size, sizeOf(lot.quantity));
    left[place] = { id, ...lot, quantity: lot.quantity - quantity, cost: lot.cost - cost };
    return { lotId: id, openedDay: lot.openedDay, heldFromDay: lot.heldFromDay, quantity, cost };
  });
  return { matches, lots: left.filter((lot) => lot.quantity !== 0n) };
}

/** First in, first out, after the cost of all has been spread evenly over the shares. */
function closeAtAverage(lots: readonly Lot[], size: bigint): Closing {
  let quantityLeft = lots.reduce((sum, lot) => sum + sizeOf(lot.quantity), 0n);
  let costLeft = lots.reduce((sum, lot) => sum + lot.cost, 0n);
  const takes = takeSorted(lots, size, 'fifo');
  // What is sold is costed in one piece, so that one sale of two lots and two sales agree.
  let soldCost = shareOf(costLeft, size, quantityLeft);
  let soldLeft = size;
  quantityLeft -= size;
  costLeft -= soldCost;
  const left = [...lots];
  const matches = takes.map(([place, taken]): LotMatch => {
    const { id: lotId, openedDay, heldFromDay, quantity: before } = left[place]!;
    const cost = shareOf(soldCost, taken, soldLeft);
    soldCost -= cost;
    soldLeft -= taken;
    const quantity = before < 0n ? -taken : taken;
    left[place] = { ...left[place]!, quantity: before - quantity };
    return { lotId, openedDay, heldFromDay, quantity, cost };
  });
  const open: Lot[] = [];
  for (const lot of left) {
    if (lot.quantity === 0n) continue;
    const cost = shareOf(costLeft, sizeOf(lot.quantity), quantityLeft);
    costLeft -= cost;
    quantityLeft -= sizeOf(lot.quantity);
    open.push({ ...lot, cost });
  }
  return { matches, lots: open };
}
