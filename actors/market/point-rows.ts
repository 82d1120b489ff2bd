// What rows give to the record of a point, and take from it once all shards have given theirs.

import type { Columns } from '../../engine/index.js';
import type { FunnelEvaluator } from '../funnel/index.js';
import { CROSS_FEATURES, CROSS_INPUTS } from '../indicators/index.js';
import { HISTORY_LOADED_COLUMN, STAGE_COLUMN } from './layout.js';
import type { PointRecord } from './point-record.js';
import { SLOT, type StateLayout } from './symbol-state.js';

/** The way of a shard's rows into points and back. */
export class PointRows {
  readonly #columns: Columns;
  readonly #values: Float64Array;
  readonly #funnel: FunnelEvaluator;
  readonly #state: Float64Array;
  readonly #layout: StateLayout;
  readonly #crossColumn: number;
  readonly #loadedColumn: number;
  readonly #stageColumn: number;
  readonly #crossInputs: Int32Array;

  constructor(columns: Columns, funnel: FunnelEvaluator, state: Float64Array, layout: StateLayout) {
    this.#columns = columns;
    this.#values = columns.values;
    this.#funnel = funnel;
    this.#state = state;
    this.#layout = layout;
    this.#crossColumn = columns.indexOf(CROSS_FEATURES[0]!.name);
    this.#loadedColumn = columns.indexOf(HISTORY_LOADED_COLUMN);
    this.#stageColumn = columns.indexOf(STAGE_COLUMN);
    this.#crossInputs = Int32Array.from(CROSS_INPUTS, (name) => columns.indexOf(name));
  }

  /** Copies what the cross-section and the portfolios need of these rows. */
  record(rows: Int32Array, record: PointRecord): void {
    const { rowCount, stride } = this.#columns;
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      const base = row * this.#layout.stride;
      const at = row * stride;
      const close = this.#state[base + SLOT.close]!;
      record.marks[row] = close > 0 ? close : Number.NaN;
      record.trading[row] = this.#state[base + SLOT.hasBar]!;
      for (let input = 0; input < this.#crossInputs.length; input++) {
        record.inputs[input * rowCount + row] = this.#values[at + this.#crossInputs[input]!]!;
      }
    }
  }

  /** Takes the cross-section of a point into these rows and judges their stages. */
  apply(rows: Int32Array, record: PointRecord): void {
    const { rowCount, stride } = this.#columns;
    const { funnelAt, stride: stateStride } = this.#layout;
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      const at = row * stride;
      this.#columns.beginWrite(row);
      for (let output = 0; output < CROSS_FEATURES.length; output++) {
        this.#values[at + this.#crossColumn + output] = record.outputs[output * rowCount + row]!;
      }
      this.#values[at + this.#loadedColumn] = record.historyLoaded[row]!;
      const stage =
        record.trading[row] === 1
          ? this.#funnel.evaluate(this.#values, at, this.#state, row * stateStride + funnelAt)
          : 0;
      this.#values[at + this.#stageColumn] = stage;
      record.stages[row] = stage;
      this.#columns.endWrite(row);
    }
  }
}
