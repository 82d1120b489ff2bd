// The decider: what a command does to a portfolio, or why not.

import { type Refusal, refusal } from '../../engine/index.js';
import { contractOf } from '../options/index.js';
import type { AccountEvent } from './account-event.js';
import { lastPriceOf } from './last-price.js';
import type { CashCommand, TradeCommand } from './messages.js';
import { formatDecimal, fromFloat, notionalOf, parseDecimal } from './money.js';
import {
  amountFrom,
  checkContract,
  checkSymbol,
  contractsFrom,
  lotsFrom,
  quantityFrom,
} from './read-fields.js';
import { type PortfolioState, rateOf } from './state.js';

/** Longest command id. */
const COMMAND_ID_MAX = 64;

/** What nobody sees in a table, a log or a file of entries: controls and ends of lines. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** What stands in the ids of entries that no command has named, and may in no command's. */
const OWN_ID = /^market:|:replacement$/;

/** What ids of entries begin with that the market has told. */
export const MARKET_ID = 'market:';

/** A decision: the event to persist, or a refusal. */
export type Decision = AccountEvent | Refusal;

/** When an entry takes effect, and under which id. */
export interface Stated {
  readonly eventId: string;
  readonly day: number;
}

/** Whether an id may name a command. */
export function checkCommandId(commandId: string): Refusal | undefined {
  if (OWN_ID.test(commandId)) {
    const text = `expected a command id without "market:" before or ":replacement" behind it, was ${commandId}`;
    return refusal('portfolio.bad_command_id', text);
  }
  if (UNSEEN.test(commandId)) {
    const was = JSON.stringify(commandId.slice(0, COMMAND_ID_MAX));
    const text = `expected a command id without control characters, was ${was}`;
    return refusal('portfolio.bad_command_id', text);
  }
  if (commandId.length >= 1 && commandId.length <= COMMAND_ID_MAX) return undefined;
  return refusal(
    'portfolio.bad_command_id',
    `expected a command id of 1 to ${COMMAND_ID_MAX} characters, was ${commandId.length}`,
  );
}

/** Whether there is enough cash of a currency. Errors: `portfolio.not_enough_cash`. */
export function checkCash(
  { account }: PortfolioState,
  currency: string,
  needed: bigint,
): Refusal | undefined {
  const cash = account.sums.get(currency)?.cash ?? 0n;
  if (needed <= cash) return undefined;
  const unit = currency === 'USD' ? 'dollars' : currency;
  const text = `expected at least ${formatDecimal(needed)} ${unit} of cash, was ${formatDecimal(cash)}`;
  return refusal('portfolio.not_enough_cash', text);
}

/** Whether there is the cash that an event takes by choice. Errors: `portfolio.not_enough_cash`. */
export function checkNeed(state: PortfolioState, event: AccountEvent): Refusal | undefined {
  switch (event.kind) {
    case 'traded': {
      const { quantity, price, fee, currency } = event;
      if (quantity < 0n) return undefined;
      const { multiplier = 1n } = event;
      return checkCash(state, currency, notionalOf(price, quantity * multiplier) + fee);
    }
    case 'option_ended': {
      const contract = event.end === 'exercised' ? contractOf(event.symbol) : undefined;
      if (contract?.type !== 'call') return undefined;
      const { strike, multiplier } = contract;
      const { currency } = state.account;
      return checkCash(state, currency, notionalOf(strike, event.quantity * multiplier));
    }
    case 'cash_moved':
      return event.amount < 0n ? checkCash(state, event.currency, -event.amount) : undefined;
    case 'cash_exchanged':
      return checkCash(state, event.currency, event.amount);
    default:
      return undefined;
  }
}

/** A purchase or a sale. */
export type Traded = AccountEvent & { readonly kind: 'traded' };

/** Reads a trade. Errors: `portfolio.*` refusals with what was expected. */
export function readTrade(
  state: PortfolioState,
  command: TradeCommand,
  stated: Stated,
): Traded | Refusal {
  const { side } = command;
  const contract = contractOf(command.symbol);
  const refused =
    contract === undefined
      ? checkSymbol(command.symbol, state.directory)
      : checkContract(state, contract, stated.day);
  if (typeof refused === 'object') return refused;
  if (side !== 'buy' && side !== 'sell') {
    return refusal('portfolio.bad_side', `expected side buy or sell, was "${side.slice(0, 32)}"`);
  }
  const { symbol = command.symbol, multiplier } = contract ?? {};
  const quantity = (contract === undefined ? quantityFrom : contractsFrom)(command.quantity);
  if (typeof quantity !== 'bigint') return quantity;
  const price = priceFrom(state, symbol, command);
  if (typeof price !== 'bigint') return price;
  const fee = command.fee === '' ? 0n : parseDecimal(command.fee);
  if (fee === undefined || fee < 0n) {
    return refusal(
      'portfolio.bad_fee',
      `expected a fee of 0 or more, was "${command.fee.slice(0, 32)}"`,
    );
  }
  const lots = lotsFrom(command.method, command.lots);
  if ('kind' in lots) return lots;
  const { currency } = state.account;
  const signed = side === 'buy' ? quantity : -quantity;
  const traded: Traded = {
    kind: 'traded',
    ...stated,
    symbol,
    currency,
    quantity: signed,
    price,
    fee,
    ...lots,
  };
  return multiplier === undefined ? traded : { ...traded, multiplier };
}

/** The price given, or the last one. Errors: `portfolio.no_price`, `.bad_price`. */
function priceFrom(
  state: PortfolioState,
  symbol: string,
  { price: text, date = 0 }: TradeCommand,
): bigint | Refusal {
  if (text !== '') {
    const price = parseDecimal(text);
    if (price !== undefined && price > 0n) return price;
    const expected = `expected a positive decimal price, was "${text.slice(0, 32)}"`;
    return refusal('portfolio.bad_price', expected);
  }
  if (date !== 0) {
    return refusal('portfolio.no_price', `expected a price of ${symbol} where a date is given`);
  }
  const last = lastPriceOf(state, symbol);
  if (last > 0) return fromFloat(last);
  return refusal(
    'portfolio.no_price',
    `expected a last price for ${symbol}, there is none yet; give a price`,
  );
}

/**
 * A currency that can be valued; empty is the portfolio's own.
 * Errors: `portfolio.bad_currency`, `portfolio.no_rate`.
 */
export function currencyFrom({ account }: PortfolioState, text = ''): string | Refusal {
  if (text === '' || text === account.currency) return account.currency;
  if (!/^[A-Z]{3}$/.test(text)) {
    const expected = `expected a currency of three capitals, was "${text.slice(0, 16)}"`;
    return refusal('portfolio.bad_currency', expected);
  }
  if (rateOf(account, text) !== undefined) return text;
  const expected = `expected a rate from ${text} to ${account.currency}, there is none yet; set one`;
  return refusal('portfolio.no_rate', expected);
}

/** Decides a cash movement. Errors: `portfolio.*` refusals. */
export function decideCash(state: PortfolioState, command: CashCommand, stated: Stated): Decision {
  const { direction } = command;
  if (direction !== 'deposit' && direction !== 'withdraw') {
    return refusal(
      'portfolio.bad_direction',
      `expected direction deposit or withdraw, was "${direction.slice(0, 32)}"`,
    );
  }
  const amount = amountFrom(command.amount, false);
  if (typeof amount !== 'bigint') return amount;
  const currency = currencyFrom(state, command.currency);
  if (typeof currency !== 'string') return currency;
  const signed = direction === 'deposit' ? amount : -amount;
  return { kind: 'cash_moved', ...stated, currency, amount: signed };
}
