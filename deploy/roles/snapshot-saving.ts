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
  readonly monotonicUs: () => number;
  readonly post: (message: FromShard) => void;
  readonly log: Log;
}

/** A snapshot that is being saved, and the time that this has taken so far. */
interface Saving {
  readonly saver: RowSaver;
  readonly snapshot: ShardSnapshot;
  tookUs: number;
}

/** The snapshots of a shard, one at a time. */
export class SnapshotSaving {
  readonly #shard: SavingSide;
  #saving: Saving | undefined;

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
    const { market, actors, bars, clock, monotonicUs } = this.#shard;
    const beganUs = monotonicUs();
    const kept = actors.states.kept();
    const liveBars = bars.states();
    const saver = new RowSaver(market.rowMemory(), id);
    const snapshot = { id, ...kept, liveBars, clock: { ...clock } };
    this.#saving = { saver, snapshot, tookUs: monotonicUs() - beganUs };
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
    const saving = this.#saving;
    if (saving === undefined) return;
    const { post, log, monotonicUs } = this.#shard;
    const beganUs = monotonicUs();
    const isWhole = saving.saver.save(rows);
    saving.tookUs += monotonicUs() - beganUs;
    if (!isWhole) return;
    const { snapshot, tookUs } = saving;
    post({ kind: 'snapshot', snapshot, tookUs });
    log.say('info', 'market', `snapshot ${snapshot.id} is saved in ${tookUs} us`);
    this.#saving = undefined;
  }
}
