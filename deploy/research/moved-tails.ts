// Value at risk after prices have moved, of books with options: they are valued anew there.

import { historicalRisk, portfolioProfits } from '../../actors/risk/index.js';
import type { OptionMover } from './option-moves.js';

/** What is moved. Shares of the equity before the move; arrays are in the order of the rows. */
interface MovedBook {
  readonly rows: readonly number[];
  /** Weights without options. */
  readonly stocks: Float64Array;
  /** Change of each price per unit of the move. */
  readonly shocks: Float64Array;
  /** Daily returns. */
  readonly columns: readonly Float64Array[];
  readonly mover: OptionMover;
}

/** Remembers what it has found: limits of one measure look at the same moves. */
export class MovedTails {
  readonly #book: MovedBook;
  /** By move: as many as are looked at along one direction. */
  readonly #known = new Map<number, number>();
  /** What options of a row brought each day when it was last looked at, and the shock it was at. */
  readonly #gains = new Map<number, { readonly shock: number; readonly gains: Float64Array }>();

  constructor(book: MovedBook) {
    this.#book = book;
  }

  /** One day's historical value at risk at 99 % after a move. A share of the equity before it. */
  at(move: number): number {
    const known = this.#known.get(move);
    if (known !== undefined) return known;
    const { rows, stocks, shocks, columns, mover } = this.#book;
    const left = stocks.map((weight, at) => weight * (1 + move * shocks[at]!));
    const profits = portfolioProfits(columns, left);
    rows.forEach((row, at) => {
      if (!mover.deltas.has(row)) return;
      const gains = this.#gainsOf(row, move * shocks[at]!, columns[at]!);
      for (let day = 0; day < profits.length; day++) profits[day] = profits[day]! + gains[day]!;
    });
    const { valueAtRisk } = historicalRisk(profits.sort(), 0.99);
    this.#known.set(move, valueAtRisk);
    return valueAtRisk;
  }

  #gainsOf(row: number, shock: number, days: Float64Array): Float64Array {
    const last = this.#gains.get(row);
    // Most directions leave most prices where they are.
    if (last?.shock === shock) return last.gains;
    const gainOf = this.#book.mover.gainsAfter(row, shock);
    const gains = days.map(gainOf);
    this.#gains.set(row, { shock, gains });
    return gains;
  }
}
