// The largest profit under linear bounds, by the simplex method: dense, for some dozen values.

/** One bound: the sum of coefficients times values is at most `most`. */
export interface LinearBound {
  /** By variable; what is left out is 0. */
  readonly coefficients: ReadonlyMap<number, number>;
  readonly most: number;
}

/** What is to be as large as it can be, with values of 0 or more. */
export interface LinearProgramme {
  /** Profit of one unit of each variable. Scale: near 1, as the bounds' coefficients. */
  readonly profits: readonly number[];
  readonly bounds: readonly LinearBound[];
}

/** The best values, and what they bring. */
export interface Optimum {
  readonly profit: number;
  readonly values: Float64Array;
}

/** Below it a number is rounding. */
const ROUNDING = 1e-9;

/** Steps for each variable and bound, far above what problems take: beyond it turns in a circle. */
const STEPS_EACH = 50;

/** The variable that makes a start possible where a bound is below 0. */
const START = -1;

/**
 * Solves a programme; undefined where its bounds contradict each other, nothing bounds the profit,
 * or no end is reached. Ties go to the smallest index: the same programme has the same answer.
 * Source: Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, 3rd ed., 29.3 and 29.5.
 */
export function maximise(programme: LinearProgramme): Optimum | undefined {
  if (programme.profits.length === 0) return { profit: 0, values: new Float64Array() };
  const table = new Table(programme);
  if (!table.begin() || !table.improve()) return undefined;
  return table.read();
}

/** Bounds, the profit, the profit of beginning; columns are variables and what is left. */
class Table {
  readonly #rows: readonly Float64Array[];
  readonly #profit: Float64Array;
  readonly #beginning: Float64Array;
  /** Which variable stands in each row, and in each column. */
  readonly #inRow: Int32Array;
  readonly #inColumn: Int32Array;
  readonly #width: number;
  #stepsLeft: number;

  constructor({ profits, bounds }: LinearProgramme) {
    const count = profits.length;
    this.#width = count;
    this.#rows = bounds.map(({ coefficients, most }) => {
      const row = new Float64Array(count + 2);
      for (const [variable, coefficient] of coefficients) row[variable] = coefficient;
      row[count] = START;
      row[count + 1] = most;
      return row;
    });
    this.#profit = Float64Array.from({ length: count + 2 }, (_, at) => -(profits[at] ?? 0));
    this.#beginning = new Float64Array(count + 2);
    this.#beginning[count] = 1;
    this.#inRow = Int32Array.from(bounds, (_, row) => count + row);
    this.#inColumn = Int32Array.from({ length: count + 1 }, (_, at) => (at < count ? at : START));
    this.#stepsLeft = STEPS_EACH * (count + bounds.length);
  }

  /** Finds values within all bounds; false where there are none. */
  begin(): boolean {
    const last = this.#width + 1;
    let worst = 0;
    this.#rows.forEach((row, at) => {
      if (row[last]! < this.#rows[worst]![last]!) worst = at;
    });
    if (this.#rows.length === 0 || this.#rows[worst]![last]! >= -ROUNDING) return true;
    this.#pivot(worst, this.#width);
    if (!this.#climb(this.#beginning) || this.#beginning[last]! < -ROUNDING) return false;
    this.#inRow.forEach((variable, at) => {
      if (variable === START) this.#pivot(at, this.#least(this.#rows[at]!, false));
    });
    return true;
  }

  /** Goes on to the largest profit; false where there is none. */
  improve(): boolean {
    return this.#climb(this.#profit);
  }

  read(): Optimum {
    const values = new Float64Array(this.#width);
    this.#inRow.forEach((variable, at) => {
      if (variable >= 0 && variable < this.#width) values[variable] = this.#rows[at]!.at(-1)!;
    });
    return { profit: this.#profit.at(-1)!, values };
  }

  #climb(goal: Float64Array): boolean {
    const mayStart = goal === this.#beginning;
    for (;;) {
      const column = this.#least(goal, !mayStart);
      if (goal[column]! > -ROUNDING) return true;
      const row = this.#tightest(column);
      if (row === undefined || this.#stepsLeft-- <= 0) return false;
      this.#pivot(row, column);
    }
  }

  /** The column with the least value of a row, and of those the first variable. */
  #least(row: Float64Array, isWithoutStart: boolean): number {
    let best = -1;
    for (let at = 0; at <= this.#width; at++) {
      if (isWithoutStart && this.#inColumn[at] === START) continue;
      const isLess = best < 0 || row[at]! < row[best]!;
      const isTie =
        best >= 0 && row[at] === row[best] && this.#inColumn[at]! < this.#inColumn[best]!;
      if (isLess || isTie) best = at;
    }
    return best;
  }

  /** The row that bounds a column's variable first; undefined where none does. */
  #tightest(column: number): number | undefined {
    const last = this.#width + 1;
    let best: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    this.#rows.forEach((row, at) => {
      if (row[column]! < ROUNDING) return;
      const ratio = row[last]! / row[column]!;
      const isTie = best !== undefined && ratio === least && this.#inRow[at]! < this.#inRow[best]!;
      if (ratio < least || isTie) [best, least] = [at, ratio];
    });
    return best;
  }

  #pivot(at: number, column: number): void {
    const pivotRow = this.#rows[at]!;
    const inverse = 1 / pivotRow[column]!;
    for (const row of [...this.#rows, this.#profit, this.#beginning]) {
      const factor = row[column]! * inverse;
      if (row === pivotRow || factor === 0) continue;
      for (let other = 0; other < row.length; other++) {
        if (other !== column) row[other] = row[other]! - pivotRow[other]! * factor;
      }
      row[column] = -factor;
    }
    for (let other = 0; other < pivotRow.length; other++) {
      pivotRow[other] = pivotRow[other]! * inverse;
    }
    pivotRow[column] = inverse;
    const leaving = this.#inRow[at]!;
    this.#inRow[at] = this.#inColumn[column]!;
    this.#inColumn[column] = leaving;
  }
}
