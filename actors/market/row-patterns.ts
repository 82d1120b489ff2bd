// Candlestick patterns of rows: judged on closed candles, so that prints need not pay for them.

import type { Columns } from '../../engine/index.js';
import type { PatternEngine } from '../patterns/index.js';
import { type Candle, loadCandle } from './developing-bar.js';
import type { StateLayout } from './symbol-state.js';

/** The patterns of a shard's rows, in their state and columns. */
export class RowPatterns {
  readonly #engine: PatternEngine;
  readonly #state: Float64Array;
  readonly #stride: number;
  readonly #patternsAt: number;
  readonly #columns: Columns;
  readonly #places: Int32Array;
  readonly #out: Float64Array;
  readonly #candle: Candle = { open: 0, high: 0, low: 0, close: 0 };

  constructor(
    engine: PatternEngine,
    state: Float64Array,
    { stride, patternsAt }: StateLayout,
    columns: Columns,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#stride = stride;
    this.#patternsAt = patternsAt;
    this.#columns = columns;
    this.#places = Int32Array.from(engine.features, ({ name }) => columns.indexOf(name));
    this.#out = new Float64Array(engine.features.length);
  }

  /** Judges a row's bar as a closed candle, and publishes what it makes. */
  judge(row: number): void {
    const base = row * this.#stride;
    loadCandle(this.#state, base, this.#candle);
    this.#engine.judge(this.#state, base + this.#patternsAt, this.#candle);
    this.#columns.beginWrite(row);
    this.show(row);
    this.#columns.endWrite(row);
  }

  /** Copies a row's results into its columns, which are open for writing. */
  show(row: number): void {
    const out = this.#out;
    const { stride, values } = this.#columns;
    const at = row * stride;
    this.#engine.results(this.#state, row * this.#stride + this.#patternsAt, out);
    for (let index = 0; index < out.length; index++) {
      values[at + this.#places[index]!] = out[index]!;
    }
  }

  /** Takes a row's bar into what patterns know of the past. */
  commit(row: number): void {
    const base = row * this.#stride;
    loadCandle(this.#state, base, this.#candle);
    this.#engine.commit(this.#state, base + this.#patternsAt, this.#candle);
  }
}
