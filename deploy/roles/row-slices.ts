// Saves a shard's rows in shared memory and puts them back: what symbols remember and show.

import { HEADER_SLOTS } from '../../actors/market/index.js';
import type { Columns } from '../../engine/index.js';

/**
 * Areas that snapshots are saved in, in turn: while one is being written, the one before is whole.
 * Nothing is copied between threads, which would hold up both for milliseconds.
 */
const AREAS = 2;

/** Where the rows of one shard lie. */
export interface RowMemory {
  /** Rows of the shard. */
  readonly rows: Int32Array;
  readonly columns: Columns;
  /** State of all rows. Length: rows of the market times `stateStride`. */
  readonly state: Float64Array;
  readonly stateStride: number;
  /** Made by `createSaves`. */
  readonly saves: SharedArrayBuffer;
}

/** Allocates the areas for a market of so many rows. */
export function createSaves(
  rowCount: number,
  stateStride: number,
  columnStride: number,
): SharedArrayBuffer {
  return new SharedArrayBuffer(AREAS * rowCount * (stateStride + columnStride) * 8);
}

/**
 * Saves a shard's rows under a snapshot's number. What prints may change is saved at once; the
 * rest, which stays as it is until the session closes, in small portions, so that prints do not
 * wait several milliseconds for ten million bytes.
 */
export class RowSaver {
  readonly #memory: RowMemory;
  readonly #saved: (row: number) => Float64Array;
  #next = 0;

  constructor(memory: RowMemory, snapshot: number) {
    const { rows, state, stateStride, columns } = memory;
    this.#memory = memory;
    this.#saved = savedRows(memory, snapshot);
    for (const row of rows) {
      const to = this.#saved(row);
      const from = row * stateStride;
      to.set(state.subarray(from, from + HEADER_SLOTS), 0);
      const shown = row * columns.stride;
      to.set(columns.values.subarray(shown, shown + columns.stride), stateStride);
    }
  }

  /** Saves so many more rows; true once all are. */
  save(count: number): boolean {
    const { rows, state, stateStride } = this.#memory;
    const end = Math.min(rows.length, this.#next + count);
    for (; this.#next < end; this.#next++) {
      const row = rows[this.#next]!;
      const from = row * stateStride;
      this.#saved(row).set(state.subarray(from + HEADER_SLOTS, from + stateStride), HEADER_SLOTS);
    }
    return this.#next === rows.length;
  }
}

/** Puts back what was saved under a snapshot's number, the last one or the one before. */
export function restoreRows(memory: RowMemory, snapshot: number): void {
  const { rows, state, stateStride, columns } = memory;
  const saved = savedRows(memory, snapshot);
  for (const row of rows) {
    state.set(saved(row).subarray(0, stateStride), row * stateStride);
    columns.beginWrite(row);
    columns.values.set(saved(row).subarray(stateStride), row * columns.stride);
    columns.endWrite(row);
  }
}

/** Views of the rows in a snapshot's area: state first, published values behind it. */
function savedRows(
  { columns, stateStride, saves }: RowMemory,
  snapshot: number,
): (row: number) => Float64Array {
  const length = stateStride + columns.stride;
  const area = (snapshot % AREAS) * columns.rowCount;
  return (row) => new Float64Array(saves, (area + row) * length * 8, length);
}
