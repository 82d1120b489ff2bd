// The steps of a point across shards: record, cross-section, judge; a gate between each.

import type { PointSummarised } from '../../actors/funnel/index.js';
import { CROSS_INPUTS, type CrossSection } from '../../actors/indicators/index.js';
import type { PointRecord } from '../../actors/market/index.js';
import { POINTS_KEPT } from '../../actors/market/index.js';
import { putReturn, type ScenarioMatrix } from '../../actors/risk/index.js';
import type { Gate } from '../../engine/index.js';
import type { ShardMarket } from './shard-market.js';

/** A point that waits at the gate. */
export interface OpenPoint {
  readonly index: number;
  readonly isClose: boolean;
  readonly date: number;
  readonly dayIndex: number;
  readonly timeUs: number;
}

/** Steps a point takes at the gate. */
const STEPS = 4;

/**
 * Step numbers of a point: every shard has recorded its rows; the cross-section is there;
 * judged.
 */
export const stepOf = (pointIndex: number) => ({
  recorded: pointIndex * STEPS + 1,
  crossed: pointIndex * STEPS + 2,
  judged: pointIndex * STEPS + 3,
});

/** Computes what belongs to the whole universe; run by shard 0 alone. */
export class Coordinator {
  readonly #crossSection: CrossSection;
  readonly #records: readonly PointRecord[];
  readonly #matrix: ScenarioMatrix;
  readonly #rowCount: number;
  readonly #returnAt: number;

  constructor({ records, matrix, crossSection, columns }: ShardMarket) {
    this.#crossSection = crossSection;
    this.#records = records;
    this.#matrix = matrix;
    this.#rowCount = columns.rowCount;
    this.#returnAt = CROSS_INPUTS.indexOf('ret_1') * columns.rowCount;
  }

  /** Fills a point's cross-section and the backfill's flags. */
  cross(pointIndex: number, loaded: Uint8Array): void {
    const record = this.#records[pointIndex % POINTS_KEPT]!;
    this.#crossSection.compute(record.trading, record.inputs, record.outputs);
    record.historyLoaded.set(loaded);
  }

  /** Mean return since the last close, of all rows that trade; NaN where none does. */
  meanReturn(pointIndex: number): number {
    const { inputs, trading } = this.#records[pointIndex % POINTS_KEPT]!;
    let sum = 0;
    let count = 0;
    for (let row = 0; row < this.#rowCount; row++) {
      const value = inputs[this.#returnAt + row]!;
      if (trading[row] !== 1 || value !== value) continue;
      sum += value;
      count++;
    }
    return sum / count;
  }

  /**
   * Puts a closed session's returns, recorded at its closing point, into the scenario matrix.
   * No shard still reads the slot: the window of every open point ends before that day.
   */
  keepReturns(day: number, closingPoint: number): void {
    const record = this.#records[closingPoint % POINTS_KEPT]!;
    for (let row = 0; row < this.#rowCount; row++) {
      const isTrading = record.trading[row] === 1;
      putReturn(
        this.#matrix,
        row,
        day,
        isTrading ? record.inputs[this.#returnAt + row]! : Number.NaN,
      );
    }
  }

  /** What the funnel is told of a point that all shards have judged. */
  summaryOf({ index, date, isClose }: OpenPoint): PointSummarised {
    const at = CROSS_INPUTS.indexOf('dollar_volume_20') * this.#rowCount;
    const { inputs, stages } = this.#records[index % POINTS_KEPT]!;
    return {
      kind: 'point_summarised',
      pointIndex: index,
      date,
      isClose,
      stages: new Uint8Array(stages),
      // Dollars traded a session, by row.
      liquidity: inputs.slice(at, at + this.#rowCount),
    };
  }
}

/** Whether a gate lets a shard go on from recording to judging a point. */
export function isCrossed(gate: Gate, pointIndex: number): boolean {
  return gate.hasReached(0, stepOf(pointIndex).crossed);
}
