// Options of one stock as legs: what each asks alone, in contracts.

import { type MarginPolicy, stockMargin, writtenMargin } from './margin.js';
import type { MarginOption } from './spread-margin.js';

/** Shares of a contract: what is left of shares below it covers and hedges none. */
export const UNIT_SHARES = 100;

/** Of the value of options bought that have more than nine months to go. Source: 4210(f)(2). */
const LONG_DATED_SHARE = 0.75;

/** Of the strike of an option that hedges shares. Source: 4210(f)(2), long option and stock. */
const HEDGE_SHARE = 0.1;

/** Of the strike of the call of a collar. Source: 4210(f)(2), collars. */
const COLLAR_SHARE = 0.25;

/** A stock with the options on it. */
export interface MarginName {
  /** Last price of the stock. Units: US dollars. */
  readonly spot: number;
  /** Signed shares of the stock that are held. */
  readonly shares: number;
  readonly options: readonly MarginOption[];
}

/** An option with what of it is not paired yet. Units: shares; US dollars a share. */
export interface Leg {
  readonly option: MarginOption;
  open: number;
  /** What each share asks where nothing is paired with it. */
  readonly alone: number;
}

/** The leg of an option at a price of its stock. */
export function legOf(option: MarginOption, spot: number, policy: MarginPolicy): Leg {
  const { shares, price, isLongDated } = option;
  const value = price * (isLongDated ? LONG_DATED_SHARE : 1);
  const alone = shares < 0 ? writtenMargin({ ...option, spot }, policy) : value;
  return { option, open: Math.abs(shares), alone };
}

/** Shares that can cover or hedge whole contracts. */
export function wholeShares({ shares }: MarginName): number {
  return Math.floor(Math.abs(shares) / UNIT_SHARES) * UNIT_SHARES;
}

/** Whether a written option asks nothing beside the shares. */
export function isCoverable({ type, isAdjusted }: MarginOption, { shares }: MarginName): boolean {
  return !isAdjusted && (type === 'call' ? shares > 0 : shares < 0);
}

/** What a share asks less beside an option bought against its fall (or rise, sold short). */
export function hedgeSaving(
  { type, strike, isAdjusted }: MarginOption,
  { spot, shares }: MarginName,
  policy: MarginPolicy,
): number {
  const side = Math.sign(shares);
  if (isAdjusted || type !== (side > 0 ? 'put' : 'call')) return 0;
  const outOfTheMoney = Math.max(0, side * (spot - strike));
  return Math.max(0, stockAsks(side, spot, policy) - HEDGE_SHARE * strike - outOfTheMoney);
}

/**
 * What a share held asks less beside a put bought and a call written on it that end on one day: a
 * conversion at one strike, a collar where the put's is lower; 0 where they make neither. (A
 * reverse conversion asks what its call leaves to ask.) Source: FINRA Rule 4210(f)(2), conversions
 * and collars.
 */
export function collarSaving(
  call: MarginOption,
  put: MarginOption,
  { spot, shares }: MarginName,
  policy: MarginPolicy,
): number {
  const isOne =
    shares > 0 &&
    call.type === 'call' &&
    put.type === 'put' &&
    call.expiryDate === put.expiryDate &&
    put.strike <= call.strike &&
    !call.isAdjusted &&
    !put.isAdjusted;
  if (!isOne) return 0;
  const hedged = HEDGE_SHARE * put.strike;
  const asks =
    put.strike === call.strike
      ? hedged
      : Math.min(hedged + Math.max(0, spot - put.strike), COLLAR_SHARE * call.strike);
  return Math.max(0, stockAsks(1, spot, policy) - asks);
}

/** What one share held, or sold short, asks for itself. */
function stockAsks(side: number, spot: number, policy: MarginPolicy): number {
  return stockMargin(side, side * spot, policy);
}
