// What the rules may know of an order: one flat record of numbers before and after it.

import type { LimitConfig, Measures, Standing } from '../limits/index.js';

/** Whether a symbol may be traded now. */
export type TradingState = 'open' | 'closed' | 'halted' | 'wide' | 'stale';

/** A portfolio with one symbol of it, before or after an order. Units: US dollars and shares. */
export interface PortfolioSide {
  readonly cash: number;
  readonly equity: number;
  /** Signed shares of the symbol, or contracts of an option. */
  readonly held: number;
  /** Shares of the name sold short, or to be delivered on calls written beyond those held. */
  readonly owed: number;
  /** What all positions ask of equity: see `MarginPolicy`. */
  readonly margin: number;
  /** Size of the symbol's position as a fraction of equity; Infinity where there is none. */
  readonly weight: number;
  readonly grossExposure: number;
  readonly netExposure: number;
  /** One-day value at risk at 99 %, and the mean of the tail beyond it. */
  readonly var99: number;
  readonly cvar99: number;
  readonly measures: Measures;
}

/** What is held in another currency. Units: days (Infinity where nobody knows); US dollars. */
export interface RateFact {
  readonly currency: string;
  /** Age of its rate. */
  readonly days: number;
  /** Its size at that rate. */
  readonly worth: number;
}

/** An order, and the portfolio it is for before and after it. */
export interface OrderFacts {
  readonly symbol: string;
  /** The symbol itself, or the stock of an option. */
  readonly underlying: string;
  /** Signed: positive for a purchase. */
  readonly quantity: number;
  /** Shares of one: 1, of an option those of a contract. */
  readonly multiplier: number;
  readonly price: number;
  /** Last price of the symbol; NaN where none is known. */
  readonly last: number;
  /** What a distance from the last price is a share of: that price, of an option its stock's. */
  readonly reference: number;
  /** The exercise of an option: shares at its strike, which nobody chooses. */
  readonly isExercise?: true;
  readonly before: PortfolioSide;
  readonly after: PortfolioSide;
  readonly limits: readonly LimitConfig[];
  /** Which of them two people have set aside for now, by their places. */
  readonly overridden: readonly boolean[];
  /** Share of the scenarios in which the symbol has no return. */
  readonly historyMissing: number;
  /** What the limits that are broken already let the portfolio trade. */
  readonly standing: Standing;
  readonly trading: TradingState;
  /** Trades of the portfolio in the window before now. */
  readonly tradesInWindow: number;
  /** What it holds in other currencies, the oldest rate first. */
  readonly rates: readonly RateFact[];
}
