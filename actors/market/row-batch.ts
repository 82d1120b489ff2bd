// Rows stepped together: their outputs and hot state fit the nearest cache.

import { addRow, type Bar, createRows, emptyBar, type Rows } from '../indicators/index.js';
import { loadBar } from './developing-bar.js';
import { PRINT_COLUMNS } from './layout.js';
import { HEADER_SLOTS } from './symbol-state.js';

/** Rows of a batch. */
const BATCH_ROWS = 32;

/** Features stand behind the columns that come straight from prints. */
const FEATURES_AT = PRINT_COLUMNS.length;

/** The batch that prints, closes and settlements fill in turn; a row is in it once at most. */
export class RowBatch {
  /** The rows as the features take them. */
  readonly rows: Rows;
  /** Row numbers; the first `count` count. */
  readonly numbers = new Int32Array(BATCH_ROWS);
  readonly #state: Float64Array;
  readonly #columnStride: number;
  readonly #bar: Bar = emptyBar();
  /** Number of the batch that each row was last in. */
  readonly #batchOf: Int32Array;
  #batch = 1;

  constructor(state: Float64Array, values: Float64Array, rowCount: number, columnStride: number) {
    this.#state = state;
    this.#columnStride = columnStride;
    this.rows = createRows(BATCH_ROWS, state, values);
    this.#batchOf = new Int32Array(rowCount);
  }

  get count(): number {
    return this.rows.count;
  }

  get isFull(): boolean {
    return this.rows.count === BATCH_ROWS;
  }

  /** Whether a row is in it. */
  // hot
  has(row: number): boolean {
    return this.#batchOf[row] === this.#batch;
  }

  /** Puts a row in, with its developing bar as it is now. Its state begins at `base`. */
  // hot
  add(row: number, base: number): void {
    loadBar(this.#state, base, this.#bar);
    this.#batchOf[row] = this.#batch;
    this.numbers[this.rows.count] = row;
    addRow(this.rows, base + HEADER_SLOTS, row * this.#columnStride + FEATURES_AT, this.#bar);
  }

  /** Begins another. */
  // hot
  end(): void {
    this.rows.count = 0;
    this.#batch++;
  }
}
