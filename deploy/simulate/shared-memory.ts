// The memory that the simulated shards of one process share, and images of it that outlive one.

import { createHistogram } from '../../engine/index.js';
import { createMarketMemory } from '../app/market/shared-market.js';
import type { SharedMarket } from '../roles/shard-config.js';
import { SYMBOLS } from './market-walk.js';
import { FUNNEL_CONFIG, SHARDS } from './setting.js';
import type { Watched } from './watched.js';

/** Copies of all areas of the memory, in one order. */
export type MemoryImage = readonly Uint8Array[];

/** The memory of one world: a process that is lost leaves it to the next, made new. */
export class SharedMemory {
  readonly market: SharedMarket;
  readonly latencies: readonly SharedArrayBuffer[];
  readonly #areas: readonly Uint8Array[];
  readonly #fresh: MemoryImage;

  constructor({ board, alerts }: Watched) {
    this.market = createMarketMemory({
      symbols: SYMBOLS,
      shardCount: SHARDS,
      funnel: FUNNEL_CONFIG,
      board,
      alerts,
    }).shared;
    this.latencies = Array.from({ length: SHARDS }, createHistogram);
    const {
      columns,
      state,
      saves,
      records,
      matrix,
      gate,
      board: marks,
      alerts: raised,
    } = this.market;
    this.#areas = [
      columns.values,
      columns.versions,
      state,
      saves,
      records,
      matrix.memory.buffer,
      gate.buffer,
      marks,
      raised,
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
