// Listed equity options by name: what a contract's symbol says, as the clearing house writes it.

import { isDate } from '../calendar/index.js';
import type { OptionType } from './terms.js';

/** A listed option on a stock: American exercise, shares delivered. */
export interface OptionContract {
  /** As the OCC writes it, without the blanks behind the root: `AAPL210618C00130000`. */
  readonly symbol: string;
  readonly underlying: string;
  /** Last day on which it can be exercised, yyyymmdd. */
  readonly expiryDate: number;
  readonly type: OptionType;
  /** Units: millionths of a dollar a share. */
  readonly strike: bigint;
  /** Shares that a contract delivers; its price is told a share. */
  readonly multiplier: bigint;
  /**
   * True behind a split into other than whole shares: then it delivers something else than its
   * symbol says, so that nobody here can price or settle it.
   */
  readonly isAdjusted: boolean;
}

/** Shares of a standard contract. Source: OCC By-Laws, article I, "unit of trading". */
export const CONTRACT_SHARES = 100n;

/** Root, expiry, right, strike in thousandths. Source: OCC Options Symbology Initiative, 2010. */
const SYMBOL = /^([A-Z]{1,5})(\d?) *(\d{6})([CP])(\d{8})$/;

/** Characters of expiry, right and strike. */
const TAIL_LENGTH = 15;

/** Fewest characters of an option's symbol: no stock has as many. */
const LENGTH_MIN = 16;

/** Millionths in a thousandth. */
const THOUSANDTH = 1_000n;

/** Millionths in a cent. */
const CENT = 10_000n;

/** The contract that a symbol names, padded or not; undefined where it names none. */
export function contractOf(symbol: string): OptionContract | undefined {
  const match = symbol.length < LENGTH_MIN ? null : SYMBOL.exec(symbol);
  if (match === null) return undefined;
  const [, underlying, suffix, expiry, right, strike] = match;
  const expiryDate = 20_000_000 + Number(expiry);
  if (!isDate(expiryDate) || BigInt(strike!) === 0n) return undefined;
  return {
    symbol: `${underlying}${suffix}${expiry}${right}${strike}`,
    underlying: underlying!,
    expiryDate,
    type: right === 'C' ? 'call' : 'put',
    strike: BigInt(strike!) * THOUSANDTH,
    multiplier: CONTRACT_SHARES,
    isAdjusted: suffix !== '',
  };
}

/**
 * The symbol of a contract that can't have its own as another has it: that of an adjusted one, with
 * the first digit behind the root that is free. Undefined where none is.
 */
export function symbolApart(
  { underlying, symbol }: OptionContract,
  isTaken: (symbol: string) => boolean,
): string | undefined {
  const tail = symbol.slice(-TAIL_LENGTH);
  for (let digit = 1; digit <= 9; digit++) {
    const apart = `${underlying}${digit}${tail}`;
    if (!isTaken(apart)) return apart;
  }
  return undefined;
}

/** A contract behind a split of its stock, and how many come for one. */
export interface SplitContract {
  readonly symbol: string;
  readonly count: bigint;
}

/**
 * What a split makes of a contract: of whole shares for one, so many contracts at so much less of a
 * strike, rounded to the cent; of any other, one that is adjusted and delivers what that split made
 * of its shares. Source: OCC By-Laws, article VI, section 11A.
 */
export function splitContract(
  contract: OptionContract,
  newShares: bigint,
  oldShares: bigint,
): SplitContract {
  const { symbol, underlying, strike, isAdjusted } = contract;
  if (isAdjusted) return { symbol, count: 1n };
  const tail = symbol.slice(underlying.length);
  const adjusted = { symbol: `${underlying}1${tail}`, count: 1n };
  if (newShares % oldShares !== 0n) return adjusted;
  const count = newShares / oldShares;
  const cents = (2n * strike + count * CENT) / (2n * count * CENT);
  // No symbol says a strike of nothing.
  if (cents === 0n) return adjusted;
  const strikeDigits = ((cents * CENT) / THOUSANDTH).toString().padStart(8, '0');
  return { symbol: `${underlying}${tail.slice(0, -8)}${strikeDigits}`, count };
}
