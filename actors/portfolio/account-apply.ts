// What events do to an account: trades close lots and open them, splits restate them.

import { assert, type Refusal, refusal } from '../../engine/index.js';
import {
  closeLots,
  divideToEven,
  type Lot,
  type LotMatch,
  shareOf,
  sizeOf,
  type Term,
  termOf,
} from '../lots/index.js';
import { type Account, type LotPosition, quantityOf, sumsOf } from './account.js';
import type {
  AccountEvent,
  CashExchanged,
  DividendPaid,
  LotReceived,
  LotsDelivered,
  SharesSplit,
  Traded,
} from './account-event.js';
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
const NO_GAINS: readonly RealisedGain[] = [];
/** One, in millionths. */
const ONE = 1_000_000n;

/**
 * Folds one event into the account and returns what it realised; a refused event changes nothing.
 * Errors: `portfolio.bad_currency`, `.bad_amount`, `.bad_price`, `.bad_quantity`,
 * `.bad_rate`, `.currency_differs`, `.no_position`, `.bad_split`, `.too_many_lots`, and those of `closeLots`.
 */
export function applyEvent(
  account: Account,
  event: AccountEvent,
): readonly RealisedGain[] | Refusal {
  const refused = checkMoney(event);
  if (refused !== undefined) return refused;
  switch (event.kind) {
    case 'traded':
      return trade(account, event);
    case 'shares_split':
      return split(account, event);
    case 'lot_received':
      return receive(account, event);
    case 'lots_delivered':
      return deliver(account, event);
    case 'cash_moved': {
      const sums = sumsOf(account, event.currency);
      sums.cash += event.amount;
      sums.deposited += event.amount;
      return NO_GAINS;
    }
    case 'fee_charged': {
      const sums = sumsOf(account, event.currency);
      sums.cash -= event.amount;
      sums.charges += event.amount;
      return NO_GAINS;
    }
    case 'interest_paid': {
      const sums = sumsOf(account, event.currency);
      sums.cash += event.amount;
      sums.interest += event.amount;
      sums.accrued -= settledOf(sums.accrued, event.amount);
      return NO_GAINS;
    }
    case 'interest_accrued':
      sumsOf(account, event.currency).accrued += event.amount;
      return NO_GAINS;
    case 'rate_set':
      account.rates.set(event.currency, event.rate);
      return NO_GAINS;
    case 'cash_exchanged': {
      const rate = rateOfExchange(account, event);
      if (rate !== undefined && rate <= 0n) return badRate(rate);
      const given = sumsOf(account, event.currency);
      given.cash -= event.amount;
      given.exchanged -= event.amount;
      const received = sumsOf(account, event.toCurrency);
      received.cash += event.toAmount;
      received.exchanged += event.toAmount;
      if (rate !== undefined) account.rates.set(ratedBy(event, account.currency), rate);
      return NO_GAINS;
    }
    case 'dividend_paid': {
      const position = account.positions.get(event.symbol);
      if (position === undefined) return nothingHeld(event);
      const amount = notionalOf(event.perShare, quantityOf(position));
      const sums = sumsOf(account, position.currency);
      sums.cash += amount;
      sums.dividends += amount;
      return NO_GAINS;
    }
  }
}

/** What of an accrual a payment settles: what both have on the same side. */
function settledOf(accrued: bigint, paid: bigint): bigint {
  if (accrued === 0n || accrued > 0n !== paid > 0n) return 0n;
  return sizeOf(paid) < sizeOf(accrued) ? paid : accrued;
}

/** The rate of an exchange from or into the account's own currency; undefined of another. */
function rateOfExchange(account: Account, event: CashExchanged): bigint | undefined {
  const { currency, amount, toCurrency, toAmount } = event;
  if (currency === account.currency) return divideToEven(amount * ONE, toAmount);
  return toCurrency === account.currency ? divideToEven(toAmount * ONE, amount) : undefined;
}

/** The currency that an exchange from or into the account's own sets the rate of. */
function ratedBy({ currency, toCurrency }: CashExchanged, own: string): string {
  return currency === own ? toCurrency : currency;
}

function badRate(rate: bigint): Refusal {
  return refusal('portfolio.bad_rate', `expected a rate above 0, was ${rate} millionths`);
}

/** Checks currencies and that amounts are of the sign their event gives them. */
function checkMoney(event: AccountEvent): Refusal | undefined {
  for (const currency of currenciesOf(event)) {
    if (!/^[A-Z]{3}$/.test(currency)) {
      const text = `expected a currency of three capitals, was "${currency.slice(0, 16)}"`;
      return refusal('portfolio.bad_currency', text);
    }
  }
  const isExchange = event.kind === 'cash_exchanged';
  if (isExchange || event.kind === 'fee_charged') {
    const least = isExchange && event.toAmount < event.amount ? event.toAmount : event.amount;
    if (least <= 0n) {
      return refusal('portfolio.bad_amount', `expected amounts above 0, was ${least} millionths`);
    }
  }
  if (event.kind === 'rate_set' && event.rate <= 0n) return badRate(event.rate);
  if (isExchange && event.currency === event.toCurrency) {
    return refusal(
      'portfolio.bad_currency',
      `expected two currencies, was ${event.currency} twice`,
    );
  }
  return undefined;
}

