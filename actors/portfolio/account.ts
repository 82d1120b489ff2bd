// The state of an account in exact units: cash by currency and tax lots by symbol.

import type { Lot, LotMethod } from '../lots/index.js';

/** Sums of one currency. Units: millionths; fees of trades are inside cost and gains. */
export interface CurrencySums {
  cash: bigint;
  realisedShort: bigint;
  realisedLong: bigint;
  dividends: bigint;
  interest: bigint;
  /** Interest accrued and not yet paid; no part of the identity, as it is no cash. */
  accrued: bigint;
  charges: bigint;
  /** Deposits less withdrawals. */
  deposited: bigint;
  /** Received less given in exchanges. */
  exchanged: bigint;
  /** Cost of lots received less those delivered. */
  transferred: bigint;
}

/** Open lots of one symbol, all long or all short, oldest first. */
export interface LotPosition {
  readonly currency: string;
  lots: readonly Lot[];
}

/** The currency an account is kept in unless it says otherwise. */
export const OWN_CURRENCY = 'USD';

/** An account's state. */
export interface Account {
  readonly method: LotMethod;
  /** The currency it is valued in. */
  readonly currency: string;
  /** Millionths of that currency for one of another, as last set. */
  readonly rates: Map<string, bigint>;
  readonly sums: Map<string, CurrencySums>;
  readonly positions: Map<string, LotPosition>;
  /** Volatility that the last trade of each option held implied, as a fraction a year. */
  readonly volatilities: Map<string, number>;
}

/** An account with nothing in it. `method` chooses lots where a trade does not. */
export function emptyAccount(method: LotMethod, currency = OWN_CURRENCY): Account {
  return {
    method,
    currency,
    rates: new Map(),
    sums: new Map(),
    positions: new Map(),
    volatilities: new Map(),
  };
}

/** Sums of a currency, zero where nothing happened in it yet. */
export function sumsOf(account: Account, currency: string): CurrencySums {
  const known = account.sums.get(currency);
  if (known !== undefined) return known;
  const sums: CurrencySums = {
    cash: 0n,
    realisedShort: 0n,
    realisedLong: 0n,
    dividends: 0n,
    interest: 0n,
    accrued: 0n,
    charges: 0n,
    deposited: 0n,
    exchanged: 0n,
    transferred: 0n,
  };
  account.sums.set(currency, sums);
  return sums;
}

/** Signed shares of a position. */
export function quantityOf({ lots }: LotPosition): bigint {
  let sum = lots[0]?.quantity ?? 0n;
  for (let index = 1; index < lots.length; index++) sum += lots[index]!.quantity;
  return sum;
}

/** Signed cost of a position. */
export function costOf({ lots }: LotPosition): bigint {
  let sum = lots[0]?.cost ?? 0n;
  for (let index = 1; index < lots.length; index++) sum += lots[index]!.cost;
  return sum;
}

/**
 * What is left of the identity of each currency that has one left; empty but for a bug:
 * cash + cost = deposited + exchanged + transferred + gains + dividends + interest - charges.
 */
export function accountGaps(account: Account): ReadonlyMap<string, bigint> {
  const gaps = gapsOf(account, account.positions.values());
  for (const [currency, gap] of gaps) if (gap === 0n) gaps.delete(currency);
  return gaps;
}

/**
 * The same with no positions but those of `symbols`. An entry that touches no other leaves it as it
 * was, and then it has left the identity of the whole as it was.
 */
export function gapsAt(account: Account, symbols: readonly string[]): ReadonlyMap<string, bigint> {
  return gapsOf(
    account,
    symbols.flatMap((symbol) => account.positions.get(symbol) ?? []),
  );
}

function gapsOf(account: Account, positions: Iterable<LotPosition>): Map<string, bigint> {
  const gaps = new Map<string, bigint>();
  for (const [currency, sums] of account.sums) {
    const sources = sums.deposited + sums.exchanged + sums.transferred;
    const earned = sums.realisedShort + sums.realisedLong + sums.dividends + sums.interest;
    gaps.set(currency, sums.cash - sources - earned + sums.charges);
  }
  for (const position of positions) {
    gaps.set(position.currency, (gaps.get(position.currency) ?? 0n) + costOf(position));
  }
  return gaps;
}
