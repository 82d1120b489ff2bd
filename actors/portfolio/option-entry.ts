// What becomes of options in the books: exercised, assigned, expired, settled, split.

import { assert, type Refusal, refusal } from '../../engine/index.js';
import { daysOf } from '../calendar/index.js';
import { closeLots, type Lot, sizeOf } from '../lots/index.js';
import { contractOf, type OptionContract, splitContract, symbolApart } from '../options/index.js';
import { type Account, type LotPosition, quantityOf } from './account.js';
import type { OptionEnded, OptionSettled, SharesSplit } from './account-event.js';
import { hold, NO_GAINS, type RealisedGain, trade } from './account-trade.js';

/** Worth on the last day from which an option is exercised. Source: OCC Rule 805(d)(2). */
const EXERCISE_MIN = 10_000n;

/**
 * Ends contracts. What an option had cost moves into the cost or the proceeds of the shares that
 * its exercise or assignment trades at the strike; one that expires realises it.
 * Errors: `portfolio.no_position`, `.bad_option`, `.bad_date`, and those of `trade`.
 * Source: IRS Publication 550 (2023), chapter 4, "Puts and calls".
 */
export function endOption(account: Account, event: OptionEnded): readonly RealisedGain[] | Refusal {
  const { symbol, end, quantity } = event;
  const contract = contractOf(symbol);
  const position = account.positions.get(symbol);
  if (contract === undefined || position === undefined) {
    return refusal('portfolio.no_position', `expected a position in ${symbol}, there is none`);
  }
  const refused = checkEnd(contract, position, event);
  if (refused !== undefined) return refused;
  if (end === 'expired') return expire(account, event, position, quantity);
  return deliver(account, event, { contract, position, quantity });
}

function checkEnd(
  { expiryDate, isAdjusted }: OptionContract,
  position: LotPosition,
  { symbol, end, day }: OptionEnded,
): Refusal | undefined {
  if (end === 'expired') {
    if (day >= daysOf(expiryDate)) return undefined;
    const text = `expected a day from ${expiryDate} on for ${symbol} to expire, was day ${day}`;
    return refusal('portfolio.bad_date', text);
  }
  const isLong = quantityOf(position) > 0n;
  if (isLong === (end === 'exercised') && !isAdjusted) return undefined;
  const text = isAdjusted
    ? `expected a standard contract, ${symbol} delivers what a split made of it: trade it instead`
    : `expected ${symbol} ${end === 'exercised' ? 'bought' : 'written'} to be ${end}, it is not`;
  return refusal('portfolio.bad_option', text);
}

/** Settles all that is held at the closing price of the stock; nothing where nothing is held. */
export function settleOption(
  account: Account,
  event: OptionSettled,
): readonly RealisedGain[] | Refusal {
  const { symbol, price, day } = event;
  const contract = contractOf(symbol);
  const position = account.positions.get(symbol);
  if (contract === undefined || position === undefined) {
    if (event.ofMarket === true) return NO_GAINS;
    return refusal('portfolio.no_position', `expected a position in ${symbol}, there is none`);
  }
  if (contract.isAdjusted || day < daysOf(contract.expiryDate) || price < 0n) {
    const text = `expected a standard contract on its last day and a price, was ${symbol} of ${day} at ${price}`;
    return refusal('portfolio.bad_option', text);
  }
  const { type, strike } = contract;
  const worth = type === 'call' ? price - strike : strike - price;
  const quantity = sizeOf(quantityOf(position));
  return worth < EXERCISE_MIN
    ? expire(account, event, position, quantity)
    : deliver(account, event, { contract, position, quantity });
}

/** Closes contracts for nothing. */
function expire(
  account: Account,
  event: OptionEnded | OptionSettled,
  position: LotPosition,
  quantity: bigint,
): readonly RealisedGain[] | Refusal {
  const { eventId, day, symbol } = event;
  const { currency } = position;
  const isLong = quantityOf(position) > 0n;
  const free = { quantity: isLong ? -quantity : quantity, price: 0n, fee: 0n };
  const closed = sizeOf(quantityOf(position));
  if (quantity <= 0n || quantity > closed) return notSoMany(symbol, closed, quantity);
  const ways = event.kind === 'option_ended' ? waysOf(event) : {};
  return trade(account, { kind: 'traded', eventId, day, symbol, currency, ...free, ...ways });
}

function notSoMany(symbol: string, held: bigint, quantity: bigint): Refusal {
  const text = `expected 1 to ${held} millionths of ${symbol}, was ${quantity}`;
  return refusal('portfolio.bad_quantity', text);
}

function waysOf({ method, picks }: OptionEnded) {
  return { ...(method !== undefined && { method }), ...(picks !== undefined && { picks }) };
}

interface Delivery {
  readonly contract: OptionContract;
  readonly position: LotPosition;
  /** Positive. Units: millionths of a contract. */
  readonly quantity: bigint;
}

/** Trades the shares at the strike; a refused trade leaves the contracts as they are. */
function deliver(
  account: Account,
  event: OptionEnded | OptionSettled,
  { contract, position, quantity }: Delivery,
): readonly RealisedGain[] | Refusal {
  const { eventId, day, symbol } = event;
  const { underlying, type, strike: price, multiplier } = contract;
  const { method = account.method, picks } = event.kind === 'option_ended' ? event : {};
  const closing = closeLots(position.lots, quantity, method, picks);
  if ('kind' in closing) return closing;
  const carried = closing.matches.reduce((sum, { cost }) => sum + cost, 0n);
  const isPurchase = quantityOf(position) > 0n === (type === 'call');
  const shares = quantity * multiplier * (isPurchase ? 1n : -1n);
  const { currency } = position;
  const traded = { kind: 'traded', eventId, day, symbol: underlying, currency, price } as const;
  const gains = trade(account, { ...traded, quantity: shares, fee: 0n }, carried);
  if (!('kind' in gains)) hold(account, symbol, currency, closing.lots);
  return gains;
}

/**
 * Restates the options on a stock that is split; what they have cost stays. Contracts that come to
 * be alike (strikes a cent apart, or an adjusted one that is there already) stay apart: the later
 * one is adjusted.
 */
export function splitOptions(account: Account, event: SharesSplit): void {
  const renamed = [...account.positions].flatMap(([symbol, position]) => {
    const contract = contractOf(symbol);
    return contract?.underlying === event.symbol ? [{ contract, position }] : [];
  });
  // Those that keep their names come first.
  renamed.sort((one, other) => Number(other.contract.isAdjusted) - Number(one.contract.isAdjusted));
  const before = renamed.map(({ contract: { symbol } }) => account.volatilities.get(symbol));
  for (const { contract, position } of renamed)
    hold(account, contract.symbol, position.currency, []);
  renamed.forEach(({ contract, position: { currency, lots } }, index) => {
    const split = splitContract(contract, event.newShares, event.oldShares);
    const isTaken = (one: string): boolean => account.positions.has(one);
    const symbol = isTaken(split.symbol) ? symbolApart(contract, isTaken) : split.symbol;
    assert(symbol !== undefined, 'portfolio.a_split_keeps_options_apart');
    const { count } = split;
    const restated = lots.map((lot): Lot => ({ ...lot, quantity: lot.quantity * count }));
    hold(account, symbol, currency, restated);
    const volatility = before[index];
    if (volatility !== undefined) account.volatilities.set(symbol, volatility);
  });
}

/** The symbols of a position and, of an option, of its stock: what an entry on it may touch. */
export function symbolsTouched(symbol: string): readonly string[] {
  const contract = contractOf(symbol);
  return contract === undefined ? [symbol] : [symbol, contract.underlying];
}
