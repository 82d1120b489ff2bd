// Saves a shard's rows in shared memory and puts them back: what symbols remember and show.

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

/** Saves the shard's rows under a snapshot's number. */
export function saveRows(memory: RowMemory, snapshot: number): void {
  const { rows, state, stateStride, columns } = memory;
  const saved = savedRows(memory, snapshot);
  for (const row of rows) {
    saved(row).set(state.subarray(row * stateStride, (row + 1) * stateStride), 0);
    const from = row * columns.stride;
    saved(row).set(columns.values.subarray(from, from + columns.stride), stateStride);
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
