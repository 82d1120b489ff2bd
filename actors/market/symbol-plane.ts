// The symbol actors of one shard: one row of columns and one slice of state each, stepped by print.

import type { Columns } from '../../engine/index.js';
import type { FunnelEvaluator } from '../funnel/index.js';
import { CROSS_FEATURES, CROSS_INPUTS, type FeatureEngine } from '../indicators/index.js';
import type { PatternEngine } from '../patterns/index.js';
import type { DailyBar } from './derived-path.js';
import { addPrice, type Candle, loadCandle, putBar, restate, showBar } from './developing-bar.js';
import { COLUMN, HISTORY_LOADED_COLUMN, STAGE_COLUMN } from './layout.js';
import type { PointRecord } from './point-record.js';
import { RowBatch } from './row-batch.js';
import { HEADER_SLOTS, SLOT } from './symbol-state.js';

/** What the symbol actors of a shard stand on. */
export interface SymbolPlaneOptions {
  /** Rows this shard owns. */
  readonly rows: Int32Array;
  readonly columns: Columns;
  readonly features: FeatureEngine;
  readonly patterns: PatternEngine;
  readonly funnel: FunnelEvaluator;
  /** What else looks at rows and keeps values of past bars; nothing where it is left out. */
  readonly watch?: RowPast;
  /** State of all rows; this shard writes only its own. Length: rows times `stateStride`. */
  readonly state: Float64Array;
}

/** Whoever keeps values of a row's past bars in the row's state. */
export type RowPast = Pick<FunnelEvaluator, 'stateLength' | 'commit'>;

/** Float64 slots of one symbol's state. */
export function stateStride(
  features: FeatureEngine,
  patterns: PatternEngine,
  funnel: FunnelEvaluator,
  watch?: RowPast,
): number {
  const { stateLength = 0 } = watch ?? {};
  const own = HEADER_SLOTS + features.stateLength + patterns.stateLength;
  return own + funnel.stateLength + stateLength;
}

/** The symbol actors of one shard. Every call is one turn of one actor, or of each in row order. */
export class SymbolPlane {
  #ownRows: Int32Array;
  readonly #columns: Columns;
  readonly #values: Float64Array;
  readonly #rowCount: number;
  readonly #batch: RowBatch;
  /** Whether the bars being folded are published first. */
  #foldPublishes = false;
  readonly #features: FeatureEngine;
  readonly #funnel: FunnelEvaluator;
  readonly #watch: RowPast | undefined;
  readonly #state: Float64Array;
  readonly #stride: number;
  readonly #patternsAt: number;
  readonly #patterns: PatternEngine;
  readonly #patternColumns: Int32Array;
  readonly #patternOut: Float64Array;
  readonly #candle: Candle = { open: 0, high: 0, low: 0, close: 0 };
  readonly #funnelAt: number;
  readonly #watchAt: number;
  readonly #crossColumn: number;
  readonly #loadedColumn: number;
  readonly #stageColumn: number;
  readonly #crossInputs: Int32Array;
  #openUs = 0;
  #sessionUs = 1;
  /** Prints handled. */
  prints = 0;
  /** Changes of stage between two prints of a symbol. */
  transitions = 0;

  constructor(options: SymbolPlaneOptions) {
    const { rows, columns, features, patterns, funnel, watch, state } = options;
    this.#ownRows = rows;
    this.#columns = columns;
    this.#values = columns.values;
    this.#rowCount = columns.rowCount;
    this.#features = features;
    this.#patterns = patterns;
    this.#funnel = funnel;
    this.#watch = watch;
    this.#state = state;
    this.#stride = stateStride(features, patterns, funnel, watch);
    this.#patternsAt = HEADER_SLOTS + features.stateLength;
    this.#patternColumns = Int32Array.from(patterns.features, ({ name }) => columns.indexOf(name));
    this.#patternOut = new Float64Array(patterns.features.length);
    this.#watchAt = this.#patternsAt + patterns.stateLength;
    // Last, so that whoever knows the funnel alone finds its state from the end of the row.
    this.#funnelAt = this.#stride - funnel.stateLength;
    this.#batch = new RowBatch(state, columns.values, columns.rowCount, columns.stride);
    this.#crossColumn = columns.indexOf(CROSS_FEATURES[0]!.name);
    this.#loadedColumn = columns.indexOf(HISTORY_LOADED_COLUMN);
    this.#stageColumn = columns.indexOf(STAGE_COLUMN);
    this.#crossInputs = Int32Array.from(CROSS_INPUTS, (name) => columns.indexOf(name));
  }

  /** Rows this shard owns, ascending. */
  get rows(): Int32Array {
    return this.#ownRows;
  }

  /** Owns these rows from now on, between two prints; their state is where it was. */
  own(rows: Int32Array): void {
    this.flush();
    this.#ownRows = rows;
  }

  /** Goes on in a session that was opened before. Units: microseconds of event time. */
  resumeSession(openUs: number, closeUs: number): void {
    this.#openUs = openUs;
    this.#sessionUs = closeUs - openUs;
  }

