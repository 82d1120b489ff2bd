// Runs history beside the shards while these rehearse: their owner has nothing else to do then.

import { SymbolPlane } from '../../../actors/market/index.js';
import { attachReturns } from '../../../actors/risk/index.js';
import { Columns } from '../../../engine/index.js';
import { HistoryParts } from '../../roles/history-parts.js';
import type { ShardConfig } from '../../roles/shard-config.js';
import { createEngines } from '../../roles/shard-engines.js';
import { History, partsOfHistory } from '../../roles/warm-up.js';
import { nextTurn } from '../next-turn.js';
import type { PlacedActors } from '../shards/placed-actors.js';

/** What history is run with: of the shards' own configurations. */
type HistoryConfig = Pick<
  ShardConfig,
  'funnel' | 'alerts' | 'market' | 'bars' | 'firstWarmDay' | 'warmDays'
>;

/** The history of each shard, in parts that either the shard or its owner runs. */
export class HistoryHelp {
  readonly #memories: readonly SharedArrayBuffer[];
  /** Shards that have been started once. */
  readonly #started = new Set<number>();

  constructor(shardCount: number, rowCount: number) {
    this.#memories = Array.from({ length: shardCount }, () => partsOfHistory(rowCount));
  }

  /**
   * The parts that a shard shares with its owner when it is started first. One that replaces a dead
   * thread runs all of them alone, in the rows that nobody else writes from then on.
   */
  partsFor(shard: number): SharedArrayBuffer | undefined {
    const memory = this.#memories[shard]!;
    if (!this.#started.has(shard)) {
      this.#started.add(shard);
      return memory;
    }
    new HistoryParts(memory).end();
    return undefined;
  }

  /** Runs what the shards have not begun, a part a turn. */
  async run(config: HistoryConfig, placed: Pick<PlacedActors, 'rowsOf'>): Promise<void> {
    const { market, bars, firstWarmDay, warmDays } = config;
    const { features, patterns, funnel, alerts } = createEngines(config);
    const state = new Float64Array(market.state);
    const columns = new Columns(market.columns);
    for (const [shard, memory] of this.#memories.entries()) {
      const rows = placed.rowsOf(shard);
      const owned = new Uint8Array(bars.symbols.length);
      for (const row of rows) owned[row] = 1;
      const watch = alerts.symbol;
      const plane = new SymbolPlane({ rows, columns, features, patterns, funnel, watch, state });
      const history = new History({
        plane,
        owned,
        state,
        stride: state.length / bars.symbols.length,
        bars,
        firstWarmDay,
        warmDays,
        matrix: attachReturns(market.matrix),
      });
      for (const part of new HistoryParts(memory).taken()) {
        history.run(part);
        await nextTurn();
      }
    }
  }
}
