// The door of the portfolio module.

export {
  type Account,
  accountGaps,
  type CurrencySums,
  costOf,
  emptyAccount,
  type LotPosition,
  quantityOf,
  sumsOf,
} from './account.js';
export { applyEvent, type RealisedGain } from './account-apply.js';
export type { AccountEntry, AccountEvent, Reversed } from './account-event.js';
export {
  type AccountValue,
  accountValue,
  type LotFigures,
  lotFigures,
  type PriceLookup,
  type RateLookup,
} from './account-figures.js';
export { eventsInForce, type ReplayedAccount, replayAccount } from './account-history.js';
export {
  createPortfolioBehaviour,
  PORTFOLIO_VERSION,
  type PortfolioDeps,
  type PortfolioMarked,
} from './behaviour.js';
export type { Directory } from './decide.js';
export type { PortfolioEvent } from './ledger.js';
export type {
  CheckOrder,
  CommandApplied,
  OrderChecked,
  PortfolioFigures,
  PortfolioMessage,
  PortfolioShown,
  PositionFigures,
} from './messages.js';
export { formatDecimal, fromFloat, parseDecimal, toFloat } from './money.js';
export { type EncodedPortfolio, encodeState, type PortfolioState } from './state.js';
export { type TaxLossCandidate, taxLossCandidates } from './tax-loss.js';
