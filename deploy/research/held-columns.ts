// What is held as columns of daily returns, options with what they bend by on each of the days.

import { portfolioProfits } from '../../actors/risk/index.js';
import type { MeasureInput } from './measure-input.js';
import { optionDeltas, optionProfits } from './option-bend.js';

/** Columns and what is held of each: stocks by weight, then what options bend by, each once. */
export interface HeldColumns {
  readonly columns: readonly Float64Array[];
  readonly held: readonly number[];
  /** Place of the bend of a holding's options, by the place of the holding. */
  readonly bends: ReadonlyMap<number, number>;
}

/** What a book of weights needs to be put through its recent returns. */
export type HeldBook = Pick<MeasureInput, 'weights' | 'recent' | 'equity' | 'options'>;

/**
 * Columns of a book: a weight has options by their delta, so beside it stands what they bring
 * beyond that, valued anew at the move of every day, at once and with volatilities as they are.
 */
export function heldColumns({ weights, recent, equity, options = [] }: HeldBook): HeldColumns {
  const columns = [...recent.columns];
  const held = [...weights.values()];
  const bends = new Map<number, number>();
  const deltas = optionDeltas(options, equity);
  const profits = optionProfits(options, equity);
  [...weights.keys()].forEach((row, at) => {
    const profitOf = profits.get(row);
    if (profitOf === undefined) return;
    const delta = deltas.get(row)!; // Rows of profits are those of deltas.
    bends.set(at, columns.length);
    columns.push(recent.columns[at]!.map((move) => profitOf(move) - delta * move));
    held.push(1);
  });
  return { columns, held, bends };
}

/** Of values by column that add up, such as parts of a tail, those of the holding at a place. */
export function ofHolding(values: Float64Array, { bends }: HeldColumns, at: number): number {
  return values[at]! + (values[bends.get(at) ?? -1] ?? 0);
}

/** Profit of a book on each of its recent days, options valued anew. Shares of equity. */
export function bookProfits(book: HeldBook): Float64Array {
  const { columns, held } = heldColumns(book);
  return portfolioProfits(columns, held);
}
