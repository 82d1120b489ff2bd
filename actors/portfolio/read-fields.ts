// Fields of commands as the books know them: symbols, contracts, quantities, amounts, lots.

import { type Refusal, refusal } from '../../engine/index.js';
import { dateOf, daysOf } from '../calendar/index.js';
import { LOT_METHODS, type LotMethod, type LotPick } from '../lots/index.js';
import type { OptionContract } from '../options/index.js';
import type { Directory } from './directory.js';
import { parseDecimal } from './money.js';
import type { PortfolioState } from './state.js';

/** Largest share count of one trade, in millionths. */
const QUANTITY_MAX = 1_000_000_000n * 1_000_000n;

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

/** A decimal of either sign but not 0. Errors: `portfolio.bad_amount`. */
export function amountFrom(text: string, isSigned: boolean): bigint | Refusal {
  const amount = parseDecimal(text);
  if (amount !== undefined && (isSigned ? amount !== 0n : amount > 0n)) return amount;
  const what = isSigned ? 'decimal other than 0' : 'positive decimal';
  const expected = `expected a ${what} of at most 6 decimals, was "${text.slice(0, 32)}"`;
  return refusal('portfolio.bad_amount', expected);
}

/** A contract, in millionths. */
const ONE = 1_000_000n;

/**
 * Whether a contract may be traded on a day: a standard one on a listed stock until it expires, any
 * other only while it is held.
 * Errors: `portfolio.unknown_symbol`, `.bad_option`, `.option_expired`.
 */
export function checkContract(
  { directory, account }: PortfolioState,
  { symbol, underlying, expiryDate, isAdjusted }: OptionContract,
  day: number,
): Refusal | undefined {
  const row = checkSymbol(underlying, directory);
  if (typeof row !== 'number') return row;
  if (isAdjusted && !account.positions.has(symbol)) {
    const text = `expected a standard contract, ${symbol} is one that a split has changed`;
    return refusal('portfolio.bad_option', text);
  }
  if (day <= daysOf(expiryDate)) return undefined;
  const text = `expected ${symbol} no later than ${expiryDate}, was ${dateOf(day)}`;
  return refusal('portfolio.option_expired', text);
}

/** Whole contracts above nothing. Errors: `portfolio.bad_quantity`. */
export function contractsFrom(text: string): bigint | Refusal {
  const quantity = quantityFrom(text);
  if (typeof quantity !== 'bigint' || quantity % ONE === 0n) return quantity;
  return refusal('portfolio.bad_quantity', `expected whole contracts, was "${text.slice(0, 32)}"`);
}
