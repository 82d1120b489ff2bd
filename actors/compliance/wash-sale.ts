// Wash sales: losses disallowed because the shares were replaced, and what the replacements carry.

import { type Refusal, refusal } from '../../engine/index.js';
import { shareOf } from '../lots/index.js';

/** A trade in one security. Units: quantity and amount in whole units of the caller's scales. */
export interface WashTrade {
  readonly id: string;
  /** Trade date, in days since 1970-01-01. */
  readonly day: number;
  /** `call` is a call bought: it replaces the shares that it may buy, and is none that is sold. */
  readonly side: 'buy' | 'sell' | 'call';
  /** Positive; of a call in shares. */
  readonly quantity: bigint;
  /** What was paid with fees, or received after fees. */
  readonly amount: bigint;
  /** The lot a sale is to be taken from; first in, first out where absent. */
  readonly lotId?: string;
}

/** What practice and law leave to state. */
export interface WashSaleConventions {
  /** Calendar days before and after the sale in which a purchase replaces it. */
  readonly windowDays: number;
  /**
   * What a replacement's holding period is lengthened by: `purchase`, the days since the sold
   * lot was bought; `cumulative`, also what that lot had taken over from earlier wash sales.
   */
  readonly tacking: 'purchase' | 'cumulative';
}

/** The law's own: thirty days, all holding periods taken over. Source: 26 USC 1091, 1223(3). */
export const WASH_SALE_LAW: WashSaleConventions = { windowDays: 30, tacking: 'cumulative' };

/** A sale: its gain, what of a loss is disallowed (positive), and what is recognised. */
export interface WashedSale {
  readonly id: string;
  readonly rawGain: bigint;
  readonly disallowedLoss: bigint;
  readonly recognisedGain: bigint;
}

/** Shares still open; a purchase that replaced some sold shares is told in parts. */
export interface ReplacedLot {
  readonly id: string;
  readonly quantity: bigint;
  readonly cost: bigint;
  /** Cost and the disallowed losses it carries. */
  readonly basis: bigint;
  /** Where the holding period starts, in days since 1970-01-01. */
  readonly heldFromDay: number;
}

/** All sales in order of time and all open lots in order of purchase. */
export interface WashSales {
  readonly sales: readonly WashedSale[];
  readonly lots: readonly ReplacedLot[];
}

/** Part of a purchase whose shares are alike. */
interface Part {
  readonly id: string;
  readonly day: number;
  /** Place of the purchase in the order of trades. */
  readonly place: number;
  readonly quantity: bigint;
  readonly cost: bigint;
  readonly basis: bigint;
  readonly heldFromDay: number;
  readonly isReplacement: boolean;
  readonly isCall: boolean;
}

/** Splits a part: what is taken, and what is left. */
function split(part: Part, quantity: bigint): readonly [taken: Part, left: Part] {
  const cost = shareOf(part.cost, quantity, part.quantity);
  const basis = shareOf(part.basis, quantity, part.quantity);
  const left = {
    ...part,
    quantity: part.quantity - quantity,
    cost: part.cost - cost,
    basis: part.basis - basis,
  };
  return [{ ...part, quantity, cost, basis }, left];
}

/**
 * Takes what a sale closes out of the parts bought before it, first in first out or of one lot.
 * Changes `parts`.
 */
function relieve(parts: Part[], sale: WashTrade, place: number): readonly Part[] | Refusal {
  const taken: Part[] = [];
  let left = sale.quantity;
  for (let index = 0; index < parts.length && left > 0n; ) {
    const part = parts[index]!;
    const isNamed = sale.lotId === undefined || part.id === sale.lotId;
    if (part.isCall || part.place >= place || !isNamed) {
      index++;
      continue;
    }
    const quantity = left < part.quantity ? left : part.quantity;
    const [sold, kept] = split(part, quantity);
    taken.push(sold);
    left -= quantity;
    if (kept.quantity === 0n) parts.splice(index, 1);
    else parts[index++] = kept;
  }
  if (left === 0n) return taken;
  const from = sale.lotId === undefined ? 'held' : `held of ${sale.lotId}`;
  const text = `sale ${sale.id}: expected at most what is ${from}, was ${left} units more`;
  return refusal('compliance.not_enough_shares', text);
}

/**
 * Gives a loss to the shares that replace the sold ones, in order of their purchase, and returns
 * what of it is disallowed. Changes `parts`.
 */