function currenciesOf(event: AccountEvent): readonly string[] {
  if (event.kind === 'cash_exchanged') return [event.currency, event.toCurrency];
  return 'currency' in event ? [event.currency] : [];
}

/** Nothing to do where the market tells it, a mistake where somebody enters it. */
function nothingHeld(event: DividendPaid | SharesSplit): readonly RealisedGain[] | Refusal {
  return event.ofMarket === true ? NO_GAINS : noPosition(event.symbol);
}

function noPosition(symbol: string): Refusal {
  return refusal('portfolio.no_position', `expected a position in ${symbol}, there is none`);
}

/** Refuses a currency other than the one a symbol is already held in. */
function checkCurrency(position: LotPosition | undefined, event: Traded | LotReceived) {
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

function checkLots(lots: readonly Lot[], symbol: string): Refusal | undefined {
  const count = lots.length;
  if (count < LOTS_MAX) return undefined;
  const text = `expected fewer than ${LOTS_MAX} lots of ${symbol}, was ${count}`;
  return refusal('portfolio.too_many_lots', text);
}

/** Closes what stands against the trade; the rest, if any, opens a lot. */
function trade(account: Account, event: Traded): readonly RealisedGain[] | Refusal {
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
  const fee = event.pooled === true ? 0n : event.fee;
  const closedFee = shareOf(fee, closedSize, size);
  const openedNotional = notionalOf(event.price, openedQuantity);
  const closedNotional = notionalOf(event.price, quantity) - openedNotional;
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

function hold(account: Account, symbol: string, currency: string, lots: readonly Lot[]): void {
  if (lots.length === 0) account.positions.delete(symbol);
  else account.positions.set(symbol, { currency, lots });
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

/**
 * Restates the shares of all lots; the position is rounded once, to the millionth of a share, and
 * shared out, so that lots add up to it. A lot too small to keep a share leaves its cost behind.
 */
function split(account: Account, event: SharesSplit): readonly RealisedGain[] | Refusal {
  const position = account.positions.get(event.symbol);
  if (position === undefined) return nothingHeld(event);
  const { newShares, oldShares } = event;
  if (newShares <= 0n || oldShares <= 0n) {
    const was = `${newShares} for ${oldShares}`;
    return refusal('portfolio.bad_split', `expected shares above 0 on both sides, was ${was}`);
  }
  let before = quantityOf(position);
  let after = divideToEven(before * newShares, oldShares);
  if (after === 0n) {
    if (event.ofMarket === true) return giveUp(account, event, position);
    const text = `expected something left of ${before} millionths, was 0`;
    return refusal('portfolio.bad_split', text);
  }
  const lots: Lot[] = [];
  let carried = 0n;
  for (const lot of position.lots) {
    const quantity = shareOf(after, sizeOf(lot.quantity), sizeOf(before));
    before -= lot.quantity;
    after -= quantity;
    const cost = lot.cost + carried;
    carried = quantity === 0n ? cost : 0n;
    if (quantity !== 0n) lots.push({ ...lot, quantity, cost });
  }
  const last = lots.pop();
  assert(last !== undefined, 'account.a_split_leaves_a_lot');
  lots.push({ ...last, cost: last.cost + carried });
  position.lots = lots;
  return NO_GAINS;
}

/** Less than half a millionth of a share would be left: it is given up for nothing. */
function giveUp(account: Account, event: SharesSplit, position: LotPosition) {
  const { eventId, day, symbol } = event;
  const { currency } = position;
  const free = { quantity: -quantityOf(position), price: 0n, fee: 0n };
  return trade(account, { kind: 'traded', eventId, day, symbol, currency, ...free });
}

function receive(account: Account, event: LotReceived): readonly RealisedGain[] | Refusal {
  const { eventId: id, symbol, currency, quantity, cost, openedDay, heldFromDay } = event;
  const position = account.positions.get(symbol);
  const refused = checkCurrency(position, event) ?? checkLots(position?.lots ?? [], symbol);
  if (refused !== undefined) return refused;
  const isOtherSide = position !== undefined && quantityOf(position) > 0n !== quantity > 0n;
  if (quantity === 0n || isOtherSide) {
    const text = `expected shares on the side ${symbol} is held on, was ${quantity} millionths`;
    return refusal('portfolio.bad_quantity', text);
  }
  const lot: Lot = { id, openedDay, heldFromDay, quantity, cost };
  hold(account, symbol, currency, [...(position?.lots ?? []), lot]);
  sumsOf(account, currency).transferred += cost;
  return NO_GAINS;
}

function deliver(account: Account, event: LotsDelivered): readonly RealisedGain[] | Refusal {
  const position = account.positions.get(event.symbol);
  if (position === undefined) return noPosition(event.symbol);
  const method = event.method ?? account.method;
  const closing = closeLots(position.lots, event.quantity, method, event.picks);
  if ('kind' in closing) return closing;
  const cost = closing.matches.reduce((sum, match) => sum + match.cost, 0n);
  sumsOf(account, position.currency).transferred -= cost;
  hold(account, event.symbol, position.currency, closing.lots);
  return NO_GAINS;
}
