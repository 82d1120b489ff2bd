// The tail that a book would have with other exposures, while the book stays as it is.

import type { TailRisk } from './historical.js';
import { addTo } from './kernels/scenario-kernel.js';
import type { ScenarioBook } from './scenario-book.js';
import { missingShare, type ScenarioMatrix } from './scenario-matrix.js';
import { worstTail } from './worst.js';

/** Room to try changes of one book after the other; one a thread. */
export class ScenarioTrial {
  readonly #matrix: ScenarioMatrix;
  readonly #profits: Float64Array;
  readonly #sorted: Float64Array;
  #firstDay = Number.NaN;
  #count = 0;

  constructor(matrix: ScenarioMatrix) {
    this.#matrix = matrix;
    this.#profits = new Float64Array(matrix.scenarios);
    this.#sorted = new Float64Array(matrix.scenarios);
  }

  /** Starts from a book's profits, as of its last update. */
  // hot
  begin(book: ScenarioBook): void {
    this.#profits.set(book.profits);
    this.#firstDay = book.firstDay;
    this.#count = 0;
  }

  /** Stages a change of a row's exposure. A row below zero has no history. Units: dollars. */
  // hot
  move(row: number, change: number): void {
    if (row < 0) return;
    const { kernel } = this.#matrix;
    kernel.rows[this.#count] = row;
    kernel.changes[this.#count++] = change;
  }

  /** Adds profits that no exposure makes; undefined are unknown, and so is the tail then. */
  add(profits: Float64Array | undefined): void {
    for (let scenario = 0; scenario < this.#profits.length; scenario++) {
      const more = profits === undefined ? Number.NaN : profits[scenario]!;
      this.#profits[scenario] = this.#profits[scenario]! + more;
    }
  }

  /** The tail with what was staged; NaN where the book had no risk, or a change is NaN. */
  // hot
  tail(confidence: number): TailRisk {
    const { kernel } = this.#matrix;
    if (this.#count > 0 && this.#firstDay === this.#firstDay) {
      addTo(kernel, this.#profits, this.#count, this.#firstDay);
    }
    this.#count = 0;
    if (this.#firstDay !== this.#firstDay) this.#profits.fill(Number.NaN);
    return worstTail(this.#profits, this.#sorted, confidence);
  }

  /** Share of the book's scenarios in which a row has no return; 1 where the book had no risk. */
  missing(row: number): number {
    const { scenarios } = this.#matrix;
    if (row < 0 || this.#firstDay !== this.#firstDay) return 1;
    return missingShare(this.#matrix, row, this.#firstDay + scenarios);
  }
}
