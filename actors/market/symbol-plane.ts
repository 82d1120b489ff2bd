// The symbol actors of one shard: one row of columns and one slice of state each, stepped by print.

import type { Columns } from '../../engine/index.js';
import type { FunnelEvaluator } from '../funnel/index.js';
import {
  addRow,
  type Bar,
  CROSS_FEATURES,
  CROSS_INPUTS,
  createRows,
  emptyBar,
  type FeatureEngine,
  type Rows,
} from '../indicators/index.js';
import { createPatternEngine, PATTERN_FEATURES } from '../patterns/index.js';
import { COLUMN, HISTORY_LOADED_COLUMN, PRINT_COLUMNS, STAGE_COLUMN } from './layout.js';
import type { PointRecord } from './point-record.js';
import { HEADER_SLOTS, SLOT } from './symbol-state.js';

/** Rows stepped together: their outputs and hot state fit the nearest cache. */
const BATCH_ROWS = 32;

/** Features stand behind the columns that come straight from prints. */
const FEATURES_AT = PRINT_COLUMNS.length;

/** What the symbol actors of a shard stand on. */
export interface SymbolPlaneOptions {
  /** Rows this shard owns. */
  readonly rows: Int32Array;
  readonly columns: Columns;
  readonly features: FeatureEngine;
  readonly funnel: FunnelEvaluator;
  /** State of all rows; this shard writes only its own. Length: rows times `stateStride`. */
  readonly state: Float64Array;
}

/** One for all planes of a thread: it keeps nothing, and the compiler knows its code already. */
const PATTERNS = createPatternEngine();

/** Float64 slots of one symbol's candlestick patterns. */
const PATTERN_SLOTS = PATTERNS.stateLength;

/** Float64 slots of one symbol's state. */
export function stateStride(features: FeatureEngine, funnel: FunnelEvaluator): number {
  return HEADER_SLOTS + features.stateLength + PATTERN_SLOTS + funnel.stateLength;
}

/** A raw daily bar of history. */
export interface RawBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The symbol actors of one shard. Every call is one turn of one actor, or of each in row order. */
export class SymbolPlane {
  #ownRows: Int32Array;
  readonly #columns: Columns;
  readonly #values: Float64Array;
  readonly #rowCount: number;
  readonly #rows: Rows;
  readonly #batchRows = new Int32Array(BATCH_ROWS);
  /** Number of the batch that each row was last in. */
  readonly #batchOf: Int32Array;
  #batch = 1;
  /** Whether the bars being folded are published first. */
  #foldPublishes = false;
  readonly #features: FeatureEngine;
  readonly #funnel: FunnelEvaluator;
  readonly #state: Float64Array;
  readonly #stride: number;
  readonly #patternsAt: number;
  readonly #patternColumn: number;
  readonly #patternOut = new Float64Array(PATTERN_FEATURES.length);
  readonly #candle = { open: 0, high: 0, low: 0, close: 0 };
  readonly #funnelAt: number;
  readonly #bar: Bar = emptyBar();
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

