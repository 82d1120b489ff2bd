// What a portfolio tells of itself when asked: figures of its last point, holdings as of now.

import { weightOf } from '../limits/index.js';
import { contractOf } from '../options/index.js';
import { type MarginPolicy, stockMargin } from '../pretrade/index.js';
import { costOf, type LotPosition, quantityOf } from './account.js';
import type { PortfolioShown, PositionFigures } from './answers.js';
import { optionBookNow, optionMarginNow } from './check-options.js';
import type { Directory } from './directory.js';
import { formatDecimal, toFloat } from './money.js';
import { type HeldOption, optionExposure, optionGamma, optionVega } from './option-book.js';
import { optionRiskNow } from './option-mark.js';
import { stressOptions } from './option-stress.js';
import { showCurrencies } from './show-currencies.js';
import { type PortfolioState, refreshCash, rowOf } from './state.js';

/** Answers with all that a page of the portfolio shows. */
export function show(
  state: PortfolioState,
  directory: Directory,
  policy: MarginPolicy,
): PortfolioShown {
  refreshCash(state);
  const book = optionBookNow(state);
  const options = book?.held ?? [];
  const held = heldOf(state, directory, options);
  const marketValue = held.reduce((sum, position) => sum + position.marketValue, 0);
  const unrealised = held.reduce((sum, position) => sum + position.unrealised, 0);
  const equity = state.cashValue + marketValue;
  return {
    kind: 'portfolio_shown',
    figures: state.marked?.told(),
    now: {
      cash: state.cashText,
      realised: state.realisedText,
      equity,
      marketValue,
      unrealised,
      margin: marginNow(state, held, options, policy),
      positions: held.length,
    },
    scenarioProfits: state.book.profits.slice(),
    options: book === undefined ? undefined : optionRiskNow(state, book),
    optionStress: options.length === 0 ? [] : stressOptions(options, held),
    firstDay: state.book.firstDay,
    currencies: showCurrencies(state, { equity, marketValue }),
    positions: held.map((position) => weighed(position, equity)),
  };
}

/** What all positions ask of equity at the last prices. Units: dollars; NaN where nobody knows. */
function marginNow(
  state: PortfolioState,
  held: readonly Held[],
  options: readonly HeldOption[],
  policy: MarginPolicy,
): number {
  const stocks = held.reduce((sum, { option, quantity, marketValue }) => {
    return option === undefined ? sum + stockMargin(Number(quantity), marketValue, policy) : sum;
  }, 0);
  return stocks + optionMarginNow(state, options, policy);
}

type Held = Omit<PositionFigures, 'weight'>;

/** Field by field, as below: of every position a spread leaves five times the garbage. */
function weighed(position: Held, equity: number): PositionFigures {
  const { row, symbol, quantity, cost, averageCost, last, marketValue, unrealised } = position;
  const weight = weightOf(marketValue, equity);
  const line = { row, symbol, quantity, cost, averageCost, last, marketValue, unrealised, weight };
  return position.option === undefined ? line : { ...line, option: position.option };
}

/** Positions at last prices: stocks by row, then options by symbol, so that sums have one order. */
function heldOf(
  state: PortfolioState,
  directory: Directory,
  options: readonly HeldOption[],
): Held[] {
  const stocks = [...state.account.positions]
    .filter(([symbol]) => contractOf(symbol) === undefined)
    .map(([symbol, position]) => ({ row: rowOf(directory, symbol), symbol, position }))
    .sort((one, other) => one.row - other.row)
    .map(({ row, symbol, position }) => {
      const last = directory.lastPrice(row);
      return lineOf({ row, symbol, last }, position, 1);
    });
  return [...stocks, ...options.map((option) => optionOf(state, option))];
}

/** A line of so many shares a unit, without a price at cost, as when it is marked. */
function lineOf(
  what: Pick<PositionFigures, 'row' | 'symbol' | 'last'>,
  position: LotPosition,
  multiplier: number,
): Held {
  const { row, symbol, last } = what;
  const [quantity, cost] = [quantityOf(position), costOf(position)];
  const shares = toFloat(quantity) * multiplier;
  const marketValue = last === last ? shares * last : toFloat(cost);
  return {
    row,
    symbol,
    last,
    quantity: formatDecimal(quantity, 0),
    cost: formatDecimal(cost),
    averageCost: toFloat(cost) / shares,
    marketValue,
    unrealised: marketValue - toFloat(cost),
  };
}

function optionOf({ account }: PortfolioState, option: HeldOption): Held {
  const { contract, row, shares, volatility, source, spot, greeks } = option;
  const { symbol } = contract;
  const line = lineOf(
    { row, symbol, last: greeks?.price ?? Number.NaN },
    account.positions.get(symbol)!,
    Number(contract.multiplier),
  );
  const money = {
    delta: optionExposure(option),
    gamma: optionGamma(option),
    vega: optionVega(option),
    theta: shares * (greeks?.theta ?? 0),
  };
  const isPriced = greeks !== undefined;
  return { ...line, option: { contract, volatility, source, spot, isPriced, ...money } };
}
