// What every shard needs to know of one point, in shared memory: a ring of recent records.

import { CROSS_FEATURES, CROSS_INPUTS } from '../indicators/index.js';

/** Points of a session; the last one is its close. */
export const POINTS_PER_SESSION = 6;

/**
 * Points kept: 85 sessions of six. A snapshot comes at least every 60 sessions, so a rebuilt shard
 * finds each point that it replays.
 */
export const POINTS_KEPT = 512;

const PARTS = {
  marks: 1,
  trading: 1,
  inputs: CROSS_INPUTS.length,
  outputs: CROSS_FEATURES.length,
  historyLoaded: 1,
  stages: 1,
} as const;

const COLUMNS = Object.values(PARTS).reduce((sum, count) => sum + count, 0);

/** One point as views over shared memory; each array is column-major with one value a row. */
export interface PointRecord {
  /** Last raw price; NaN where none is known. */
  readonly marks: Float64Array;
  /** 1 where the row has a bar in this session. */
  readonly trading: Float64Array;
  /** Values of `CROSS_INPUTS`. */
  readonly inputs: Float64Array;
  /** Values of `CROSS_FEATURES`. */
  readonly outputs: Float64Array;
  /** 1 where the backfill has loaded the row's history. */
  readonly historyLoaded: Float64Array;
  /** Funnel stages passed. */
  readonly stages: Float64Array;
}

/** Allocates the ring's memory. */
export function createPointRecords(rowCount: number): SharedArrayBuffer {
  return new SharedArrayBuffer(POINTS_KEPT * COLUMNS * rowCount * 8);
}

/** The records as views, by position in the ring: point `n` is at `n % POINTS_KEPT`. */
export function attachPointRecords(buffer: SharedArrayBuffer, rowCount: number): PointRecord[] {
  let at = 0;
  const take = (columns: number): Float64Array => {
    const view = new Float64Array(buffer, at * 8, columns * rowCount);
    at += columns * rowCount;
    return view;
  };
  return Array.from({ length: POINTS_KEPT }, () => ({
    marks: take(PARTS.marks),
    trading: take(PARTS.trading),
    inputs: take(PARTS.inputs),
    outputs: take(PARTS.outputs),
    historyLoaded: take(PARTS.historyLoaded),
    stages: take(PARTS.stages),
  }));
}
