// Runs history beside the shards while these rehearse: their owner has nothing else to do then.

import { SymbolPlane } from '../../../actors/market/index.js';
import { attachReturns } from '../../../actors/risk/index.js';
import { Columns } from '../../../engine/index.js';
import { HistoryParts } from '../../roles/history-parts.js';
import { createEngines } from '../../roles/shard-engines.js';
import { History, partsOfHistory } from '../../roles/warm-up.js';
import { nextTurn } from '../next-turn.js';
import type { PlacedActors } from '../shards/placed-actors.js';
import type { HistoryConfig, KeptHistory } from './kept-history.js';

/** The history of each shard, in parts that either the shard or its owner runs. */
export class HistoryHelp {
  readonly #config: HistoryConfig;
  readonly #kept: KeptHistory;
  readonly #memories: readonly SharedArrayBuffer[];
  /** Shards that have been started once. */
  readonly #started = new Set<number>();
  /** Whether an earlier start has left what history comes to. */
  readonly #isKept: boolean;

  constructor(config: HistoryConfig, shardCount: number, kept: KeptHistory) {
    const rowCount = config.bars.symbols.length;
    this.#config = config;
    this.#kept = kept;
    this.#memories = Array.from({ length: shardCount }, () => partsOfHistory(rowCount));
    this.#isKept = kept.restore(config);
    if (this.#isKept) for (const memory of this.#memories) new HistoryParts(memory).fill();
  }

  /** Whether history is there, from an earlier start. */
  get isKept(): boolean {
    return this.#isKept;
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
  async run(placed: Pick<PlacedActors, 'rowsOf'>): Promise<void> {
    if (this.#isKept) return;
    const config = this.#config;
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
  /** Keeps what history has come to: when every shard is ready, and before the warm point. */
  keep(onFailure: (error: unknown) => void): void {
    if (!this.#isKept) this.#kept.keep(this.#config, onFailure);
  }

  /** Resolves once nothing is on its way to the disk. */
  settled(): Promise<void> {
    return this.#kept.settled();
  }
}
