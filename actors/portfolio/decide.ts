// The decider: what a command does to a portfolio, or why not.

import { type Refusal, refusal } from '../../engine/index.js';
import { LOT_METHODS, type LotMethod, type LotPick } from '../lots/index.js';
import type { AccountEvent } from './account-event.js';
import type { Directory } from './directory.js';
import type { CashCommand, TradeCommand } from './messages.js';
import { formatDecimal, fromFloat, notionalOf, parseDecimal } from './money.js';
import { type PortfolioState, rateOf } from './state.js';

/** Largest share count of one trade, in millionths. */
const QUANTITY_MAX = 1_000_000_000n * 1_000_000n;

/** Longest command id. */
const COMMAND_ID_MAX = 64;

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
  if (commandId.length >= 1 && commandId.length <= COMMAND_ID_MAX) return undefined;
  return refusal(
    'portfolio.bad_command_id',
    `expected a command id of 1 to ${COMMAND_ID_MAX} characters, was ${commandId.length}`,
  );
}

/** Row of a symbol. Errors: `portfolio.unknown_symbol`. */
export function checkSymbol(symbol: string, directory: Directory): number | Refusal {
  const row = directory.rowOf(symbol);
  if (row !== undefined) return row;
  const text = `expected a listed symbol, was "${symbol.slice(0, 32)}"`;
  return refusal('portfolio.unknown_symbol', text);
}

/** Shares above nothing. Errors: `portfolio.bad_quantity`. */
export function quantityFrom(text: string): bigint | Refusal {
  const quantity = parseDecimal(text);
  if (quantity !== undefined && quantity > 0n && quantity <= QUANTITY_MAX) return quantity;
  return refusal(
    'portfolio.bad_quantity',
    `expected a positive decimal of at most 6 decimals up to 1,000,000,000 shares, was "${text.slice(0, 32)}"`,
  );
}

/** How lots are chosen, as an event says it. Errors: `portfolio.bad_method`, `.bad_quantity`. */
export function lotsFrom(
  method = '',
  lots: readonly { readonly lot: string; readonly quantity: string }[] = [],
): { readonly method?: LotMethod; readonly picks?: readonly LotPick[] } | Refusal {
  const known = LOT_METHODS.find((one) => one === method);
  if (method !== '' && known === undefined) {
    const text = `expected ${LOT_METHODS.join(', ')}, was "${method.slice(0, 32)}"`;
    return refusal('portfolio.bad_method', text);
  }
  if (known !== 'specific') {
    if (lots.length === 0) return known === undefined ? {} : { method: known };
    const text = `expected lots only where the method is specific, was ${method || 'none'}`;
    return refusal('portfolio.bad_method', text);
  }
  const picks: LotPick[] = [];
  for (const { lot, quantity } of lots) {
    const size = quantityFrom(quantity);
    if (typeof size !== 'bigint') return size;
    picks.push([lot, size]);
  }
  return { method: known, picks };
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
      return checkCash(state, currency, notionalOf(price, quantity) + fee);
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
  { directory, account }: PortfolioState,
  command: TradeCommand,
  stated: Stated,
): Traded | Refusal {
  const { symbol, side } = command;
  const row = checkSymbol(symbol, directory);
  if (typeof row !== 'number') return row;
  if (side !== 'buy' && side !== 'sell') {
    return refusal('portfolio.bad_side', `expected side buy or sell, was "${side.slice(0, 32)}"`);
  }
  const quantity = quantityFrom(command.quantity);
  if (typeof quantity !== 'bigint') return quantity;
  const price = priceFrom(command, row, directory);
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
  const { currency } = account;
  const signed = side === 'buy' ? quantity : -quantity;
  return { kind: 'traded', ...stated, symbol, currency, quantity: signed, price, fee, ...lots };
}

/** The price given, or the last one. Errors: `portfolio.no_price`, `.bad_price`. */
function priceFrom(
  { symbol, price: text, date = 0 }: TradeCommand,
  row: number,
  directory: Directory,
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
  const last = directory.lastPrice(row);
  if (last === last) return fromFloat(last);
  return refusal(
    'portfolio.no_price',
    `expected a last price for ${symbol}, there is none yet; give a price`,
  );
}

/** A decimal of either sign but not 0. Errors: `portfolio.bad_amount`. */
export function amountFrom(text: string, isSigned: boolean): bigint | Refusal {
  const amount = parseDecimal(text);
  if (amount !== undefined && (isSigned ? amount !== 0n : amount > 0n)) return amount;
  const what = isSigned ? 'decimal other than 0' : 'positive decimal';
  const expected = `expected a ${what} of at most 6 decimals, was "${text.slice(0, 32)}"`;
  return refusal('portfolio.bad_amount', expected);
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
