// Which open lots would realise a loss, and whether the law would let it be deducted.

import type { Account } from './account.js';
import { type LotFigures, lotFigures, type PriceLookup } from './account-figures.js';
import { boughtBefore, callsBefore, WASH_DAYS, washedOf } from './wash.js';

/** A lot below its cost. Units: millionths; days since 1970-01-01. */
export interface TaxLossCandidate extends LotFigures {
  readonly symbol: string;
  readonly currency: string;
  /** Shares whose loss would be disallowed by purchases made before. */
  readonly washedQuantity: bigint;
  /** First day on which no purchase so far would disallow any of it. */
  readonly clearFromDay: number;
}

/**
 * Lots bought that would close at a loss on a day, the largest loss first. Other lots of the symbol
 * bought in the thirty days before replace what is sold, share for share, and so do calls on it; a
 * purchase in the thirty days after the sale would too, and is the buyer's to avoid. Symbols
 * without a price are left out. Source: 26 USC 1091; 26 CFR 1.1091-1.
 */
export function taxLossCandidates(
  account: Account,
  priceOf: PriceLookup,
  day: number,
): readonly TaxLossCandidate[] {
  const candidates: TaxLossCandidate[] = [];
  const calls = callsBefore(account, day);
  for (const [symbol, position] of account.positions) {
    const price = priceOf(symbol);
    if (price === undefined) continue;
    const bought = [...boughtBefore(position.lots, day), ...(calls.get(symbol) ?? [])];
    for (const figures of lotFigures(position, price, day)) {
      if (figures.quantity <= 0n || figures.gain >= 0n) continue;
      const [washedQuantity = 0n] = washedOf([figures], bought);
      const clearFromDay = bought.reduce((clear, { lotId, openedDay }) => {
        return lotId === figures.lotId ? clear : Math.max(clear, openedDay + WASH_DAYS + 1);
      }, day);
      const { currency } = position;
      candidates.push({ ...figures, symbol, currency, washedQuantity, clearFromDay });
    }
  }
  return candidates.sort((one, other) => {
    if (one.gain !== other.gain) return one.gain < other.gain ? -1 : 1;
    return one.symbol < other.symbol || (one.symbol === other.symbol && one.lotId < other.lotId)
      ? -1
      : 1;
  });
}
