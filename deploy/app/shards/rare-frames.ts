// Sends every shard the frames that all of them need: sessions, points, actions and snapshots.

import type { RingProducer } from '../../../engine/index.js';
import {
  type ACTION,
  type MEASURE,
  type PASSED,
  type POINT,
  type SESSION_OPEN,
  SNAPSHOT,
} from '../../../proto/frames/market.js';
import type { Waits } from '../waits.js';
import type { PrintWriter } from './print-writer.js';
import type { ShardLine } from './shard-line.js';

/** Frames kept for a replay before the feed insists on a snapshot: 64 MiB a shard. */
const LOG_FRAMES_MAX = 1_000_000;

/** Kinds of frames that every shard is sent. */
type RareKind =
  | typeof ACTION.kind
  | typeof MEASURE.kind
  | typeof PASSED.kind
  | typeof POINT.kind
  | typeof SESSION_OPEN.kind
  | typeof SNAPSHOT.kind;

/** What the frames go out through. */
interface RareFramesOptions {
  /** The way of prints, which come first; held while actors move. */
  readonly prints: PrintWriter;
  readonly lines: readonly ShardLine[];
  readonly rings: readonly RingProducer[];
  /** Waits a moment for the shards. */
  readonly pause: () => Promise<void>;
  /** Woken when a shard has saved a snapshot, or the shards are closed; here, of frames held. */
  readonly waits: Waits;
  /** Whether the shards have been closed: nothing will come of them any more. */
  readonly isClosed: () => boolean;
}

/** The way of rare frames to all shards. */
export class RareFrames {
  readonly #options: RareFramesOptions;
  #nextSnapshot = 1;
  /** Frames that are being sent: a move waits for them. */
  #underWay = 0;

  constructor(options: RareFramesOptions) {
    this.#options = options;
  }

  /**
   * Waits while a shard is behind: a full ring is several milliseconds of work, and looking at it
   * again and again would take a core that the shards and their compiler can use.
   */
  pauseForRoom(): Promise<void> {
    return this.#options.pause();
  }

  /** Sends a frame to every shard, waiting for room. Lanes 1 to 7. */
  async broadcast(kind: RareKind, row: number, lanes: readonly number[]): Promise<void> {
    const { prints, waits } = this.#options;
    // No await between the last look and the count: a move that begins sees the one or the other.
    while (prints.isHeld) await waits.until(() => !prints.isHeld);
    this.#underWay++;
    await this.#sendAll(kind, row, lanes);
    this.#underWay--;
    waits.wake();
  }

  /** Whether the logs have grown so far that a snapshot is due. */
  wantsSnapshot(): boolean {
    return this.#options.lines.some(({ log }) => log.length > LOG_FRAMES_MAX / 4);
  }

  /** How long the last snapshot held up the shard that took most. Units: microseconds. */
  snapshotUs(): number {
    return Math.max(...this.#options.lines.map((line) => line.snapshotUs));
  }

  /** Asks every shard for a snapshot of all sent so far. */
  async requestSnapshots(): Promise<void> {
    const id = this.#nextSnapshot++;
    await this.broadcast(SNAPSHOT.kind, -1, [0, id]);
    // Only a disk or thread that has stopped lets the log reach its bound: then the feed waits.
    const { isClosed, lines, waits } = this.#options;
    await waits.until(() => isClosed() || !lines.some(({ log }) => log.length > LOG_FRAMES_MAX));
  }

  /** Resolves once the snapshots asked for last are whole. */
  async snapshotsSaved(): Promise<void> {
    const { isClosed, lines, waits } = this.#options;
    const last = this.#nextSnapshot - 1;
    await waits.until(
      () => isClosed() || lines.every(({ snapshot }) => (snapshot?.id ?? 0) >= last),
    );
  }

  /** Lets no frame out any more, once those being sent have been. */
  async hold(): Promise<void> {
    this.#options.prints.isHeld = true;
    await this.#options.waits.until(() => this.#underWay === 0);
  }

  /** Lets frames out again. */
  release(): void {
    this.#options.prints.isHeld = false;
    this.#options.waits.wake();
  }

  /** While frames are held, asks every shard for a snapshot all the same; gives its number. */
  async requestHeldSnapshots(): Promise<number> {
    const id = this.#nextSnapshot++;
    await this.#sendAll(SNAPSHOT.kind, -1, [0, id]);
    return id;
  }

  async #sendAll(kind: RareKind, row: number, lanes: readonly number[]): Promise<void> {
    this.#options.prints.publish();
    for (const [shard, ring] of this.#options.rings.entries()) {
      const line = this.#options.lines[shard]!;
      let slot = claim(line, ring);
      while (slot < 0) {
        await this.pauseForRoom();
        slot = claim(line, ring);
      }
      // No await from here on: what is claimed must be filled before another frame is shown.
      ring.fill(slot, kind, row, lanes);
      line.log.append(ring.floats, slot);
      // Before the shard can answer: its snapshot covers what was sent up to here.
      if (kind === SNAPSHOT.kind) line.log.markSnapshot(lanes[1]!);
      ring.publish();
    }
  }
}

/** A place in the ring of a shard; -1 while there is none. */
function claim({ isReplaying }: ShardLine, ring: RingProducer): number {
  return isReplaying ? -1 : ring.claim();
}
