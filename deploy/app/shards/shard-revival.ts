// The lives of the shards' threads: configured, replaced when they die, brought up to the others.

import type { Placement, Routes, ShardPool } from '../../../engine/index.js';
import { Fault } from '../../../engine/index.js';
import type { ShardConfig, ShardSnapshot } from '../../roles/shard-config.js';
import type { Waits } from '../waits.js';
import type { PlacedActors } from './placed-actors.js';
import type { ShardAsks } from './shard-asks.js';
import type { ShardLine } from './shard-line.js';

/** Wait for room in a full ring. Units: milliseconds. */
export const ROOM_MS = 1;

/** What a shard's configuration takes from the journal. */
type Past = Pick<ShardConfig, 'folded' | 'journaled'>;

/** What threads are started with, and who hears of their deaths. */
export interface RevivalOptions {
  /** Everything of a shard's configuration that does not change with restarts. */
  readonly configFor: (
    shard: number,
    placement: Placement,
  ) => Omit<ShardConfig, 'isFirst' | 'snapshot' | 'latency' | keyof Past | 'rows' | 'down'>;
  /** What the journal has of a shard's actors that its snapshot lacks, read at each start. */
  readonly pastFor: (
    shard: number,
    placement: Placement,
    snapshot: ShardSnapshot | undefined,
  ) => Past;
  readonly onRestart: (shard: number, fault: Fault) => void;
  /** Resolves once no commit is under way, so that what is read back is all there is. */
  readonly settled: () => Promise<void>;
  /** The shards can't be kept running. */
  readonly onFailure: (fault: Fault) => void;
}

/** Whose threads they are. */
export interface RevivalSide {
  readonly options: RevivalOptions;
  /** One a shard. */
  readonly lines: readonly ShardLine[];
  readonly placed: PlacedActors;
  /** Questions and messages under way, which a death ends. */
  readonly asks: Pick<ShardAsks, 'downOn' | 'lost'>;
  readonly routes: Pick<Routes, 'back' | 'gone' | 'lost'>;
  /** Woken when a thread is lost, and when its successor is up to the others. */
  readonly waits: Pick<Waits, 'wake'>;
  /** It is made with the configurations that are made here. */
  readonly pool: () => Pick<
    ShardPool,
    'generation' | 'pause' | 'prepareSpare' | 'replace' | 'ring'
  >;
}

/** Brings threads up, and back. */
export class ShardRevival {
  /** Resolves once every shard is warm. */
  readonly isWarm: Promise<void>;
  readonly #side: RevivalSide;
  #resolveWarm: () => void = () => {};
  #warmCount = 0;
  #keepsSpare = false;

  constructor(side: RevivalSide) {
    this.#side = side;
    this.isWarm = new Promise((resolve) => {
      this.#resolveWarm = resolve;
    });
  }

  /** What a shard's next thread starts with. */
  configFor(index: number): ShardConfig {
    const { asks, lines, options, placed } = this.#side;
    const shard = lines[index]!;
    return {
      ...options.configFor(index, placed.placement),
      rows: placed.rowsOf(index),
      latency: shard.latency,
      down: asks.downOn(index),
      ...options.pastFor(index, placed.placement, shard.snapshot),
      isFirst: !shard.isWarm,
      snapshot: shard.snapshot,
    };
  }

  /** A thread can take frames; one that follows a dead one is fed those since the snapshot. */
  ready(index: number, generation: number): void {
    const { lines, pool } = this.#side;
    const shard = lines[index]!;
    if (generation !== pool().generation(index)) return;
    if (generation > 0) void this.#replay(index);
    // A thread that died while it warmed has had nobody count it.
    if (!shard.isWarm && ++this.#warmCount === lines.length) this.#resolveWarm();
    shard.isWarm = true;
  }

  /** A thread has died: another takes its place, unless there were too many. */
  replace(index: number, fault: Fault): void {
    const { asks, lines, options, pool, routes, waits } = this.#side;
    const shard = lines[index]!;
    if (!shard.died(fault)) {
      routes.gone(index);
      options.onFailure(
        new Fault('shard.dies_again', `expected shard ${index} to stay up: ${fault.message}`),
      );
      return;
    }
    asks.lost(index);
    routes.lost(index);
    waits.wake();
    options.onRestart(index, fault);
    void options.settled().then(() => pool().replace(index));
  }

  /**
   * Keeps a thread by that is ready to be a shard's, from now on: while there is a core for it, it
   * rehearses what a replaced thread can't.
   */
  keepSpare(): void {
    const { lines, options, placed, pool } = this.#side;
    this.#keepsSpare = true;
    const { latency } = lines[0]!;
    const config: ShardConfig = {
      ...options.configFor(0, placed.placement),
      ...{ rows: placed.rowsOf(0), latency, down: new Map() },
      ...{ folded: { parts: [] }, journaled: new Map(), isFirst: true, snapshot: undefined },
    };
    pool().prepareSpare(config);
  }

  async #replay(index: number): Promise<void> {
    const { lines, routes, waits } = this.#side;
    const pool = this.#side.pool();
    const generation = pool.generation(index);
    const isCurrent = (): boolean => generation === pool.generation(index);
    const shard = lines[index]!;
    await shard.replay(pool.ring(index), isCurrent, () => pool.pause(ROOM_MS));
    if (!isCurrent() || shard.isReplaying) return;
    routes.back(index);
    waits.wake();
    if (this.#keepsSpare) this.keepSpare();
  }
}
