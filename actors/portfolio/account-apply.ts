// What events do to an account: trades close lots and open them, splits restate them.

import { assert, type Refusal, refusal } from '../../engine/index.js';
import { closeLots, divideToEven, type Lot, shareOf, sizeOf } from '../lots/index.js';
import { type Account, type LotPosition, quantityOf, sumsOf } from './account.js';
import type {
  AccountEvent,
  CashExchanged,
  DividendPaid,
  LotReceived,
  LotsDelivered,
  SharesSplit,
} from './account-event.js';
import {
  checkCurrency,
  checkLots,
  hold,
  NO_GAINS,
  type RealisedGain,
  trade,
} from './account-trade.js';
import { notionalOf } from './money.js';
import { endOption, settleOption, splitOptions } from './option-entry.js';

/** One, in millionths. */
const ONE = 1_000_000n;

/**
 * Folds one event into the account and returns what it realised; a refused event changes nothing.
 * Errors: `portfolio.bad_currency`, `.bad_amount`, `.bad_price`, `.bad_quantity`,
 * `.bad_rate`, `.no_position`, `.bad_split`, and those of `trade`, `endOption` and `closeLots`.
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
    case 'option_ended':
      return endOption(account, event);
    case 'option_settled':
      return settleOption(account, event);
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

/** Restates the shares of a stock and the options on it. */
function split(account: Account, event: SharesSplit): readonly RealisedGain[] | Refusal {
  const position = account.positions.get(event.symbol);
  const { newShares, oldShares } = event;
  if (newShares <= 0n || oldShares <= 0n) {
    const was = `${newShares} for ${oldShares}`;
    return refusal('portfolio.bad_split', `expected shares above 0 on both sides, was ${was}`);
  }
  const shares =
    position === undefined ? nothingHeld(event) : splitShares(account, event, position);
  if ('kind' in shares) return shares;
  splitOptions(account, event);
  return shares;
}

/**
 * Restates the shares of all lots; the position is rounded once, to the millionth of a share, and
 * shared out, so that lots add up to it. A lot too small to keep a share leaves its cost behind.
 */
function splitShares(
  account: Account,
  event: SharesSplit,
  position: LotPosition,
): readonly RealisedGain[] | Refusal {
  const { newShares, oldShares } = event;
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
