// The symbol actors of one shard with the memory they share: made, warmed on history or put back.

import type { FunnelEvaluator } from '../../actors/funnel/index.js';
import type { CrossSection } from '../../actors/indicators/index.js';
import {
  attachPointRecords,
  COLUMN,
  POINTS_KEPT,
  type PointRecord,
  SymbolPlane,
  stateLayout,
} from '../../actors/market/index.js';
import { attachScenarioMatrix, type ScenarioMatrix } from '../../actors/risk/index.js';
import { Columns, type ShardContext } from '../../engine/index.js';
import { HistoryParts } from './history-parts.js';
import { type RowMemory, restoreRows } from './row-slices.js';
import type { ShardConfig } from './shard-config.js';
import type { ShardEngines } from './shard-engines.js';
import { History, partsOfHistory } from './warm-up.js';

/** The market as one shard sees it. */
export class ShardMarket {
  readonly columns: Columns;
  readonly plane: SymbolPlane;
  readonly funnel: FunnelEvaluator;
  readonly crossSection: CrossSection;
  readonly matrix: ScenarioMatrix;
  /** Values of every row's state, of all shards. */
  readonly state: Float64Array;
  readonly #stride: number;
  readonly #owned: Uint8Array;
  readonly #records: readonly PointRecord[];
  readonly #config: ShardConfig;
  /** History whose last session is still to be left open. */
  #history: History | undefined;

  constructor(config: ShardConfig, { shard }: ShardContext, engines: ShardEngines) {
    const { market, bars, rows } = config;
    const rowCount = bars.symbols.length;
    this.#config = config;
    this.columns = new Columns(market.columns);
    this.state = new Float64Array(market.state);
    this.matrix = attachScenarioMatrix(market.matrix, shard);
    const { features, patterns, funnel, alerts, crossSection } = engines;
    this.funnel = funnel;
    this.crossSection = crossSection;
    this.#stride = stateLayout(features, patterns, funnel, alerts.symbol).stride;
    this.#owned = new Uint8Array(rowCount);
    for (const row of rows) this.#owned[row] = 1;
    this.plane = new SymbolPlane({
      rows,
      columns: this.columns,
      features,
      patterns,
      funnel,
      watch: alerts.symbol,
      state: this.state,
    });
    this.#records = attachPointRecords(market.records, rowCount);
  }

  /** All records of points, by position in their ring. */
  get records(): readonly PointRecord[] {
    return this.#records;
  }

  /** The record of a point. */
  recordOf(pointIndex: number): PointRecord {
    return this.#records[pointIndex % POINTS_KEPT]!;
  }

  /** Whether a row is one of this shard's. */
  owns(row: number): boolean {
    return this.#owned[row] === 1;
  }

  /** Gives rows away or takes them in, between two frames; their state stays where it is. */
  setOwned(changed: readonly number[], isOwned: boolean): void {
    for (const row of changed) this.#owned[row] = isOwned ? 1 : 0;
    const rows: number[] = [];
    this.#owned.forEach((one, row) => {
      if (one === 1) rows.push(row);
    });
    this.plane.own(Int32Array.from(rows));
  }

  /** Last price of a row, NaN where none is known. */
  lastPrice(row: number): number {
    // A row below zero stands for a symbol that this run does not have.
    return row < 0 ? Number.NaN : this.columns.at(row, COLUMN.close);
  }

  /** Puts back what a snapshot saved, or runs history when there is none. */
  begin(): void {
    const { snapshot, bars, firstWarmDay, warmDays, isFirst, history } = this.#config;
    if (snapshot !== undefined) {
      restoreRows(this.rowMemory(), snapshot.id);
      this.plane.resumeSession(snapshot.clock.openUs, snapshot.clock.closeUs);
      return;
    }
    // Somebody else may have begun already, in memory that nobody had used.
    for (const row of history === undefined ? this.plane.rows : []) {
      this.state.fill(0, row * this.#stride, (row + 1) * this.#stride);
    }
    const own = new History({
      plane: this.plane,
      owned: this.#owned,
      state: this.state,
      stride: this.#stride,
      bars,
      firstWarmDay,
      warmDays,
      matrix: isFirst ? this.matrix : undefined,
    });
    const parts = new HistoryParts(history ?? partsOfHistory(bars.symbols.length));
    for (const part of parts.taken()) own.run(part);
    parts.wait();
    this.#history = own;
  }

  /**
   * Leaves the last session of history open, for the point that closes it: not before that point,
   * so that the owner finds the memory as history alone has left it.
   */
  develop(): void {
    this.#history?.develop();
    this.#history = undefined;
  }

  /** Where this shard's rows lie, and where they are saved. */
  rowMemory(): RowMemory {
    return {
      rows: this.plane.rows,
      columns: this.columns,
      state: this.state,
      stateStride: this.#stride,
      saves: this.#config.market.saves,
    };
  }
}
