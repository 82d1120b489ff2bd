// The symbol actors of one shard: one row of columns and one slice of state each, stepped by print.

import type { Columns } from '../../engine/index.js';
import type { FunnelEvaluator } from '../funnel/index.js';
import type { FeatureEngine } from '../indicators/index.js';
import type { PatternEngine } from '../patterns/index.js';
import type { DailyBar } from './derived-path.js';
import { addPrice, putBar, restate, showBar } from './developing-bar.js';
import { COLUMN, STAGE_COLUMN } from './layout.js';
import type { PointRecord } from './point-record.js';
import { PointRows } from './point-rows.js';
import { RowBatch } from './row-batch.js';
import { RowPatterns } from './row-patterns.js';
import { type RowPast, SLOT, stateLayout } from './symbol-state.js';

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
  /** State of all rows, as `stateLayout` says; this shard writes only its own rows. */
  readonly state: Float64Array;
}

/** The symbol actors of one shard. Every call is one turn of one actor, or of each in row order. */
export class SymbolPlane {
  #ownRows: Int32Array;
  readonly #columns: Columns;
  readonly #values: Float64Array;
  readonly #batch: RowBatch;
  /** Whether the bars being folded are published first. */
  #foldPublishes = false;
  readonly #features: FeatureEngine;
  readonly #funnel: FunnelEvaluator;
  readonly #watch: RowPast | undefined;
  readonly #state: Float64Array;
  readonly #stride: number;
  readonly #patterns: RowPatterns;
  readonly #points: PointRows;
  readonly #funnelAt: number;
  readonly #watchAt: number;
  readonly #stageColumn: number;
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
    this.#features = features;
    this.#funnel = funnel;
    this.#watch = watch;
    this.#state = state;
    const layout = stateLayout(features, patterns, funnel, watch);
    this.#stride = layout.stride;
    this.#watchAt = layout.watchAt;
    this.#funnelAt = layout.funnelAt;
    this.#patterns = new RowPatterns(patterns, state, layout, columns);
    this.#points = new PointRows(columns, funnel, state, layout);
    this.#batch = new RowBatch(state, columns.values, columns.rowCount, columns.stride);
    this.#stageColumn = columns.indexOf(STAGE_COLUMN);
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
      this.#patterns.show(row);
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
      this.#patterns.judge(row);
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
    this.#points.record(this.#ownRows, record);
  }

  /** Takes the cross-section of a point into this shard's rows and judges their stages. */
  applyPoint(record: PointRecord): void {
    this.#points.apply(this.#ownRows, record);
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
      for (let index = 0; index < count; index++) this.#patterns.judge(numbers[index]!);
    }
    this.#features.commitAll(rows);
    for (let index = 0; index < count; index++) {
      const row = numbers[index]!;
      const base = row * this.#stride;
      this.#patterns.commit(row);
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
