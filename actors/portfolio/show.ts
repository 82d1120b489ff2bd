// What a portfolio tells of itself when asked: figures of its last point, holdings as of now.

import { costOf, quantityOf } from './account.js';
import type { Directory } from './directory.js';
import type { PortfolioShown, PositionFigures } from './messages.js';
import { formatDecimal, toFloat } from './money.js';
import { type PortfolioState, refreshCash, rowOf } from './state.js';

/** Answers with all that a page of the portfolio shows. */
export function show(state: PortfolioState, directory: Directory): PortfolioShown {
  refreshCash(state);
  const held = heldOf(state, directory);
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
    firstDay: state.book.firstDay,
    positions: held.map((position) => ({ ...position, weight: position.marketValue / equity })),
  };
}

/** Positions at last prices, ascending by row, so that sums have one order. */
function heldOf(state: PortfolioState, directory: Directory): Omit<PositionFigures, 'weight'>[] {
  const held = Array.from(state.account.positions, ([symbol, position]) => {
    return { row: rowOf(directory, symbol), symbol, position };
  }).sort((one, other) => one.row - other.row);
  return held.map(({ row, symbol, position }) => {
    const quantity = quantityOf(position);
    const cost = costOf(position);
    const last = directory.lastPrice(row);
    const size = toFloat(quantity);
    // Without a price a position is carried at cost, as when it is marked.
    const marketValue = last === last ? size * last : toFloat(cost);
    return {
      row,
      symbol,
      quantity: formatDecimal(quantity, 0),
      cost: formatDecimal(cost),
      averageCost: toFloat(cost) / size,
      last,
      marketValue,
      unrealised: marketValue - toFloat(cost),
    };
  });
}
