// The memory that the simulated shards of one process share, and images of it that outlive one.

import { createBreakers } from '../../actors/breakers/index.js';
import { createFunnelEvaluator } from '../../actors/funnel/index.js';
import { createBoard } from '../../actors/groups/index.js';
import { CATALOGUE, CROSS_FEATURES, createFeatureEngine } from '../../actors/indicators/index.js';
import {
  createPointRecords,
  marketColumnNames,
  ROW_FEATURES,
  stateStride,
} from '../../actors/market/index.js';
import { createScenarioMatrix } from '../../actors/risk/index.js';
import { Columns, createColumns, createGate, createHistogram } from '../../engine/index.js';
import { scenarioKernel } from '../app/kernels.js';
import { createSaves } from '../roles/row-slices.js';
import type { SharedMarket } from '../roles/shard-messages.js';
import { SYMBOLS } from './market-walk.js';
import { BOARD, FUNNEL_CONFIG, SHARDS } from './setting.js';

/** Copies of all areas of the memory, in one order. */
export type MemoryImage = readonly Uint8Array[];

/** The memory of one world: a process that is lost leaves it to the next, made new. */
export class SharedMemory {
  readonly market: SharedMarket;
  readonly latencies: readonly SharedArrayBuffer[];
  readonly #areas: readonly Uint8Array[];
  readonly #fresh: MemoryImage;

  constructor() {
    const rowCount = SYMBOLS.length;
    const handle = createColumns(
      marketColumnNames(
        ROW_FEATURES.map(({ name }) => name),
        CROSS_FEATURES.map(({ name }) => name),
      ),
      rowCount,
    );
    const columns = new Columns(handle);
    const funnel = createFunnelEvaluator(FUNNEL_CONFIG, columns.layout);
    const stride = stateStride(createFeatureEngine(CATALOGUE), funnel);
    this.market = {
      columns: handle,
      state: new SharedArrayBuffer(rowCount * stride * 8),
      saves: createSaves(rowCount, stride, columns.stride),
      records: createPointRecords(rowCount),
      matrix: createScenarioMatrix(rowCount, SHARDS, scenarioKernel()),
      gate: createGate(SHARDS),
      board: createBoard(BOARD, rowCount),
      breakers: createBreakers(rowCount),
    };
    this.latencies = Array.from({ length: SHARDS }, createHistogram);
    const { state, saves, records, matrix, gate } = this.market;
    this.#areas = [
      handle.values,
      handle.versions,
      state,
      saves,
      records,
      matrix.memory.buffer,
      gate.buffer,
    ].map((buffer) => new Uint8Array(buffer));
    this.#fresh = this.image();
  }

  /** Copies everything. */
  image(): MemoryImage {
    return this.#areas.map((area) => area.slice());
  }

  /** Makes the memory what it was at an image, or at the beginning. */
  become(image: MemoryImage = this.#fresh): void {
    for (const [index, area] of this.#areas.entries()) area.set(image[index]!);
  }
}
