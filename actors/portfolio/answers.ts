// What a portfolio answers and publishes: figures, positions, lots, entries, proposals.

import type { LimitState } from '../limits/index.js';
import type { OptionContract } from '../options/index.js';
import type { Judgement, OrderFacts } from '../pretrade/index.js';
import type { CurrencySums } from './account.js';
import type { AccountEntry } from './account-event.js';
import type { LotFigures } from './account-figures.js';
import type { RealisedGain } from './account-trade.js';
import type { Closes } from './closes.js';
import type { EncodedHistory } from './history.js';
import type { OptionApproximation, OptionSums } from './option-book.js';
import type { VolatilitySource } from './option-pricing.js';
import type { OptionStress } from './option-stress.js';
import type { ProposalMethod } from './rebalance-tax.js';
import type { TaxLossCandidate } from './tax-loss.js';
import type { TaxReport } from './tax-report.js';

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
  /** What all positions ask of equity; NaN where it is not known. */
  readonly margin: number;
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
  /** Absent where no options are held. */
  readonly options?: OptionFigures;
}

/** What the options of a portfolio come to. Units: dollars. */
export interface OptionFigures extends OptionSums, OptionApproximation {}

/** The same at the last prices, with the risk of the whole portfolio with them. Units: dollars. */
export interface OptionRiskNow extends OptionFigures {
  readonly var99: number;
  readonly cvar99: number;
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
  /** Of an option; absent of a stock. */
  readonly option?: OptionShown;
}

/** An option as priced: greeks of the whole position as of `OptionSums`, 0 without a price. */
export interface OptionShown extends Pick<OptionSums, 'delta' | 'gamma' | 'vega' | 'theta'> {
  readonly contract: OptionContract;
  /** As a fraction a year; NaN where none is known. */
  readonly volatility: number;
  readonly source: VolatilitySource;
  /** Price of the stock. */
  readonly spot: number;
  /** False where it is carried at cost. */
  readonly isPriced: boolean;
}

/** One currency of a portfolio that has several. */
export interface CurrencyShown {
  readonly currency: string;
  /** Exact, of the currency itself. */
  readonly cash: string;
  readonly accrued: string;
  /**
   * What one unit is worth in the portfolio's own; empty where a correction of before version 0.3
   * has left none, and the currency counts for nothing.
   */
  readonly rate: string;
  /** The day that rate was told, yyyymmdd; 0 where the books were closed since. */
  readonly rateDate: number;
  /** How long ago that was at the last session. Units: calendar days. */
  readonly rateDays: number;
  /** Cash and accruals. Units: dollars. */
  readonly value: number;
  /** Share of equity that moves with the currency: of the own one, positions too. */
  readonly weight: number;
}

/** Reply to `show_portfolio`. */
export interface PortfolioShown {
  readonly kind: 'portfolio_shown';
  readonly figures: PortfolioFigures | undefined;
  /** As of now, at last prices: the figures are those of the last point. */
  readonly now: Pick<
    PortfolioFigures,
    'cash' | 'realised' | 'equity' | 'marketValue' | 'unrealised' | 'margin' | 'positions'
  >;
  readonly positions: readonly PositionFigures[];
  /** Empty where all of it is in the portfolio's own currency. */
  readonly currencies: readonly CurrencyShown[];
  readonly scenarioProfits: Float64Array;
  /** Undefined where no options are held. */
  readonly options: OptionRiskNow | undefined;
  /** All of it under moves of prices and volatilities; empty where no options are held. */
  readonly optionStress: readonly OptionStress[];
  /** Day of the first of them among the days of the market; NaN where none were made. */
  readonly firstDay: number;
}

/** An open lot at the last price. */
export interface ShownLot extends LotFigures {
  readonly symbol: string;
  readonly currency: string;
  /** False where no price is known: the lot is then carried at cost. */
  readonly isPriced: boolean;
  /** What selling it at its loss would mean for tax; absent where it is no candidate. */
  readonly taxLoss: TaxLossCandidate | undefined;
}