  constructor({ rows, columns, features, funnel, state }: SymbolPlaneOptions) {
    this.#ownRows = rows;
    this.#columns = columns;
    this.#values = columns.values;
    this.#rowCount = columns.rowCount;
    this.#features = features;
    this.#funnel = funnel;
    this.#state = state;
    this.#stride = stateStride(features, funnel);
    this.#patternsAt = HEADER_SLOTS + features.stateLength;
    this.#patternColumn = columns.indexOf(PATTERN_FEATURES[0]!.name);
    this.#funnelAt = this.#patternsAt + PATTERN_SLOTS;
    this.#rows = createRows(BATCH_ROWS, state, columns.values);
    this.#batchOf = new Int32Array(columns.rowCount);
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

  /**
   * Applies a split (new shares for an old one; 1 for none) and a dividend (dollars a share),
   * effective at the open: later raw prices are restated forward, so history keeps its scale. The
   * dividend is that of a new share, and is taken as put back into the share at this session's
   * close, so that a return is `(close + dividend) * split / before - 1`, as the vendor's adjusted
   * close has it, also where a company has spun off half of itself.
   */
  applyAction(row: number, split: number, dividend: number): void {
    const base = row * this.#stride;
    const factor = (this.#state[base + SLOT.priceFactor]! || 1) * split;
    this.#state[base + SLOT.priceFactor] = factor;
    // What is pending from a day without a print was paid on older shares.
    const pending = this.#state[base + SLOT.pendingDividend]! / split;
    this.#state[base + SLOT.pendingDividend] = pending + dividend;
    const volumeFactor = (this.#state[base + SLOT.volumeFactor]! || 1) * split;
    this.#state[base + SLOT.volumeFactor] = volumeFactor;
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
    if (this.#rows.count === BATCH_ROWS || this.#batchOf[row] === this.#batch) this.flush();
    const state = this.#state;
    const base = row * this.#stride;
    if (state[base + SLOT.hasBar] === 0) {
      state[base + SLOT.hasBar] = 1;
      state[base + SLOT.open] = price;
      state[base + SLOT.high] = price;
      state[base + SLOT.low] = price;
      state[base + SLOT.volume] = size;
    } else {
      if (price > state[base + SLOT.high]!) state[base + SLOT.high] = price;
      if (price < state[base + SLOT.low]!) state[base + SLOT.low] = price;
      state[base + SLOT.volume]! += size;
    }
    state[base + SLOT.close] = price;
    state[base + SLOT.lastTimeUs] = timeUs;
    state[base + SLOT.bid] = bid;
    state[base + SLOT.ask] = ask;
    state[base + SLOT.arrivalUs] = arrivalUs;
    const elapsed = (timeUs - this.#openUs) / this.#sessionUs;
    // The first print may come at the very open; a share of zero would divide by zero.
    state[base + SLOT.sessionFraction] = elapsed < 1e-6 ? 1e-6 : elapsed;
    state[base + SLOT.prints]!++;
    this.prints++;
    this.#add(row, base);
  }

  /** Publishes the rows of all prints so far. */
  // hot
  flush(): void {
    if (this.#rows.count === 0) return;
    this.#publishRows(true);
    this.#endBatch();
  }

  /** Restates every traded row as of the close: the whole session has elapsed. */
  settle(): void {
    this.#showBatch();
    for (let index = 0; index < this.#ownRows.length; index++) {
      const row = this.#ownRows[index]!;
      const base = row * this.#stride;
      if (this.#state[base + SLOT.hasBar] === 0) continue;
      this.#state[base + SLOT.sessionFraction] = 1;
      if (this.#rows.count === BATCH_ROWS) this.#settleBatch();
      this.#add(row, base);
      this.#judgePatterns(row);
    }
    this.#settleBatch();
  }

  #showBatch(): void {
    this.#publishRows(false);
    this.#endBatch();
  }

  /** Rows show all that their last prints say; only what reads the clock is to be said anew. */
  #settleBatch(): void {
    const count = this.#rows.count;
    for (let index = 0; index < count; index++) {
      const row = this.#batchRows[index]!;
      this.#columns.beginWrite(row);
      this.#publishBar(row);
    }
    this.#features.peekClocked(this.#rows);
    for (let index = 0; index < count; index++) this.#columns.endWrite(this.#batchRows[index]!);
    this.#endBatch();
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
  warm(row: number, bar: RawBar, split: number, dividend: number, keepsPast: boolean): void {
    if (this.#batchOf[row] === this.#batch) this.fold();
    if (split !== 1 || dividend > 0) this.applyAction(row, split, dividend);
    this.#setBar(row, bar);
    this.#close(row, row * this.#stride, keepsPast);
  }

  /** Folds the bars closed so far into the indicators. */
  fold(): void {
    const count = this.#rows.count;
    if (count === 0) return;
    if (this.#foldPublishes) {
      this.#publishRows(false);
      for (let index = 0; index < count; index++) this.#judgePatterns(this.#batchRows[index]!);
    }
    this.#features.commitAll(this.#rows);
    for (let index = 0; index < count; index++) {
      const row = this.#batchRows[index]!;
      const base = row * this.#stride;
      this.#loadCandle(base);
      PATTERNS.commit(this.#state, base + this.#patternsAt, this.#candle);
      const at = row * this.#columns.stride;
      this.#funnel.commit(this.#values, at, this.#state, this.funnelStateAt(row));
      this.#state[base + SLOT.priceFactor] = this.#rows.priceFactor[index]!;
      this.#state[base + SLOT.pendingDividend] = 0;
      this.#state[base + SLOT.hasBar] = 0;
    }
    this.#endBatch();
  }

  /** Makes a whole bar of history a row's developing bar, not yet closed; `settle` shows it. */
  develop(row: number, bar: RawBar): void {
    if (this.#rows.count === BATCH_ROWS || this.#batchOf[row] === this.#batch) this.#showBatch();
    this.#setBar(row, bar);
    this.#add(row, row * this.#stride);
  }

  #setBar(row: number, bar: RawBar): void {
    const base = row * this.#stride;
    this.#state[base + SLOT.hasBar] = 1;
    this.#state[base + SLOT.open] = bar.open;
    this.#state[base + SLOT.high] = bar.high;
    this.#state[base + SLOT.low] = bar.low;
    this.#state[base + SLOT.close] = bar.close;
    this.#state[base + SLOT.volume] = bar.volume;
    this.#state[base + SLOT.bid] = bar.close;
    this.#state[base + SLOT.ask] = bar.close;
    this.#state[base + SLOT.sessionFraction] = 1;
  }

  /** Puts a row whose bar is complete into the batch of those to be folded. */
  #close(row: number, base: number, publishes: boolean): void {
    if (this.#rows.count === BATCH_ROWS || publishes !== this.#foldPublishes) this.fold();
    this.#foldPublishes = publishes;
    this.#add(row, base);
  }

  /** Patterns speak of closed candles, so that prints need not pay for them. */
  #judgePatterns(row: number): void {
    const base = row * this.#stride;
    this.#loadCandle(base);
    PATTERNS.judge(this.#state, base + this.#patternsAt, this.#candle);
    this.#columns.beginWrite(row);
    this.#writePatterns(row, base);
    this.#columns.endWrite(row);
  }

  #writePatterns(row: number, base: number): void {
    const out = this.#patternOut;
    const at = row * this.#columns.stride + this.#patternColumn;
    PATTERNS.results(this.#state, base + this.#patternsAt, out);
    for (let index = 0; index < out.length; index++) this.#values[at + index] = out[index]!;
  }

  /** The developing bar as traded, restated for splits and not for dividends. */
  #loadCandle(base: number): void {
    const state = this.#state;
    const splits = state[base + SLOT.volumeFactor]! || 1;
    const candle = this.#candle;
    candle.open = state[base + SLOT.open]! * splits;
    candle.high = state[base + SLOT.high]! * splits;
    candle.low = state[base + SLOT.low]! * splits;
    candle.close = state[base + SLOT.close]! * splits;
  }

  /** Forward price factor of the developing bar. */
  // hot
  #priceFactor(base: number): number {
    const state = this.#state;
    const factor = state[base + SLOT.priceFactor]! || 1;
    const dividend = state[base + SLOT.pendingDividend]!;
    if (dividend === 0) return factor;
    const close = state[base + SLOT.close]!;
    return (factor * (close + dividend)) / close;
  }

  // hot
  #loadBar(base: number): void {
    const state = this.#state;
    const priceFactor = this.#priceFactor(base);
    const volumeFactor = state[base + SLOT.volumeFactor]! || 1;
    const bar = this.#bar;
    bar.open = state[base + SLOT.open]! * priceFactor;
    bar.high = state[base + SLOT.high]! * priceFactor;
    bar.low = state[base + SLOT.low]! * priceFactor;
    bar.close = state[base + SLOT.close]! * priceFactor;
    bar.volume = state[base + SLOT.volume]! / volumeFactor;
    bar.priceFactor = priceFactor;
    bar.volumeFactor = volumeFactor;
    bar.sessionFraction = state[base + SLOT.sessionFraction]!;
  }

  /** Puts a row into the batch; its bar so far is what the batch will publish. */
  // hot
  #add(row: number, base: number): void {
    this.#loadBar(base);
    this.#batchOf[row] = this.#batch;
    this.#batchRows[this.#rows.count] = row;
    addRow(this.#rows, base + HEADER_SLOTS, row * this.#columns.stride + FEATURES_AT, this.#bar);
  }

  /** Steps every feature of the batch's rows and publishes each, consistent as a whole. */
  // hot
  #publishRows(judges: boolean): void {
    const count = this.#rows.count;
    for (let index = 0; index < count; index++) {
      const row = this.#batchRows[index]!;
      this.#columns.beginWrite(row);
      this.#publishBar(row);
    }
    this.#features.peekAll(this.#rows);
    for (let index = 0; index < count; index++) {
      const row = this.#batchRows[index]!;
      if (judges) this.#judge(row);
      this.#columns.endWrite(row);
    }
  }

  // hot
  #endBatch(): void {
    this.#rows.count = 0;
    this.#batch++;
  }

  // hot
  #publishBar(row: number): void {
    const state = this.#state;
    const values = this.#values;
    const base = row * this.#stride;
    const at = row * this.#columns.stride;
    values[at + COLUMN.open] = state[base + SLOT.open]!;
    values[at + COLUMN.high] = state[base + SLOT.high]!;
    values[at + COLUMN.low] = state[base + SLOT.low]!;
    values[at + COLUMN.close] = state[base + SLOT.close]!;
    values[at + COLUMN.volume] = state[base + SLOT.volume]!;
    values[at + COLUMN.bid] = state[base + SLOT.bid]!;
    values[at + COLUMN.ask] = state[base + SLOT.ask]!;
    values[at + COLUMN.lastTimeUs] = state[base + SLOT.lastTimeUs]!;
    values[at + COLUMN.arrivalUs] = state[base + SLOT.arrivalUs]!;
    values[at + COLUMN.sessionFraction] = state[base + SLOT.sessionFraction]!;
    values[at + COLUMN.priceFactor] = this.#priceFactor(base);
    values[at + COLUMN.volumeFactor] = state[base + SLOT.volumeFactor]! || 1;
    values[at + COLUMN.trading] = 1;
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
