// What a portfolio actor understands: commands, what the market tells, questions.

import type { EncodedHistory } from './history.js';

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

/**
 * Asks what an order would do to the portfolio, and whether it may; nothing is changed. The side
 * `exercise` asks it of contracts held.
 */
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

/** Asks for what was realised as the tax knows it. */
export interface ShowTax {
  readonly kind: 'show_tax';
  /** 0 for all. */
  readonly year: number;
  /** False: as the books have it. */
  readonly washSales: boolean;
  /** Of the owner's other accounts, whose purchases replace what this one sells. */
  readonly others: readonly OtherBooks[];
}

/** The books of another account, as it told them. */
export interface OtherBooks {
  readonly id: string;
  readonly history: EncodedHistory;
}

/** Asks for the books themselves, for another account of the owner. */
export interface ShowBooks {
  readonly kind: 'show_books';
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
  | ShowTax
  | ShowBooks
  | Reconcile
  | Rebalance
  | CheckOrder;
