// The door of the portfolio module.

export {
  type Account,
  accountGaps,
  type CurrencySums,
  costOf,
  emptyAccount,
  type LotPosition,
  OWN_CURRENCY,
  quantityOf,
  sumsOf,
} from './account.js';
export { applyEvent } from './account-apply.js';
export type { AccountEntry, AccountEvent, Reversed } from './account-event.js';
export {
  type LotFigures,
  lotFigures,
  type PriceLookup,
} from './account-figures.js';
export { eventsInForce, type ReplayedAccount, replayAccount } from './account-history.js';
export type { RealisedGain } from './account-trade.js';
export type {
  BooksShown,
  CommandApplied,
  LotsShown,
  OptionShown,
  OrderChecked,
  PortfolioFigures,
  PortfolioShown,
  PositionFigures,
  RebalanceProposed,
  Reconciled,
  ReturnsShown,
  ShownEntry,
  TaxShown,
  TransactionsShown,
} from './answers.js';
export {
  createPortfolioBehaviour,
  PORTFOLIO_VERSION,
  type PortfolioDeps,
} from './behaviour.js';
export type { Directory } from './directory.js';
export type { PortfolioEvent } from './enter.js';
export { KeptFigures, toldFigures } from './kept-figures.js';
export type { CheckOrder, CorrectCommand, EntryCommand, PortfolioMessage } from './messages.js';
export { formatDecimal, fromFloat, notionalOf, parseDecimal, toFloat } from './money.js';
export { DEFAULT_OPTION_POLICY, type OptionPolicy, yearsLeft } from './option-pricing.js';
export type { PortfolioState } from './state.js';
export {
  type EncodedPortfolio,
  encodeState,
  plainState,
} from './state-form.js';
export { type TaxLossCandidate, taxLossCandidates } from './tax-loss.js';
export { readBooks, restingOf } from './written-books.js';
