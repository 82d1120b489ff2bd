// The door of the portfolio module.

export { createPortfolioBehaviour, type PortfolioDeps } from './behaviour.js';
export type { Directory } from './decide.js';
export type { PortfolioEvent } from './ledger.js';
export type {
  CommandApplied,
  PortfolioFigures,
  PortfolioMessage,
  PortfolioShown,
  PositionFigures,
} from './messages.js';
export { formatDecimal, fromFloat, parseDecimal, toFloat } from './money.js';
export { encodeState, type PortfolioState } from './state.js';
