// What a portfolio actor understands and says.

import type { LimitState } from '../limits/index.js';
import type { OptionContract } from '../options/index.js';
import type { Judgement, OrderFacts } from '../pretrade/index.js';
import type { CurrencySums } from './account.js';
import type { AccountEntry } from './account-event.js';
import type { LotFigures } from './account-figures.js';
import type { RealisedGain } from './account-trade.js';
import type { Closes } from './closes.js';
import type { OptionApproximation, OptionSums } from './option-book.js';
import type { VolatilitySource } from './option-pricing.js';
import type { OptionStress } from './option-stress.js';
import type { ProposalMethod } from './rebalance-tax.js';
import type { TaxLossCandidate } from './tax-loss.js';

/** What commands that make an entry have in common. */
interface Dated {
  readonly commandId: string;
  /** The day it takes effect, yyyymmdd; 0 or absent for the session of the last point. */
  readonly date?: number;
}

/** How a command chooses lots; absent or empty for the portfolio's own way. */
interface ChoosesLots {
  /** One of `LOT_METHODS`. */
  readonly method?: string;
  /** For `specific`: which, and how much of each. */
  readonly lots?: readonly { readonly lot: string; readonly quantity: string }[];
}

/** Buys or sells. Decimal strings: the client's own digits, exact. */
export interface TradeCommand extends Dated, ChoosesLots {
  readonly kind: 'trade';
  readonly symbol: string;
  readonly side: string;
  readonly quantity: string;
  /** Empty for the last price. */
  readonly price: string;
  /** Empty for none. */
  readonly fee: string;
}

/** Deposits or withdraws. */
export interface CashCommand extends Dated {
  readonly kind: 'cash';
  readonly amount: string;
  readonly direction: string;
  /** Absent or empty for the portfolio's own. */
  readonly currency?: string;
}

/** A fee, interest, or interest that has accrued. */
export interface ChargeCommand extends Dated {
  readonly kind: 'charge';
  /** `fee`, `interest` or `accrual`. */
  readonly what: string;
  /** Interest and accruals below 0 are owed; a fee is above 0. */
  readonly amount: string;
  readonly currency?: string;
}

/** Exchanges cash of one currency for another's. */
export interface ExchangeCommand extends Dated {
  readonly kind: 'exchange';
  readonly currency: string;
  readonly amount: string;
  readonly toCurrency: string;
  readonly toAmount: string;
}

/** Says what one unit of a currency is worth in the portfolio's own. */
export interface RateCommand extends Dated {
  readonly kind: 'rate';
  readonly currency: string;
  readonly rate: string;
}

/** Takes shares in from another account with their history, or delivers them at their cost. */
export interface TransferCommand extends Dated, ChoosesLots {
  readonly kind: 'transfer';
  readonly symbol: string;
  /** `in` or `out`. */
  readonly direction: string;
  /** Of what comes in: below 0 for shares sold short. */
  readonly quantity: string;
  /** Of what comes in: signed as the quantity. */
  readonly cost: string;
  /** Of what comes in: the day it was bought, yyyymmdd. */
  readonly openedDate: number;
}

/** A split or a dividend that the market has not told, such as one of before the run. */
export interface ActionCommand extends Dated {
  readonly kind: 'action';
  readonly symbol: string;
  /** Dollars a share; empty for a split. */
  readonly perShare: string;
  /** So many new shares for so many old ones; empty for a dividend. */
  readonly newShares: string;
  readonly oldShares: string;
}

/** Says what became of contracts of an option, other than by a trade. */
export interface OptionCommand extends Dated, ChoosesLots {
  readonly kind: 'option';
  readonly symbol: string;
  /** One of `OPTION_ENDS`, or `settled`: as the clearing house does with what is held at expiry. */
  readonly what: string;
  /** Contracts; of a settlement empty, for all of them. */
  readonly quantity: string;
  /** Of a settlement: closing price of the stock on the last day. */
  readonly price: string;
}

/** A command that makes one entry. */
export type EntryCommand =
  | TradeCommand
  | CashCommand
  | ChargeCommand
  | ExchangeCommand
  | RateCommand
  | TransferCommand
  | ActionCommand
  | OptionCommand;

/** Takes an entry back, and puts another in its place where one is given. */
export interface CorrectCommand {
  readonly kind: 'correct';
  readonly commandId: string;
  /** Id of the entry: that of its command. */
  readonly eventId: string;
  readonly reason: string;
  /** Its own command id counts for nothing; its date is the entry's where it tells none. */
  readonly replacement?: EntryCommand;
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

/** Asks for the open lots, of one symbol or all. */
export interface ShowLots {
  readonly kind: 'show_lots';
  /** Empty for all. */
  readonly symbol: string;
}

/** Asks for entries, newest first. */
export interface ShowTransactions {
  readonly kind: 'show_transactions';
  readonly symbol: string;
  readonly offset: number;
  readonly limit: number;
}

/** Asks for sums by currency and for every close. */
export interface ShowReturns {
  readonly kind: 'show_returns';
}

/** One line of a statement: shares, or cash where it names no symbol. */
export interface StatementLine {
  readonly symbol: string;
  readonly currency: string;
  /** Signed decimal: shares, or cash. */
  readonly quantity: string;
  /** Signed decimal; empty where the statement tells none. */
  readonly cost: string;
}

/** Asks how the books differ from a statement. */
export interface Reconcile {
  readonly kind: 'reconcile';
  /** Its last day, yyyymmdd; 0 for the session of the last point. */
  readonly date: number;
  readonly lines: readonly StatementLine[];
}

/** Asks for the trades that would bring the portfolio to target weights. */
export interface Rebalance {
  readonly kind: 'rebalance';
  /** Decimal shares of the equity; what they leave out stays in cash. */
  readonly targets: readonly { readonly symbol: string; readonly weight: string }[];
  /** Drift that is left alone, as a decimal share of the equity; empty for 0. */
  readonly band: string;
  /** Costs as a decimal share of what is traded; empty for 0. */
  readonly cost: string;
  /** Shares come in multiples of it; empty for 1. */
  readonly lot: string;
  /** How lots would be closed: as of a trade, or `least-tax`; empty for the portfolio's own way. */
  readonly method: string;
  /** Tax on short- and long-term gains as decimal shares of them; empty for 0. */
  readonly taxShort?: string;
  readonly taxLong?: string;
  /** One of `PERIODS`, on whose last sessions alone trades are proposed; empty for any day. */
  readonly calendar?: string;
}

/** All messages. */
export type PortfolioMessage =
  | EntryCommand
  | CorrectCommand
  | CorporateAction
  | Marked
  | ShowPortfolio
  | ShowLots
  | ShowTransactions
  | ShowReturns
  | Reconcile
  | Rebalance
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

/** Reply to `show_portfolio`. */
export interface PortfolioShown {
  readonly kind: 'portfolio_shown';
  readonly figures: PortfolioFigures | undefined;
  /** As of now, at last prices: the figures are those of the last point. */
  readonly now: Pick<
    PortfolioFigures,
    'cash' | 'realised' | 'equity' | 'marketValue' | 'unrealised' | 'positions'
  >;
  readonly positions: readonly PositionFigures[];
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