  /** Where a row's funnel state begins. */
  funnelStateAt(row: number): number {
    return row * this.#stride + this.#funnelAt;
  }

  /** Where the state begins that who else looks at a row keeps. */
  watchStateAt(row: number): number {
    return row * this.#stride + this.#watchAt;
  }

  /** Begins a session: no row has a bar yet. Units: microseconds of event time. */
  openSession(openUs: number, closeUs: number): void {
    this.resumeSession(openUs, closeUs);
    for (let index = 0; index < this.#ownRows.length; index++) {
      const row = this.#ownRows[index]!;
      this.#state[row * this.#stride + SLOT.hasBar] = 0;
      this.#columns.beginWrite(row);
      this.#values[row * this.#columns.stride + COLUMN.trading] = 0;
      this.#writePatterns(row, row * this.#stride);
      this.#columns.endWrite(row);
    }
  }

  /** Applies a split (new shares for an old one; 1 for none) and a dividend (dollars a share). */
  applyAction(row: number, split: number, dividend: number): void {
    restate(this.#state, row * this.#stride, split, dividend);
  }

  /**
   * One print: the developing bar now; every feature, the funnel's stage and the published row
   * with the batch, which `flush` ends. A second print of a row begins another batch.
   */
  // hot
  print(
    row: number,
    timeUs: number,
    price: number,
    size: number,
    bid: number,
    ask: number,
    arrivalUs: number,
  ): void {
    if (this.#batch.isFull || this.#batch.has(row)) this.flush();
    const state = this.#state;
    const base = row * this.#stride;
    addPrice(state, base, price, size);
    state[base + SLOT.lastTimeUs] = timeUs;
    state[base + SLOT.bid] = bid;
    state[base + SLOT.ask] = ask;
    state[base + SLOT.arrivalUs] = arrivalUs;
    const elapsed = (timeUs - this.#openUs) / this.#sessionUs;
    // The first print may come at the very open; a share of zero would divide by zero.
    state[base + SLOT.sessionFraction] = elapsed < 1e-6 ? 1e-6 : elapsed;
    state[base + SLOT.prints]!++;
    this.prints++;
    this.#batch.add(row, base);
  }

  /** Publishes the rows of all prints so far. */
  // hot
  flush(): void {
    if (this.#batch.count === 0) return;
    this.#publishRows(true);
    this.#batch.end();
  }

  /** Restates every traded row as of the close: the whole session has elapsed. */
  settle(): void {
    this.#showBatch();
    for (let index = 0; index < this.#ownRows.length; index++) {
      const row = this.#ownRows[index]!;
      const base = row * this.#stride;
      if (this.#state[base + SLOT.hasBar] === 0) continue;
      this.#state[base + SLOT.sessionFraction] = 1;
      if (this.#batch.isFull) this.#settleBatch();
      this.#batch.add(row, base);
      this.#judgePatterns(row);
    }
    this.#settleBatch();
  }

  #showBatch(): void {
    this.#publishRows(false);
    this.#batch.end();
  }

  /** Rows show all that their last prints say; only what reads the clock is to be said anew. */
  #settleBatch(): void {
    this.#beginRows();
    this.#features.peekClocked(this.#batch.rows);
    const { count, numbers } = this.#batch;
    for (let index = 0; index < count; index++) this.#columns.endWrite(numbers[index]!);
    this.#batch.end();
  }

  /** Takes what an order book says of a row at a point; it stands until the next one. */
  takeMeasure(row: number, column: number, value: number): void {
    this.#columns.beginWrite(row);
    this.#values[row * this.#columns.stride + column] = value;
    this.#columns.endWrite(row);
  }

  /** Copies what the cross-section and the portfolios need of this shard's rows. */
  recordPoint(record: PointRecord): void {
    const rowCount = this.#rowCount;
    for (let index = 0; index < this.#ownRows.length; index++) {
      const row = this.#ownRows[index]!;
      const base = row * this.#stride;
      const at = row * this.#columns.stride;
      const close = this.#state[base + SLOT.close]!;
      record.marks[row] = close > 0 ? close : Number.NaN;
      record.trading[row] = this.#state[base + SLOT.hasBar]!;
      for (let input = 0; input < this.#crossInputs.length; input++) {
        record.inputs[input * rowCount + row] = this.#values[at + this.#crossInputs[input]!]!;
      }
    }
  }

  /** Takes the cross-section of a point into this shard's rows and judges their stages. */
  applyPoint(record: PointRecord): void {
    const rowCount = this.#rowCount;
    for (let index = 0; index < this.#ownRows.length; index++) {
      const row = this.#ownRows[index]!;
      const at = row * this.#columns.stride;
      this.#columns.beginWrite(row);
      for (let output = 0; output < CROSS_FEATURES.length; output++) {
        this.#values[at + this.#crossColumn + output] = record.outputs[output * rowCount + row]!;
      }
      this.#values[at + this.#loadedColumn] = record.historyLoaded[row]!;
      const stage =
        record.trading[row] === 1
          ? this.#funnel.evaluate(this.#values, at, this.#state, this.funnelStateAt(row))
          : 0;
      this.#values[at + this.#stageColumn] = stage;
      record.stages[row] = stage;
      this.#columns.endWrite(row);
    }
  }

  /** Folds the session's bars into the indicators, and tells each row whose stage has changed. */
  closeSession(changed: (row: number, fromStage: number, toStage: number) => void): void {
    for (let index = 0; index < this.#ownRows.length; index++) {
      const row = this.#ownRows[index]!;
      const base = row * this.#stride;
      const stage = this.#columns.at(row, this.#stageColumn);
      const before = this.#state[base + SLOT.stageAtClose]!;
      if (stage !== before) {
        changed(row, before, stage);
        this.#state[base + SLOT.stageAtClose] = stage;
      }
      if (this.#state[base + SLOT.hasBar] === 1) this.#close(row, base, false);
    }
    this.fold();
  }

  /**
   * One session of history of one row, done with the batch that `fold` ends. `keepsPast` also
   * fills what the funnel remembers.
   */
  warm(row: number, bar: DailyBar, split: number, dividend: number, keepsPast: boolean): void {
    if (this.#batch.has(row)) this.fold();
    if (split !== 1 || dividend > 0) this.applyAction(row, split, dividend);
    putBar(this.#state, row * this.#stride, bar);
    this.#close(row, row * this.#stride, keepsPast);
  }

  /** Folds the bars closed so far into the indicators. */
  fold(): void {
    const { count, numbers, rows } = this.#batch;
    if (count === 0) return;
    if (this.#foldPublishes) {
      this.#publishRows(false);
      for (let index = 0; index < count; index++) this.#judgePatterns(numbers[index]!);
    }
    this.#features.commitAll(rows);
    for (let index = 0; index < count; index++) {
      const row = numbers[index]!;
      const base = row * this.#stride;
      loadCandle(this.#state, base, this.#candle);
      this.#patterns.commit(this.#state, base + this.#patternsAt, this.#candle);
      const at = row * this.#columns.stride;
      this.#funnel.commit(this.#values, at, this.#state, this.funnelStateAt(row));
      this.#watch?.commit(this.#values, at, this.#state, this.watchStateAt(row));
      this.#state[base + SLOT.priceFactor] = rows.priceFactor[index]!;
      this.#state[base + SLOT.pendingDividend] = 0;
      this.#state[base + SLOT.hasBar] = 0;
    }
    this.#batch.end();
  }

  /** Makes a whole bar of history a row's developing bar, not yet closed; `settle` shows it. */
  develop(row: number, bar: DailyBar): void {
    if (this.#batch.isFull || this.#batch.has(row)) this.#showBatch();
    const base = row * this.#stride;
    putBar(this.#state, base, bar);
    this.#batch.add(row, base);
  }

  /** Puts a row whose bar is complete into the batch of those to be folded. */
  #close(row: number, base: number, publishes: boolean): void {
    if (this.#batch.isFull || publishes !== this.#foldPublishes) this.fold();
    this.#foldPublishes = publishes;
    this.#batch.add(row, base);
  }

  /** Patterns speak of closed candles, so that prints need not pay for them. */
  #judgePatterns(row: number): void {
    const base = row * this.#stride;
    loadCandle(this.#state, base, this.#candle);
    this.#patterns.judge(this.#state, base + this.#patternsAt, this.#candle);
    this.#columns.beginWrite(row);
    this.#writePatterns(row, base);
    this.#columns.endWrite(row);
  }

  #writePatterns(row: number, base: number): void {
    const out = this.#patternOut;
    const at = row * this.#columns.stride;
    this.#patterns.results(this.#state, base + this.#patternsAt, out);
    for (let index = 0; index < out.length; index++) {
      this.#values[at + this.#patternColumns[index]!] = out[index]!;
    }
  }

  /** Steps every feature of the batch's rows and publishes each, consistent as a whole. */
  // hot
  #publishRows(judges: boolean): void {
    this.#beginRows();
    this.#features.peekAll(this.#batch.rows);
    const { count, numbers } = this.#batch;
    for (let index = 0; index < count; index++) {
      const row = numbers[index]!;
      if (judges) this.#judge(row);
      this.#columns.endWrite(row);
    }
  }

  /** Shows the bars of the batch's rows, which stay open for their features. */
  // hot
  #beginRows(): void {
    const { count, numbers } = this.#batch;
    for (let index = 0; index < count; index++) {
      const row = numbers[index]!;
      this.#columns.beginWrite(row);
      showBar(this.#state, row * this.#stride, this.#values, row * this.#columns.stride);
    }
  }

  // hot
  #judge(row: number): void {
    const values = this.#values;
    const at = row * this.#columns.stride;
    const stage = this.#funnel.evaluate(values, at, this.#state, this.funnelStateAt(row));
    if (stage === values[at + this.#stageColumn]) return;
    this.transitions++;
    values[at + this.#stageColumn] = stage;
  }
}