/** Reply to `show_lots`. */
export interface LotsShown {
  readonly kind: 'lots_shown';
  readonly method: string;
  readonly day: number;
  readonly lots: readonly ShownLot[];
}

/** An entry of the books. */
export interface ShownEntry {
  readonly entry: AccountEntry;
  /** False where a later entry has taken it back, or it waits until the books can take it. */
  readonly isInForce: boolean;
  readonly gains: readonly RealisedGain[];
}

/** Reply to `show_transactions`. */
export interface TransactionsShown {
  readonly kind: 'transactions_shown';
  /** Entries that match, of which a page is shown. */
  readonly total: number;
  /** Entries of before the books were last closed, which are no longer shown. */
  readonly closed: number;
  readonly entries: readonly ShownEntry[];
}

/** What one currency has come to, and its rate. */
export interface ShownSums extends Readonly<CurrencySums> {
  readonly currency: string;
  /** Millionths of the portfolio's currency for one; undefined where none is known. */
  readonly rate: bigint | undefined;
  /** Cost of what is open. */
  readonly cost: bigint;
}

/** Reply to `show_returns`. */
export interface ReturnsShown {
  readonly kind: 'returns_shown';
  readonly figures: PortfolioFigures | undefined;
  readonly currency: string;
  /** Of all positions at the last prices, in that currency; at cost where no price is known. */
  readonly value: bigint;
  readonly sums: readonly ShownSums[];
  readonly closes: Closes;
}

/** Reply to `show_tax`: the latest rows, and sums of all of them. */
export interface TaxShown extends TaxReport {
  readonly kind: 'tax_shown';
  readonly total: number;
  /** Entries of before the books were last closed, whose gains are no longer known. */
  readonly closed: number;
}

/** Reply to `show_books`. */
export interface BooksShown {
  readonly kind: 'books_shown';
  readonly history: EncodedHistory;
}

/** One difference between books and statement, and what would explain it. */
export interface StatementBreak {
  readonly what: 'quantity' | 'cost' | 'cash';
  /** The symbol, or the currency. */
  readonly name: string;
  readonly books: bigint;
  readonly statement: bigint;
  readonly reason: string;
  readonly text: string;
}

/** Reply to `reconcile`. */
export interface Reconciled {
  readonly kind: 'reconciled';
  readonly date: number;
  /** Positions and currencies compared. */
  readonly compared: number;
  readonly breaks: readonly StatementBreak[];
}

/** A trade that would be made. Units: millionths; weights as shares of the equity. */
export interface ProposedTrade {
  readonly symbol: string;
  readonly quantity: bigint;
  readonly price: bigint;
  readonly notional: bigint;
  readonly cost: bigint;
  readonly weight: bigint;
  readonly target: bigint;
  /** Weight with the trade. */
  readonly after: bigint;
  /** What it would realise, before costs. */
  readonly realisedShort: bigint;
  readonly realisedLong: bigint;
  /** Losses among that which the tax does not know, as they are washed; 0 or below. */
  readonly washedShort: bigint;
  readonly washedLong: bigint;
  /** Lots that it would close, and how much of each; none where it opens. */
  readonly lots: readonly (readonly [lotId: string, size: bigint])[];
}

/** Reply to `rebalance`. */
export interface RebalanceProposed {
  readonly kind: 'rebalance_proposed';
  readonly equity: bigint;
  readonly cash: bigint;
  readonly cashAfter: bigint;
  readonly method: ProposalMethod;
  readonly trades: readonly ProposedTrade[];
  /** Of all trades: short- and long-term results set off against each other. */
  readonly tax: bigint;
  /** Whether the session of the last point is one of the calendar; always without one. */
  readonly isDue: boolean;
  /** The next that is, yyyymmdd; 0 without a calendar. */
  readonly nextDate: number;
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
