// Keeps the frames sent to one shard since its last snapshot, so that a new thread can replay them.

import { FRAME_LANES } from '../../../engine/index.js';

/** Frames in one chunk: 512 KiB. */
const CHUNK_FRAMES = 8192;

/**
 * Chunks kept to be filled again, 64 MiB; of more, memory is given back. To allocate them anew, six
 * megabytes a second at 100,000 prints, had the collector go through the heap every few seconds.
 */
const SPARE_MAX = 128;

/** A growing log of frames, cut at the front by snapshots. */
export class FrameLog {
  readonly #chunks: Float64Array[] = [];
  readonly #spare: Float64Array[] = [];
  /** Number of the first frame that is kept. */
  #first = 0;
  #next = 0;
  readonly #snapshots = new Map<number, number>();

  /** Frames kept. */
  get length(): number {
    return this.#next - this.#first;
  }

  /** Copies the frame of a ring's slot. */
  // hot
  append(floats: Float64Array, slot: number): void {
    const offset = this.#next % CHUNK_FRAMES;
    if (offset === 0) {
      this.#chunks.push(this.#spare.pop() ?? new Float64Array(CHUNK_FRAMES * FRAME_LANES));
    }
    const chunk = this.#chunks[this.#chunks.length - 1]!;
    const from = slot * FRAME_LANES;
    const to = offset * FRAME_LANES;
    for (let lane = 0; lane < FRAME_LANES; lane++) chunk[to + lane] = floats[from + lane]!;
    this.#next++;
  }

  /** Remembers that everything so far is covered by a snapshot that was asked for. */
  markSnapshot(id: number): void {
    this.#snapshots.set(id, this.#next);
  }

  /** Drops what a snapshot covers, in whole chunks; returns the first frame after it. */
  coveredBy(id: number): number {
    const at = this.#snapshots.get(id) ?? this.#first;
    for (const known of this.#snapshots.keys()) if (known <= id) this.#snapshots.delete(known);
    const chunks = Math.floor(at / CHUNK_FRAMES) - Math.floor(this.#first / CHUNK_FRAMES);
    const dropped = this.#chunks.splice(0, Math.max(0, chunks));
    this.#spare.push(...dropped.slice(0, SPARE_MAX - this.#spare.length));
    this.#first = Math.floor(at / CHUNK_FRAMES) * CHUNK_FRAMES;
    return at;
  }

  /** Number of the next frame to be appended. */
  get next(): number {
    return this.#next;
  }

  /** Copies frame `number` to a ring's slot. */
  // hot
  copyTo(number: number, floats: Float64Array, slot: number): void {
    const offset = number - this.#first;
    const chunk = this.#chunks[Math.floor(offset / CHUNK_FRAMES)]!;
    const from = (offset % CHUNK_FRAMES) * FRAME_LANES;
    const to = slot * FRAME_LANES;
    for (let lane = 0; lane < FRAME_LANES; lane++) floats[to + lane] = chunk[from + lane]!;
  }
}
