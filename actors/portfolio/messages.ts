// What a portfolio actor understands and says.

import type { LimitState } from '../limits/index.js';
import type { Judgement, OrderFacts } from '../pretrade/index.js';

/** Buys or sells. Decimal strings: the client's own digits, exact. */
export interface TradeCommand {
  readonly kind: 'trade';
  readonly commandId: string;
  readonly symbol: string;
  readonly side: string;
  readonly quantity: string;
  /** Empty for the last price. */
  readonly price: string;
  /** Empty for none. */
  readonly fee: string;
}

/** Deposits or withdraws. */
export interface CashCommand {
  readonly kind: 'cash';
  readonly commandId: string;
  readonly amount: string;
  readonly direction: string;
}

/** A split or a dividend takes effect at a session's open. */
export interface CorporateAction {
  readonly kind: 'corporate_action';
  readonly row: number;
  readonly date: number;
  readonly split: number;
  /** Dollars a share. */
  readonly dividend: number;
}

/** A point has been reached: value the book at its prices. */
export interface Marked {
  readonly kind: 'marked';
  readonly pointIndex: number;
  /** Event time. Units: microseconds. */
  readonly timeUs: number;
  readonly date: number;
  readonly dayIndex: number;
  readonly isClose: boolean;
  readonly opensSession: boolean;
  /** Raw last prices by row; NaN where none is known. */
  readonly prices: Float64Array;
}

/** Asks for everything about the portfolio. */
export interface ShowPortfolio {
  readonly kind: 'show_portfolio';
}

/** Asks what an order would do to the portfolio, and whether it may; nothing is changed. */
export interface CheckOrder extends Omit<TradeCommand, 'kind' | 'commandId'> {
  readonly kind: 'check_order';
}

/** All messages. */
export type PortfolioMessage =
  | TradeCommand
  | CashCommand
  | CorporateAction
  | Marked
  | ShowPortfolio
  | CheckOrder;

/** Reply to a command whose events are durable. */
export interface CommandApplied {
  readonly kind: 'command_applied';
  readonly commandId: string;
  /** True where the id had been applied before. */
  readonly repeated: boolean;
}

/** A valued portfolio; floats are dollars unless they are fractions of equity. */
export interface PortfolioFigures {
  readonly kind: 'portfolio_marked';
  readonly key: string;
  readonly pointIndex: number;
  readonly asOfUs: number;
  readonly cash: string;
  readonly realised: string;
  readonly equity: number;
  readonly marketValue: number;
  readonly unrealised: number;
  readonly dayPnl: number;
  readonly grossExposure: number;
  readonly netExposure: number;
  readonly drawdown: number;
  readonly positions: number;
  /** One-day historical value at risk and tail mean, 95 and 99 %. */
  readonly var95: number;
  readonly var99: number;
  readonly cvar95: number;
  readonly cvar99: number;
  /** Event time of the exposures behind the risk figures. */
  readonly riskAsOfUs: number;
  /** Share of gross exposure filled by the proxy rule (no move). */
  readonly proxied: number;
  readonly limits: readonly LimitState[];
}

/** One line of the holdings. */
export interface PositionFigures {
  readonly row: number;
  readonly symbol: string;
  readonly quantity: string;
  readonly cost: string;
  readonly averageCost: number;
  readonly last: number;
  readonly marketValue: number;
  readonly unrealised: number;
  readonly weight: number;
}

/** Reply to `show_portfolio`. */
export interface PortfolioShown {
  readonly kind: 'portfolio_shown';
  readonly figures: PortfolioFigures | undefined;
  readonly positions: readonly PositionFigures[];
  readonly scenarioProfits: Float64Array;
}

/** Reply to `check_order`. */
export interface OrderChecked extends Judgement {
  readonly kind: 'order_checked';
  readonly facts: OrderFacts;
  /** Whether a trade that is not allowed would be refused. */
  readonly enforced: boolean;
  /** Event time of the answer, and of the exposures that risk was tried on. */
  readonly asOfUs: number;
  readonly riskAsOfUs: number;
}
