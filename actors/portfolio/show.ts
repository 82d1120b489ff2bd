// What a portfolio tells of itself when asked: figures of its last point, holdings as of now.

import { contractOf } from '../options/index.js';
import { costOf, type LotPosition, quantityOf } from './account.js';
import type { PortfolioShown, PositionFigures } from './answers.js';
import { optionBookNow } from './check-options.js';
import type { Directory } from './directory.js';
import { formatDecimal, toFloat } from './money.js';
import { type HeldOption, optionExposure, optionGamma, optionVega } from './option-book.js';
import { optionRiskNow } from './option-mark.js';
import { stressOptions } from './option-stress.js';
import { type PortfolioState, refreshCash, rowOf } from './state.js';

/** Answers with all that a page of the portfolio shows. */
export function show(state: PortfolioState, directory: Directory): PortfolioShown {
  refreshCash(state);
  const book = optionBookNow(state);
  const options = book?.held ?? [];
  const held = heldOf(state, directory, options);
  const marketValue = held.reduce((sum, position) => sum + position.marketValue, 0);
  const unrealised = held.reduce((sum, position) => sum + position.unrealised, 0);
  const equity = state.cashValue + marketValue;
  return {
    kind: 'portfolio_shown',
    figures: state.figures,
    now: {
      cash: state.cashText,
      realised: state.realisedText,
      equity,
      marketValue,
      unrealised,
      positions: held.length,
    },
    scenarioProfits: state.book.profits.slice(),
    options: book === undefined ? undefined : optionRiskNow(state, book),
    optionStress: options.length === 0 ? [] : stressOptions(options, held),
    firstDay: state.book.firstDay,
    positions: held.map((position) => ({ ...position, weight: position.marketValue / equity })),
  };
}

type Held = Omit<PositionFigures, 'weight'>;

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
      return lineOf({ row, symbol, last }, position, toFloat(quantityOf(position)));
    });
  return [...stocks, ...options.map((option) => optionOf(state, option))];
}

/** A line of so many shares, without a price at cost, as when it is marked. */
function lineOf(
  what: Pick<PositionFigures, 'row' | 'symbol' | 'last'>,
  position: LotPosition,
  shares: number,
): Held {
  const { last } = what;
  const cost = costOf(position);
  const marketValue = last === last ? shares * last : toFloat(cost);
  return {
    ...what,
    quantity: formatDecimal(quantityOf(position), 0),
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
    shares,
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
