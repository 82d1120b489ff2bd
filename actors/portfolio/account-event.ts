// The facts a multi-currency account with tax lots is made of.

import type { LotMethod, LotPick } from '../lots/index.js';

/** What every event states. */
interface Stated {
  readonly eventId: string;
  /** Day it takes effect: the trade or pay date, in days since 1970-01-01. */
  readonly day: number;
  /**
   * Of a version that did not tell what the market had entered before it: all that the market
   * enters on its day stands before it. Set where an old event is read back.
   */
  readonly isUntold?: true;
}

/** Bought or sold; what is over after closing opens lots named by the event. */
export interface Traded extends Stated {
  readonly kind: 'traded';
  readonly symbol: string;
  readonly currency: string;
  /** Signed: positive for a purchase. Units: millionths of a share. */
  readonly quantity: bigint;
  /** Units: millionths of the currency a share. */
  readonly price: bigint;
  /** Added to the cost of what is opened, taken from the proceeds of what is closed. */
  readonly fee: bigint;
  /** How lots are chosen; the account's own method where absent. */
  readonly method?: LotMethod;
  /** Lots named by the customer, for `specific`. */
  readonly picks?: readonly LotPick[];
  /** Shares of a contract, where the symbol is an option's; its price is told a share. */
  readonly multiplier?: bigint;
  /** Of an option: what its price implied when it was traded, a year; absent where nothing. */
  readonly volatility?: number;
  /**
   * As books were kept before version 3: one lot a position at average cost, the fee a charge of
   * its own. Set where an old event is read back, so that it makes the books it made then.
   */
  readonly pooled?: true;
}

/** Paid in or out from outside. */
export interface CashMoved extends Stated {
  readonly kind: 'cash_moved';
  readonly currency: string;
  /** Signed: positive for a deposit. */
  readonly amount: bigint;
}

/** Paid on every share held; short positions pay it. */
export interface DividendPaid extends Stated {
  readonly kind: 'dividend_paid';
  readonly symbol: string;
  readonly perShare: bigint;
  /** Told by the market: where nothing is held any more, after a correction, it does nothing. */
  readonly ofMarket?: true;
}

/** So many new shares for so many old ones. */
export interface SharesSplit extends Stated {
  readonly kind: 'shares_split';
  readonly symbol: string;
  readonly newShares: bigint;
  readonly oldShares: bigint;
  /** As of a dividend. */
  readonly ofMarket?: true;
}

/** A charge that belongs to no trade. */
export interface FeeCharged extends Stated {
  readonly kind: 'fee_charged';
  readonly currency: string;
  /** Positive. */
  readonly amount: bigint;
}

/** Interest on cash or on a debt. */
export interface InterestPaid extends Stated {
  readonly kind: 'interest_paid';
  readonly currency: string;
  /** Signed: positive when received. */
  readonly amount: bigint;
}

/**
 * Interest earned or owed that is not yet paid: part of the account's worth, not of its cash. A
 * payment of interest settles what has accrued on its side first.
 */
export interface InterestAccrued extends Stated {
  readonly kind: 'interest_accrued';
  readonly currency: string;
  /** Signed: positive when earned. */
  readonly amount: bigint;
}

/** What one unit of a currency is worth in the account's own. */
export interface RateSet extends Stated {
  readonly kind: 'rate_set';
  readonly currency: string;
  /** Positive. Units: millionths. */
  readonly rate: bigint;
}

/** Cash of one currency given for another's; where one is the account's own it sets the rate. */
export interface CashExchanged extends Stated {
  readonly kind: 'cash_exchanged';
  readonly currency: string;
  /** Positive. */
  readonly amount: bigint;
  readonly toCurrency: string;
  /** Positive. */
  readonly toAmount: bigint;
}

/** A lot received from another account with its history. */
export interface LotReceived extends Stated {
  readonly kind: 'lot_received';
  readonly symbol: string;
  readonly currency: string;
  /** Signed, as is the cost. */
  readonly quantity: bigint;
  readonly cost: bigint;
  readonly openedDay: number;
  readonly heldFromDay: number;
}

/** Shares delivered to another account at their cost. */
export interface LotsDelivered extends Stated {
  readonly kind: 'lots_delivered';
  readonly symbol: string;
  /** Positive: what is taken off the position, long or short. */
  readonly quantity: bigint;
  readonly method?: LotMethod;
  readonly picks?: readonly LotPick[];
}

/** How an option ends other than by a trade. */
export const OPTION_ENDS = ['exercised', 'assigned', 'expired'] as const;

/** One of them. */
export type OptionEnd = (typeof OPTION_ENDS)[number];

/** Contracts of an option that were exercised by the holder, assigned to the writer, or expired. */
export interface OptionEnded extends Stated {
  readonly kind: 'option_ended';
  readonly symbol: string;
  readonly end: OptionEnd;
  /** Positive. Units: millionths of a contract. */
  readonly quantity: bigint;
  readonly method?: LotMethod;
  readonly picks?: readonly LotPick[];
}

/**
 * All contracts held of an option on its last day: exercised or assigned where that is worth a cent
 * a share at the closing price, else expired. Source: OCC Rule 805(d).
 */
export interface OptionSettled extends Stated {
  readonly kind: 'option_settled';
  readonly symbol: string;
  /** Of the stock. Units: millionths of a dollar. */
  readonly price: bigint;
  /** As of a dividend. */
  readonly ofMarket?: true;
}

/** Something that changes an account. */
export type AccountEvent =
  | Traded
  | CashMoved
  | DividendPaid
  | SharesSplit
  | FeeCharged
  | InterestPaid
  | InterestAccrued
  | RateSet
  | CashExchanged
  | LotReceived
  | LotsDelivered
  | OptionEnded
  | OptionSettled;

/**
 * A correction: an earlier event never was, and another stands in its place where one is given.
 * The earlier event stays in the history; a reversal is reversed by its own id.
 */
export interface Reversed extends Stated {
  readonly kind: 'reversed';
  readonly reversedId: string;
  /** When it was entered; it takes effect on the day of what it reverses. */
  readonly day: number;
  readonly reason: string;
  readonly replacement?: AccountEvent;
}

/** All that an account's history holds, oldest entry first. */
export type AccountEntry = AccountEvent | Reversed;
