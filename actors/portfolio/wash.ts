// Purchases that replace what is sold at a loss, so that the tax does not know the loss.

import { sizeOf } from '../lots/index.js';
import { contractOf } from '../options/index.js';
import type { Account } from './account.js';

/** Days before a sale in which a purchase replaces it. Source: 26 USC 1091(a). */
export const WASH_DAYS = 30;

/** Shares bought, or that a call bought would buy. Units: millionths; days since 1970-01-01. */
export interface Replacement {
  readonly lotId: string;
  readonly openedDay: number;
  readonly quantity: bigint;
}

/** Shares sold at a loss. Units: millionths; days since 1970-01-01. */
export interface SoldAtLoss {
  readonly lotId: string;
  readonly openedDay: number;
  readonly quantity: bigint;
}

/**
 * What is still held of purchases of the thirty days before a day: of one stock, or of one option,
 * its lots.
 */
export function boughtBefore(
  lots: readonly { readonly id: string; readonly openedDay: number; readonly quantity: bigint }[],
  day: number,
): Replacement[] {
  return lots
    .filter(({ openedDay, quantity }) => openedDay >= day - WASH_DAYS && quantity > 0n)
    .map(({ id: lotId, openedDay, quantity }) => ({ lotId, openedDay, quantity }));
}

/**
 * Calls bought in the thirty days before a day and still held, by their stock: who may buy shares
 * has replaced those that he sold. Puts written do so only where they are sure to be exercised,
 * which is a matter of circumstances and not judged here.
 * Source: 26 USC 1091(a) ("a contract or option so to acquire"); IRS Publication 550 (2023),
 * chapter 4, "Wash Sales".
 */
export function callsBefore(account: Account, day: number): ReadonlyMap<string, Replacement[]> {
  const calls = new Map<string, Replacement[]>();
  for (const [symbol, { lots }] of account.positions) {
    const contract = contractOf(symbol);
    if (contract?.type !== 'call') continue;
    const bought = boughtBefore(lots, day).map((one) => {
      return { ...one, quantity: one.quantity * contract.multiplier };
    });
    calls.set(contract.underlying, [...(calls.get(contract.underlying) ?? []), ...bought]);
  }
  return calls;
}

/**
 * How many shares of each loss are replaced, in the order given. Shares are matched one by one,
 * those bought first on either side first, each replacement once; gains of the same sale take none,
 * and what is left of a purchase does not replace what was sold of it.
 * Source: 26 CFR 1.1091-1(b) to (d); Rev. Rul. 56-602.
 */
export function washedOf(
  losses: readonly SoldAtLoss[],
  replacements: readonly Replacement[],
): readonly bigint[] {
  const byPurchase = (one: { openedDay: number }, other: { openedDay: number }): number =>
    one.openedDay - other.openedDay;
  const left = [...replacements].sort(byPurchase).map((one) => ({ ...one }));
  const washed = losses.map(() => 0n);
  const inOrder = losses.map((loss, place) => ({ ...loss, place })).sort(byPurchase);
  for (const { lotId, quantity, place } of inOrder) {
    let open = sizeOf(quantity);
    for (const one of left) {
      if (one.lotId === lotId) continue;
      const taken = one.quantity < open ? one.quantity : open;
      one.quantity -= taken;
      open -= taken;
    }
    washed[place] = sizeOf(quantity) - open;
  }
  return washed;
}
