// The exact half of a portfolio: cash, positions at average cost, realised profit.

import { assert } from '../../engine/index.js';
import { divideHalfEven, notionalOf } from './money.js';

/**
 * One open position. Units: millionths of a share and of a dollar; cost has the quantity's
 * sign.
 */
export interface Holding {
  quantity: bigint;
  /** Exact total cost of what is open: never an average. */
  cost: bigint;
}

/** The facts a portfolio's history is made of. */
export type PortfolioEvent =
  | {
      readonly kind: 'traded';
      readonly commandId: string;
      readonly row: number;
      readonly symbol: string;
      /** Signed: positive for a purchase. */
      readonly quantity: bigint;
      readonly price: bigint;
      readonly fee: bigint;
      /** Event time, where trades are judged by their rate. Units: microseconds. */
      readonly timeUs?: number;
    }
  | {
      readonly kind: 'cash_moved';
      readonly commandId: string;
      /** Signed: positive for a deposit. */
      readonly amount: bigint;
    }
  | {
      readonly kind: 'split';
      readonly row: number;
      /** New shares for each old one, in millionths. */
      readonly ratio: bigint;
      readonly date: number;
    }
  | {
      readonly kind: 'dividend_paid';
      readonly row: number;
      /** Dollars a share, in millionths. */
      readonly perShare: bigint;
      readonly date: number;
    };

/** A purchase or a sale. */
export type Traded = PortfolioEvent & { readonly kind: 'traded' };

/** Exact state. */
export interface Ledger {
  cash: bigint;
  realised: bigint;
  fees: bigint;
  dividends: bigint;
  /** Net of deposits and withdrawals. */
  deposited: bigint;
  readonly holdings: Map<number, Holding>;
}

/** A ledger with nothing in it. */
export function emptyLedger(): Ledger {
  return { cash: 0n, realised: 0n, fees: 0n, dividends: 0n, deposited: 0n, holdings: new Map() };
}

/** Folds one event. The identity `cash + cost - realised - dividends + fees = deposited` holds. */
export function fold(ledger: Ledger, event: PortfolioEvent): void {
  switch (event.kind) {
    case 'traded':
      applyTrade(ledger, event.row, event.quantity, event.price, event.fee);
      break;
    case 'cash_moved':
      ledger.cash += event.amount;
      ledger.deposited += event.amount;
      break;
    case 'split': {
      const holding = ledger.holdings.get(event.row);
      if (holding !== undefined) holding.quantity = notionalOf(event.ratio, holding.quantity);
      break;
    }
    case 'dividend_paid': {
      const holding = ledger.holdings.get(event.row);
      if (holding === undefined) break;
      const amount = notionalOf(event.perShare, holding.quantity);
      ledger.cash += amount;
      ledger.dividends += amount;
      break;
    }
  }
}

function applyTrade(
  ledger: Ledger,
  row: number,
  quantity: bigint,
  price: bigint,
  fee: bigint,
): void {
  const holding = ledger.holdings.get(row) ?? { quantity: 0n, cost: 0n };
  ledger.cash -= notionalOf(price, quantity) + fee;
  ledger.fees += fee;
  const isOpening = holding.quantity === 0n || holding.quantity > 0n === quantity > 0n;
  if (isOpening) {
    holding.quantity += quantity;
    holding.cost += notionalOf(price, quantity);
  } else {
    close(ledger, holding, quantity, price);
  }
  if (holding.quantity === 0n) ledger.holdings.delete(row);
  else ledger.holdings.set(row, holding);
}

/** Closes against an open position; what is left over opens one of the other sign. */
function close(ledger: Ledger, holding: Holding, quantity: bigint, price: bigint): void {
  const open = holding.quantity;
  const size = open < 0n ? -open : open;
  const wanted = quantity < 0n ? -quantity : quantity;
  const closed = wanted < size ? wanted : size;
  const signedClosed = quantity < 0n ? -closed : closed;
  // The whole cost leaves with the last share, so no rounding is ever left behind.
  const costOut = closed === size ? holding.cost : divideHalfEven(holding.cost * closed, size);
  const total = notionalOf(price, quantity);
  const rest = quantity - signedClosed;
  const restCost = rest === 0n ? 0n : notionalOf(price, rest);
  ledger.realised += -(total - restCost) - costOut;
  holding.quantity = open + signedClosed + rest;
  holding.cost = holding.cost - costOut + restCost;
}

/** What is left of the identity; anything but zero is a bug. */
export function identityGap(ledger: Ledger): bigint {
  let cost = 0n;
  for (const holding of ledger.holdings.values()) cost += holding.cost;
  return ledger.cash + cost - ledger.realised - ledger.dividends + ledger.fees - ledger.deposited;
}

/** Checks the identity. Errors: bug `portfolio.cash_and_cost_add_up`. */
export function assertIdentity(ledger: Ledger): void {
  assert(identityGap(ledger) === 0n, 'portfolio.cash_and_cost_add_up');
}
