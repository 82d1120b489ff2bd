// What the owner keeps of one shard beside its thread: frames since its snapshot, and its deaths.

import { assert, createHistogram, type Fault, type RingProducer } from '../../../engine/index.js';
import type { ShardSnapshot } from '../../roles/shard-config.js';
import { Deaths } from './deaths.js';
import { FrameLog } from './frame-log.js';

/** Times a shard may die within a minute before the process gives up. */
const DEATHS_MAX = 10;
const DEATHS_PERIOD_MS = 60_000;

/** What a shard's thread is at. */
export interface ShardLook {
  /** Whether it has been replaced and goes through its frames again. */
  readonly isReplaying: boolean;
  readonly restarts: number;
  /** Why its last thread ended; empty when none has. */
  readonly lastFailure: string;
  /** Frames that wait in its ring. */
  readonly frames: number;
}

/** One shard as its owner knows it. */
export class ShardLine {
  readonly log = new FrameLog();
  readonly latency: SharedArrayBuffer = createHistogram();
  snapshot: ShardSnapshot | undefined = undefined;
  /** How long the snapshot held frames up. Units: microseconds. */
  snapshotUs = 0;
  /** Whether its thread has been replaced and goes through its frames again. */
  isReplaying = false;
  /** Whether a thread of it has ever been through history: what it fills for all is there. */
  isWarm = false;
  restarts = 0;
  /** Why its last thread ended. */
  lastFailure = '';
  #replayFrom = 0;
  readonly #deaths = new Deaths(DEATHS_MAX, DEATHS_PERIOD_MS);

  /** Notes that its thread has ended; false when it has done so too often. */
  died(fault: Fault): boolean {
    if (this.#deaths.isTooMany(Date.now())) return false;
    this.restarts++;
    this.lastFailure = fault.stack ?? fault.message;
    this.isReplaying = true;
    return true;
  }

  /** What its thread is at; `depth` frames lie in its ring. */
  look(depth: number): ShardLook {
    const { isReplaying, lastFailure, restarts } = this;
    return { isReplaying, lastFailure, restarts, frames: isReplaying ? 0 : depth };
  }

  /** Takes a snapshot: frames before it are not needed any more. */
  saved(snapshot: ShardSnapshot, tookUs: number): void {
    this.snapshot = snapshot;
    this.snapshotUs = tookUs;
    this.#replayFrom = this.log.coveredBy(snapshot.id);
  }

  /** Adds actors to the snapshot that its next thread starts with. */
  add({ actors, liveBars }: Pick<ShardSnapshot, 'actors' | 'liveBars'>): void {
    const { snapshot } = this;
    assert(snapshot !== undefined, 'shards.has_a_snapshot');
    this.snapshot = {
      ...snapshot,
      actors: { parts: [...snapshot.actors.parts, ...actors.parts] },
      liveBars: { parts: [...snapshot.liveBars.parts, ...liveBars.parts] },
    };
  }

  /**
   * Feeds a new thread everything since the snapshot, as long as it is the one that runs; `pause`
   * waits for room without taking the core that its compiler and collector can use. It is back once
   * it has taken what there was: before, it would decide what it is asked in the past of the
   * market, at prices of then.
   */
  async replay(
    ring: RingProducer,
    isCurrent: () => boolean,
    pause: () => Promise<void>,
  ): Promise<void> {
    let number = this.#replayFrom;
    let isTaken = false;
    while (number < this.log.next || !isTaken) {
      const slot = number < this.log.next ? ring.claim() : -1;
      if (slot >= 0) {
        this.log.copyTo(number++, ring.floats, slot);
        continue;
      }
      // The ring is full, or has all that there is.
      ring.publish();
      const isWritten = number === this.log.next;
      await pause();
      if (!isCurrent()) return;
      // What came in this pause is little: it is not waited for.
      isTaken ||= isWritten && ring.depth() === 0;
    }
    ring.publish();
    this.isReplaying = false;
  }
}
