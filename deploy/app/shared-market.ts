// Allocates the memory that the shards of a market share.

import { createBreakers } from '../../actors/breakers/index.js';
import { createFunnelEvaluator, type FunnelConfig } from '../../actors/funnel/index.js';
import { type BoardConfig, createBoard } from '../../actors/groups/index.js';
import { CATALOGUE, CROSS_FEATURES, createFeatureEngine } from '../../actors/indicators/index.js';
import {
  createPointRecords,
  marketColumnNames,
  ROW_FEATURES,
  stateStride,
} from '../../actors/market/index.js';
import { createScenarioMatrix } from '../../actors/risk/index.js';
import { Columns, createColumns, createGate } from '../../engine/index.js';
import { createSaves } from '../roles/row-slices.js';
import type { SharedMarket } from '../roles/shard-messages.js';
import { scenarioKernel } from './kernels.js';

/** Memory of a market, with the views of it that its owner reads through. */
export interface MarketMemory {
  readonly shared: SharedMarket;
  readonly columns: Columns;
  /** Float64 slots of one row's state. */
  readonly stride: number;
}

/** Allocates for so many rows and shards; the funnel's past values lie in the rows' state. */
export function createMarketMemory(
  rowCount: number,
  shardCount: number,
  funnel: FunnelConfig,
  board: BoardConfig,
): MarketMemory {
  const names = marketColumnNames(
    ROW_FEATURES.map((feature) => feature.name),
    CROSS_FEATURES.map((feature) => feature.name),
  );
  const handle = createColumns(names, rowCount);
  const columns = new Columns(handle);
  const evaluator = createFunnelEvaluator(funnel, columns.layout);
  const stride = stateStride(createFeatureEngine(CATALOGUE), evaluator);
  const shared: SharedMarket = {
    columns: handle,
    state: new SharedArrayBuffer(rowCount * stride * 8),
    saves: createSaves(rowCount, stride, columns.stride),
    records: touched(createPointRecords(rowCount)),
    matrix: createScenarioMatrix(rowCount, shardCount, scenarioKernel()),
    gate: createGate(shardCount),
    board: createBoard(board, rowCount),
    breakers: createBreakers(rowCount),
  };
  return { shared, columns, stride };
}

/** Bytes of a page of memory. */
const PAGE_BYTES = 4096;

/**
 * Memory that is there: without it the first points of a run would each wait for some thirty pages,
 * a few microseconds a page.
 */
function touched(memory: SharedArrayBuffer): SharedArrayBuffer {
  const bytes = new Uint8Array(memory);
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) bytes[at] = 0;
  return memory;
}
