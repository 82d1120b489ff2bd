// The decider of options: which contracts may be traded, and what becomes of those held.

import { type Refusal, refusal } from '../../engine/index.js';
import { daysOf } from '../calendar/index.js';
import { contractOf, impliedVolatility, type OptionContract } from '../options/index.js';
import { type AccountEvent, OPTION_ENDS } from './account-event.js';
import type { Decision, Stated } from './decide.js';
import { todayOf } from './enter.js';
import { statedIn } from './history.js';
import { optionMoment } from './last-price.js';
import type { OptionCommand } from './messages.js';
import { toFloat } from './money.js';
import { yearsLeft } from './option-pricing.js';
import { amountFrom, checkSymbol, contractsFrom, lotsFrom } from './read-fields.js';
import { type PortfolioState, rowOf } from './state.js';

/** Whether a contract's last close has come. */
function isExpired(state: PortfolioState, contract: OptionContract): boolean {
  return (
    daysOf(contract.expiryDate) < todayOf(state) ||
    yearsLeft(contract, optionMoment(state).timeUs) === 0
  );
}

/** Refuses a trade in what has expired and nobody settles. Errors: `portfolio.option_expired`. */
export function checkExpiry(state: PortfolioState, event: AccountEvent): Refusal | undefined {
  const contract = event.kind === 'traded' ? contractOf(event.symbol) : undefined;
  if (contract === undefined || !isExpired(state, contract)) return undefined;
  const { symbol, expiryDate } = contract;
  const text = `expected an option that has not expired, was ${symbol} of ${expiryDate}`;
  return refusal('portfolio.option_expired', text);
}

/** The same of a correction, which may mend a trade in what the books have settled since. */
export function checkCorrected(state: PortfolioState, event: AccountEvent): Refusal | undefined {
  const refused = checkExpiry(state, event);
  const isSettled =
    refused !== undefined &&
    statedIn(state.history).some((one) => {
      const isOfSymbol = event.kind === 'traded' && 'symbol' in one && one.symbol === event.symbol;
      return isOfSymbol && one.kind === 'option_settled';
    });
  return isSettled ? undefined : refused;
}

/** Decides what becomes of contracts. Errors: `portfolio.*` refusals. */
export function decideOption(
  state: PortfolioState,
  command: OptionCommand,
  stated: Stated,
): Decision {
  const { what } = command;
  const contract = contractOf(command.symbol);
  if (contract === undefined) {
    const text = `expected an option such as AAPL210618C00130000, was "${command.symbol.slice(0, 32)}"`;
    return refusal('portfolio.bad_option', text);
  }
  const row = checkSymbol(contract.underlying, state.directory);
  if (typeof row !== 'number') return row;
  const { symbol } = contract;
  if (what === 'settled') {
    const price = amountFrom(command.price, false);
    if (typeof price !== 'bigint') return price;
    return { kind: 'option_settled', ...stated, symbol, price };
  }
  const end = OPTION_ENDS.find((one) => one === what);
  if (end === undefined) {
    const text = `expected ${OPTION_ENDS.join(', ')} or settled, was "${what.slice(0, 32)}"`;
    return refusal('portfolio.bad_option', text);
  }
  const quantity = contractsFrom(command.quantity);
  if (typeof quantity !== 'bigint') return quantity;
  const lots = lotsFrom(command.method, command.lots);
  if ('kind' in lots) return lots;
  return { kind: 'option_ended', ...stated, symbol, end, quantity, ...lots };
}

/**
 * A trade of today with what its price implies at the stock's last price: what the option is valued
 * by from then on. A price that implies nothing (below what exercising is worth) changes nothing.
 */
export function withVolatility(state: PortfolioState, event: AccountEvent): AccountEvent {
  const contract = event.kind === 'traded' ? contractOf(event.symbol) : undefined;
  if (contract === undefined || event.kind !== 'traded') return event;
  const { policy } = state.pricing;
  const { type, underlying, strike } = contract;
  const { timeUs } = optionMoment(state);
  const implied = impliedVolatility({
    type,
    price: toFloat(event.price),
    spot: state.directory.lastPrice(rowOf(state.directory, underlying)),
    strike: toFloat(strike),
    rate: policy.rate,
    dividendYield: policy.dividendYields.get(underlying) ?? 0,
    timeYears: yearsLeft(contract, timeUs),
  });
  const isOfToday = event.day === todayOf(state);
  return typeof implied === 'number' && isOfToday ? { ...event, volatility: implied } : event;
}
