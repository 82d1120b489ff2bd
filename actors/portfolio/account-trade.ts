// What a trade does to an account: it closes lots that stand against it and opens one of the rest.

import { type Refusal, refusal } from '../../engine/index.js';
import {
  closeLots,
  type Lot,
  type LotMatch,
  shareOf,
  sizeOf,
  type Term,
  termOf,
} from '../lots/index.js';
import { type Account, type LotPosition, quantityOf, sumsOf } from './account.js';
import type { LotReceived, Traded } from './account-event.js';
import { notionalOf } from './money.js';

/** What closing shares of one lot realised. Units: millionths. */
export interface RealisedGain {
  readonly eventId: string;
  readonly symbol: string;
  readonly currency: string;
  readonly lotId: string;
  readonly openedDay: number;
  readonly closedDay: number;
  /** Signed as the lot: negative for shares sold short. */
  readonly quantity: bigint;
  /** After fees; negative: what covering a short cost. */
  readonly proceeds: bigint;
  readonly cost: bigint;
  readonly gain: bigint;
  readonly term: Term;
}

/** Most lots of one symbol; a strategy that opens more has a fault. */
const LOTS_MAX = 10_000;

/** What an entry that closes nothing realises. */
export const NO_GAINS: readonly RealisedGain[] = [];

/** Refuses a currency other than the one a symbol is already held in. */
export function checkCurrency(position: LotPosition | undefined, event: Traded | LotReceived) {
  if (position === undefined || position.currency === event.currency) return undefined;
  const text = `expected ${position.currency} for ${event.symbol}, was ${event.currency}`;
  return refusal('portfolio.currency_differs', text);
}

function checkTrade(position: LotPosition | undefined, event: Traded): Refusal | undefined {
  if (event.quantity === 0n) {
    return refusal('portfolio.bad_quantity', `expected some ${event.symbol}, was 0`);
  }
  if (event.price < 0n || event.fee < 0n) {
    const was = `${event.price} and ${event.fee} millionths`;
    return refusal('portfolio.bad_price', `expected a price and a fee of 0 or more, was ${was}`);
  }
  return checkCurrency(position, event);
}

/** Refuses a lot more than a position may have. */
export function checkLots(lots: readonly Lot[], symbol: string): Refusal | undefined {
  const count = lots.length;
  if (count < LOTS_MAX) return undefined;
  const text = `expected fewer than ${LOTS_MAX} lots of ${symbol}, was ${count}`;
  return refusal('portfolio.too_many_lots', text);
}

/**
 * Closes what stands against the trade; the rest, if any, opens a lot. `carried` is what an option
 * had cost that the trade exercises: it was paid before, and counts as a fee does.
 * Errors: `portfolio.bad_quantity`, `.bad_price`, `.currency_differs`, `.too_many_lots`, and those
 * of `closeLots`.
 */
export function trade(
  account: Account,
  event: Traded,
  carried = 0n,
): readonly RealisedGain[] | Refusal {
  const { eventId, symbol, currency, day, quantity } = event;
  const position = account.positions.get(symbol);
  const refused = checkTrade(position, event);
  if (refused !== undefined) return refused;
  const before = position === undefined ? 0n : quantityOf(position);
  const size = sizeOf(quantity);
  const isClosing = before !== 0n && before > 0n !== quantity > 0n;
  const closedSize = !isClosing ? 0n : size < sizeOf(before) ? size : sizeOf(before);
  const openedQuantity = quantity < 0n ? closedSize - size : size - closedSize;
  // Each side of a trade bears its share of the fee, and what opens costs exactly its own price.
  const fee = (event.pooled === true ? 0n : event.fee) + carried;
  const closedFee = shareOf(fee, closedSize, size);
  const { multiplier = 1n } = event;
  const openedNotional = notionalOf(event.price, openedQuantity * multiplier);
  const closedNotional = notionalOf(event.price, quantity * multiplier) - openedNotional;
  let lots = position?.lots ?? [];
  let gains = NO_GAINS;
  if (closedSize > 0n) {
    const method = event.pooled === true ? 'average' : (event.method ?? account.method);
    const closing = closeLots(lots, closedSize, method, event.picks);
    if ('kind' in closing) return closing;
    lots = closing.lots;
    gains = gainsOf(event, closing.matches, -closedNotional - closedFee);
  }
  if (openedQuantity !== 0n) {
    // What only closes adds no lot, and a pooled trade does not either.
    const full = event.pooled === true ? undefined : checkLots(lots, symbol);
    if (full !== undefined) return full;
    const cost = openedNotional + fee - closedFee;
    const dates = { openedDay: day, heldFromDay: day };
    lots = open(lots, { id: eventId, ...dates, quantity: openedQuantity, cost }, event);
  }
  hold(account, symbol, currency, lots);
  if (event.volatility !== undefined && lots.length > 0) {
    account.volatilities.set(symbol, event.volatility);
  }
  const sums = sumsOf(account, currency);
  sums.cash -= openedNotional + closedNotional + event.fee;
  if (event.pooled === true) sums.charges += event.fee;
  for (const { gain, term } of gains) {
    if (term === 'long') sums.realisedLong += gain;
    else sums.realisedShort += gain;
  }
  return gains;
}

/** Adds a lot; a pooled trade adds to the one lot that there is. */
function open(lots: readonly Lot[], lot: Lot, { pooled }: Traded): readonly Lot[] {
  const last = lots.at(-1);
  if (pooled !== true || last === undefined) return [...lots, lot];
  const quantity = last.quantity + lot.quantity;
  return [...lots.slice(0, -1), { ...last, quantity, cost: last.cost + lot.cost }];
}

/** Keeps the lots of a position, or forgets one that has none left. */
export function hold(
  account: Account,
  symbol: string,
  currency: string,
  lots: readonly Lot[],
): void {
  if (lots.length > 0) {
    account.positions.set(symbol, { currency, lots });
    return;
  }
  account.positions.delete(symbol);
  account.volatilities.delete(symbol);
}

/** Shares the money of a closing out over its matches, by quantity, to the last unit. */
function gainsOf(event: Traded, matches: readonly LotMatch[], cashIn: bigint): RealisedGain[] {
  const { eventId, symbol, currency, day } = event;
  let cashLeft = cashIn;
  let sizeLeft = matches.reduce((sum, match) => sum + sizeOf(match.quantity), 0n);
  return matches.map((match): RealisedGain => {
    const { lotId, openedDay, quantity, cost } = match;
    const proceeds = shareOf(cashLeft, sizeOf(quantity), sizeLeft);
    cashLeft -= proceeds;
    sizeLeft -= sizeOf(quantity);
    const gain = proceeds - cost;
    const what = { eventId, symbol, currency, lotId, openedDay, closedDay: day };
    return { ...what, quantity, proceeds, cost, gain, term: termOf(match, day) };
  });
}
