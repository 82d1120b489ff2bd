// What an account is worth: lot by lot, and in one currency.

import { type Refusal, refusal } from '../../engine/index.js';
import { type Term, termOf } from '../lots/index.js';
import { type Account, costOf, type LotPosition, quantityOf } from './account.js';
import { notionalOf } from './money.js';

/** One open lot at a price. Units: millionths; signs as the lot's. */
export interface LotFigures {
  readonly lotId: string;
  readonly openedDay: number;
  readonly quantity: bigint;
  readonly cost: bigint;
  readonly value: bigint;
  /** Unrealised. */
  readonly gain: bigint;
  /** What closing it on that day would make it. */
  readonly term: Term;
}

/** Values a position lot by lot, in the order held. `price` in millionths a share. */
export function lotFigures(
  position: LotPosition,
  price: bigint,
  day: number,
): readonly LotFigures[] {
  return position.lots.map((lot) => {
    const { id: lotId, openedDay, heldFromDay, quantity, cost } = lot;
    const value = notionalOf(price, quantity);
    const term = termOf({ lotId, openedDay, heldFromDay, quantity, cost }, day);
    return { lotId, openedDay, quantity, cost, value, gain: value - cost, term };
  });
}

/** An account in one currency. Units: millionths of it. */
export interface AccountValue {
  readonly currency: string;
  readonly cash: bigint;
  readonly positions: bigint;
  /** Value less cost of what is open, both at the rates given. */
  readonly unrealised: bigint;
  readonly total: bigint;
}

/** Prices by symbol, in millionths of the position's currency; undefined where none is known. */
export type PriceLookup = (symbol: string) => bigint | undefined;

/** Millionths of the account's currency for one of another; undefined where none is known. */
export type RateLookup = (currency: string) => bigint | undefined;

/**
 * Values an account in `currency`. Each currency is summed exactly and converted once, halves to
 * even, so the order of positions changes nothing.
 * Errors: `portfolio.no_price`, `portfolio.no_rate`.
 */
export function accountValue(
  account: Account,
  currency: string,
  priceOf: PriceLookup,
  rateOf: RateLookup,
): AccountValue | Refusal {
  const held = new Map<string, { value: bigint; cost: bigint }>();
  for (const [symbol, position] of account.positions) {
    const price = priceOf(symbol);
    if (price === undefined) {
      return refusal('portfolio.no_price', `expected a price of ${symbol}, there is none`);
    }
    const sums = held.get(position.currency) ?? { value: 0n, cost: 0n };
    sums.value += notionalOf(price, quantityOf(position));
    sums.cost += costOf(position);
    held.set(position.currency, sums);
  }
  let cash = 0n;
  let positions = 0n;
  let unrealised = 0n;
  for (const from of new Set([...account.sums.keys(), ...held.keys()])) {
    const rate = from === currency ? 1_000_000n : rateOf(from);
    if (rate === undefined) {
      const text = `expected a rate from ${from} to ${currency}, there is none`;
      return refusal('portfolio.no_rate', text);
    }
    const { value, cost } = held.get(from) ?? { value: 0n, cost: 0n };
    cash += notionalOf(rate, account.sums.get(from)?.cash ?? 0n);
    positions += notionalOf(rate, value);
    unrealised += notionalOf(rate, value - cost);
  }
  return { currency, cash, positions, unrealised, total: cash + positions };
}
