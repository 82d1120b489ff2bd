// Copies a shard's rows out of shared memory and back: what symbols remember and what they show.

import type { Columns } from '../../engine/index.js';
import type { ShardSnapshot } from './shard-messages.js';

/** Where the rows of one shard lie. */
export interface RowMemory {
  /** Rows of the shard, in its order. */
  readonly rows: Int32Array;
  readonly columns: Columns;
  /** State of all rows. Length: rows of the market times `stateStride`. */
  readonly state: Float64Array;
  readonly stateStride: number;
}

/** Copies of the shard's rows, one after the other. */
export function copyRows(memory: RowMemory): Pick<ShardSnapshot, 'state' | 'columns'> {
  const { rows, stateStride } = memory;
  const columnCount = memory.columns.names.length;
  const state = new Float64Array(rows.length * stateStride);
  const columns = new Float64Array(rows.length * columnCount);
  rows.forEach((row, index) => {
    const from = row * stateStride;
    state.set(memory.state.subarray(from, from + stateStride), index * stateStride);
    memory.columns.readRow(row, columns.subarray(index * columnCount, (index + 1) * columnCount));
  });
  return { state, columns };
}

/** Puts copies of the shard's rows back. */
export function restoreRows(
  memory: RowMemory,
  copies: Pick<ShardSnapshot, 'state' | 'columns'>,
): void {
  const { rows, stateStride } = memory;
  const columnCount = memory.columns.names.length;
  const { stride, values } = memory.columns;
  rows.forEach((row, index) => {
    const from = index * stateStride;
    memory.state.set(copies.state.subarray(from, from + stateStride), row * stateStride);
    memory.columns.beginWrite(row);
    for (let column = 0; column < columnCount; column++) {
      values[row * stride + column] = copies.columns[index * columnCount + column]!;
    }
    memory.columns.endWrite(row);
  });
}