function replace(
  parts: Part[],
  sold: Part,
  loss: bigint,
  saleDay: number,
  { windowDays, tacking }: WashSaleConventions,
): bigint {
  const heldDays = saleDay - (tacking === 'purchase' ? sold.day : sold.heldFromDay);
  let quantityLeft = sold.quantity;
  let lossLeft = loss;
  for (let index = 0; index < parts.length && quantityLeft > 0n; index++) {
    const part = parts[index]!;
    const isReplacing =
      !part.isReplacement &&
      part.id !== sold.id &&
      part.day >= saleDay - windowDays &&
      part.day <= saleDay + windowDays;
    if (!isReplacing) continue;
    const quantity = quantityLeft < part.quantity ? quantityLeft : part.quantity;
    const disallowed = shareOf(lossLeft, quantity, quantityLeft);
    const [matched, rest] = split(part, quantity);
    const carrying: Part = {
      ...matched,
      basis: matched.basis + disallowed,
      heldFromDay: part.day - heldDays,
      isReplacement: true,
    };
    if (rest.quantity === 0n) parts[index] = carrying;
    else parts.splice(index++, 1, carrying, rest);
    quantityLeft -= quantity;
    lossLeft -= disallowed;
  }
  return loss - lossLeft;
}

function check(trades: readonly WashTrade[]): Refusal | undefined {
  const ids = new Set<string>();
  for (const { id, quantity, amount } of trades) {
    if (quantity <= 0n || amount < 0n) {
      const text = `trade ${id}: expected a quantity above 0 and an amount of 0 or more`;
      return refusal('compliance.trades', `${text}, was ${quantity} and ${amount} units`);
    }
    if (ids.has(id)) return refusal('compliance.trades', `expected one trade ${id}, was two`);
    ids.add(id);
  }
  return undefined;
}

/**
 * Wash sales of the trades in one security, in order of their dates (those of one date as given).
 * A loss is disallowed a share at a time: each share bought within the window replaces one sold
 * share, the earliest first, each once, and so does each that a call bought within it may buy;
 * shares of the purchase that is sold do not replace it.
 * Costs and losses are shared out so that nothing is lost: recognised gains and the basis of open
 * lots add up to what was received and paid, to the last unit.
 * Errors: `compliance.trades`, `compliance.not_enough_shares`.
 * Source: 26 USC 1091; 26 CFR 1.1091-1 and 1.1091-2; Rev. Rul. 56-602 (one purchase).
 */
export function washSales(
  trades: readonly WashTrade[],
  conventions: WashSaleConventions = WASH_SALE_LAW,
): WashSales | Refusal {
  const refused = check(trades);
  if (refused !== undefined) return refused;
  const ordered = [...trades].sort((one, other) => one.day - other.day);
  // Purchases after a sale can replace it, so all of them are laid out before the first sale.
  const parts: Part[] = [];
  ordered.forEach(({ id, day, side, quantity, amount }, place) => {
    if (side === 'sell') return;
    const money = { cost: amount, basis: amount };
    const flags = { isReplacement: false, isCall: side === 'call' };
    parts.push({ id, day, place, quantity, ...money, heldFromDay: day, ...flags });
  });
  const sales: WashedSale[] = [];
  for (const [place, sale] of ordered.entries()) {
    if (sale.side !== 'sell') continue;
    const washed = sell(parts, sale, place, conventions);
    if ('kind' in washed) return washed;
    sales.push(washed);
  }
  const lots = parts.map(({ id, quantity, cost, basis, heldFromDay }) => {
    return { id, quantity, cost, basis, heldFromDay };
  });
  return { sales, lots };
}

function sell(
  parts: Part[],
  sale: WashTrade,
  place: number,
  conventions: WashSaleConventions,
): WashedSale | Refusal {
  const taken = relieve(parts, sale, place);
  if ('kind' in taken) return taken;
  let quantityLeft = sale.quantity;
  let amountLeft = sale.amount;
  let rawGain = 0n;
  let disallowedLoss = 0n;
  for (const sold of taken) {
    const proceeds = shareOf(amountLeft, sold.quantity, quantityLeft);
    amountLeft -= proceeds;
    quantityLeft -= sold.quantity;
    const gain = proceeds - sold.basis;
    rawGain += gain;
    // Gains of other lots in the sale do not shelter a loss: each lot stands for itself.
    if (gain < 0n) disallowedLoss += replace(parts, sold, -gain, sale.day, conventions);
  }
  return { id: sale.id, rawGain, disallowedLoss, recognisedGain: rawGain + disallowedLoss };
}
