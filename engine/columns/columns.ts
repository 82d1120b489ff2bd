// Columns of float64 values in shared memory: one writer a row, any number of readers.

import { assert } from '../core/assert.js';

/**
 * Shared memory of a set of columns; structured-clonable, so that it can be posted to threads.
 *
 * ```
 * values    Float64Array  [row][column]   a row is whole cache lines, padded at its end
 * versions  Int32Array    [row]           odd while the row is being written
 * ```
 */
export interface ColumnsHandle {
  readonly names: readonly string[];
  readonly rowCount: number;
  readonly values: SharedArrayBuffer;
  readonly versions: SharedArrayBuffer;
}

/**
 * Tries before a reader begins to sleep between them. A writer holds a row for a microsecond, but
 * one that writes the same row without a pause may be met again and again.
 */
const READ_SPINS = 1_000_000;

/** Tries before a reader takes what it has: a second of sleeps, so the writer must have died. */
const READ_TRIES_MAX = READ_SPINS + 1_000;

/** Values of a cache line. */
const LINE = 8;

/**
 * Rows lie one behind the other, not columns: a row is what one actor writes at once, and its
 * values side by side are a dozen cache lines where a column each would be ninety. Whoever wants
 * whole columns copies rows anyway, to have them consistent.
 */
function strideOf(names: readonly string[]): number {
  return Math.ceil(names.length / LINE) * LINE;
}

/** Allocates columns; every value starts as NaN, which means "not known yet". */
export function createColumns(names: readonly string[], rowCount: number): ColumnsHandle {
  assert(new Set(names).size === names.length, 'columns.names_are_unique');
  assert(rowCount > 0, 'columns.have_rows');
  const values = new SharedArrayBuffer(strideOf(names) * rowCount * 8);
  new Float64Array(values).fill(Number.NaN);
  return {
    names,
    rowCount,
    values,
    versions: new SharedArrayBuffer(rowCount * 4),
  };
}

/** A thread's view of shared columns. */
export class Columns {
  readonly names: readonly string[];
  readonly rowCount: number;
  /** Values: column `c` of row `r` is at `r * stride + c`. */
  readonly values: Float64Array;
  /** Values from one row to the next. */
  readonly stride: number;
  /** Column number of each name. */
  readonly layout: ReadonlyMap<string, number>;
  readonly #versions: Int32Array;
  /** Reads that gave up waiting for a writer; anything but 0 means that a writer died mid-row. */
  tornReads = 0;

  constructor(handle: ColumnsHandle) {
    this.names = handle.names;
    this.rowCount = handle.rowCount;
    this.values = new Float64Array(handle.values);
    this.stride = strideOf(handle.names);
    this.layout = new Map(handle.names.map((name, index) => [name, index]));
    this.#versions = new Int32Array(handle.versions);
  }

  /** Column number of a name. Errors: bug when there is no such column. */
  indexOf(name: string): number {
    const index = this.layout.get(name);
    assert(index !== undefined, `columns.has_${name}`);
    return index;
  }

  /** A copy of one column, a value a row; each value is whole, rows may differ in age. */
  column(name: string): Float64Array {
    const column = this.indexOf(name);
    return Float64Array.from({ length: this.rowCount }, (_, row) => this.at(row, column));
  }

  /** One value of one row. */
  at(row: number, column: number): number {
    return this.values[row * this.stride + column]!;
  }

  /** Announces that a row is about to change. */
  // hot
  beginWrite(row: number): void {
    // Or-ing, not adding: a writer rebuilt after a crash finds the row left odd and keeps it so.
    Atomics.or(this.#versions, row, 1);
  }

  /** Announces that the row is whole again. */
  // hot
  endWrite(row: number): void {
    Atomics.add(this.#versions, row, 1);
  }

  /**
   * Copies one row, consistent, into `out` (one value a column) and returns its version.
   * Retries while a writer is inside the row.
   */
  readRow(row: number, out: Float64Array): number {
    let version = 0;
    for (let tries = 0; tries < READ_TRIES_MAX; tries++) {
      version = Atomics.load(this.#versions, row);
      if (tries >= READ_SPINS) Atomics.wait(this.#versions, row, version, 1);
      if ((version & 1) === 1) continue;
      for (let column = 0; column < this.names.length; column++) {
        out[column] = this.values[row * this.stride + column]!;
      }
      if (Atomics.load(this.#versions, row) === version) return version;
    }
    this.tornReads++;
    return version;
  }

  /**
   * Writes the rows whose version differs from `seen` into `rows`, in row order, brings `seen` up
   * to date and returns how many. A row inside a write is left for the next call. Each reader
   * keeps its own `seen`, so no clock is shared and no change is missed.
   */
  // hot
  changed(seen: Int32Array, rows: Int32Array): number {
    let count = 0;
    for (let row = 0; row < this.rowCount; row++) {
      const version = Atomics.load(this.#versions, row);
      if (version === seen[row] || (version & 1) === 1) continue;
      seen[row] = version;
      rows[count++] = row;
    }
    return count;
  }
}
