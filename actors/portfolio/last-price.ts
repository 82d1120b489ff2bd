// What things held or wanted are worth now: stocks at their last price, options by the model.

import { contractOf, type OptionContract } from '../options/index.js';
import { SCENARIOS } from '../risk/index.js';
import { costOf, quantityOf } from './account.js';
import { fromFloat, toFloat } from './money.js';
import { type HeldOption, type OptionMoment, priceOption } from './option-book.js';
import { type PortfolioState, rowOf, worthOf } from './state.js';

/** Now, for options: the time of the last point, at the last prices. */
export function optionMoment({
  marked: last,
  options,
  book,
  directory,
}: PortfolioState): OptionMoment {
  const marked = options?.dayIndex ?? Number.NaN;
  return {
    timeUs: last?.asOfUs ?? Number.NaN,
    dayIndex: marked === marked ? marked : book.firstDay + SCENARIOS,
    priceOf: (row) => directory.lastPrice(row),
  };
}

/** So many shares by a contract, priced now. */
export function optionNow(
  state: PortfolioState,
  contract: OptionContract,
  shares: number,
  cost = 0,
): HeldOption {
  const option: HeldOption = {
    contract,
    row: state.directory.rowOf(contract.underlying) ?? -1,
    shares,
    cost,
    spot: Number.NaN,
    volatility: Number.NaN,
    source: 'realised',
    curve: undefined,
    greeks: undefined,
  };
  priceOption(option, state.account, state.pricing, optionMoment(state));
  return option;
}

/** Last price of a symbol, of an option what the model makes of it; NaN where none is known. */
export function lastPriceOf(state: PortfolioState, symbol: string): number {
  const contract = contractOf(symbol);
  if (contract === undefined) return state.directory.lastPrice(rowOf(state.directory, symbol));
  return optionNow(state, contract, 0).greeks?.price ?? Number.NaN;
}

/** What one unit of a position is worth, a share or a contract; undefined where nobody knows. */
export function unitWorthOf(state: PortfolioState, symbol: string): bigint | undefined {
  const last = lastPriceOf(state, symbol);
  if (last !== last) return undefined;
  return fromFloat(last) * (contractOf(symbol)?.multiplier ?? 1n);
}

/** Equity at the last prices; at cost what has none. Units: dollars. */
export function equityNow(state: PortfolioState): number {
  let equity = toFloat(worthOf(state.account));
  for (const [symbol, position] of state.account.positions) {
    const worth = lastPriceOf(state, symbol) * Number(contractOf(symbol)?.multiplier ?? 1n);
    equity += worth === worth ? toFloat(quantityOf(position)) * worth : toFloat(costOf(position));
  }
  return equity;
}
