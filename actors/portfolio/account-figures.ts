// What an account is worth, lot by lot.

import { type Term, termOf } from '../lots/index.js';
import type { LotPosition } from './account.js';
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

/**
 * Values a position lot by lot, in the order held. `price` is that of one share or one contract, in
 * millionths.
 */
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

/**
 * Prices by symbol, of a share or a contract, in millionths of the position's currency; undefined
 * where none is known.
 */
export type PriceLookup = (symbol: string) => bigint | undefined;
