// Saves a shard as of one place among its frames: its actors at once, its rows bit by bit.

import type { Log } from '../../engine/index.js';
import { RowSaver } from './row-slices.js';
import type { ShardActors } from './shard-actors.js';
import type { ShardBars } from './shard-bars.js';
import type { ShardClock, ShardSnapshot } from './shard-config.js';
import type { ShardMarket } from './shard-market.js';
import type { FromShard } from './shard-messages.js';

/** Rows of a snapshot saved in one pass: a fifth of a millisecond. */
const ROWS_SAVED_A_PASS = 32;

/** What is saved, and where it is told. */
export interface SavingSide {
  readonly market: Pick<ShardMarket, 'rowMemory'>;
  readonly actors: Pick<ShardActors, 'states'>;
  readonly bars: Pick<ShardBars, 'states'>;
  readonly clock: Readonly<ShardClock>;
  readonly post: (message: FromShard) => void;
  readonly log: Log;
}

/** The snapshots of a shard, one at a time. */
export class SnapshotSaving {
  readonly #shard: SavingSide;
  #saving: { readonly saver: RowSaver; readonly snapshot: ShardSnapshot } | undefined;

  constructor(shard: SavingSide) {
    this.#shard = shard;
  }

  /** Whether rows are still to be saved. */
  get isUnderWay(): boolean {
    return this.#saving !== undefined;
  }

  /** Begins a snapshot; the one before is finished first. */
  begin(id: number): void {
    this.finish();
    const { market, actors, bars, clock } = this.#shard;
    const kept = actors.states.kept();
    const liveBars = bars.states();
    const saver = new RowSaver(market.rowMemory(), id);
    this.#saving = { saver, snapshot: { id, ...kept, liveBars, clock: { ...clock } } };
  }

  /** Saves some more rows. */
  pass(): void {
    this.#save(ROWS_SAVED_A_PASS);
  }

  /** Saves what is left, before all rows change. */
  finish(): void {
    this.#save(Number.POSITIVE_INFINITY);
  }

  /** Saves so many more rows of a snapshot under way, and posts it once it is whole. */
  #save(rows: number): void {
    if (this.#saving?.saver.save(rows) !== true) return;
    const { post, log } = this.#shard;
    const { snapshot } = this.#saving;
    post({ kind: 'snapshot', snapshot });
    log.say('info', 'market', `snapshot ${snapshot.id} is saved`);
    this.#saving = undefined;
  }
}
