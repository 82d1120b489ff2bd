// Writes prints into the ring of the shard that owns their row, and into the log of its frames.

import { FRAME_INTS, FRAME_LANES, type RingProducer } from '../../../engine/index.js';
import { LATE, PRINT } from '../../../proto/frames/market.js';
import type { PlacedActors } from './placed-actors.js';
import type { ShardLine } from './shard-line.js';

/** In place of a print's number: it came late, and is for live bars alone. */
export const UNNUMBERED = -1;

/** The way of prints to the shards. */
export class PrintWriter {
  readonly #placed: PlacedActors;
  readonly #lines: readonly ShardLine[];
  readonly #rings: readonly RingProducer[];
  /** While actors move between shards, no print is taken. */
  isHeld = false;

  constructor(placed: PlacedActors, lines: readonly ShardLine[], rings: readonly RingProducer[]) {
    this.#placed = placed;
    this.#lines = lines;
    this.#rings = rings;
  }

  /**
   * Sends one print to its shard; false while there is no room: try again, nothing was sent. One
   * that came late has no number in the order.
   */
  // hot
  print(
    row: number,
    timeUs: number,
    price: number,
    size: number,
    bid: number,
    ask: number,
    sequence: number,
    arrivalUs: number,
  ): boolean {
    const shard = this.#placed.ofRow(row);
    const line = this.#lines[shard]!;
    if (line.isReplaying || this.isHeld) return false;
    const ring = this.#rings[shard]!;
    const slot = ring.claim();
    if (slot < 0) return false;
    const { floats, ints } = ring;
    const at = slot * FRAME_LANES;
    ints[slot * FRAME_INTS] = sequence === UNNUMBERED ? LATE.kind : PRINT.kind;
    ints[slot * FRAME_INTS + 1] = row;
    floats[at + 1] = timeUs;
    floats[at + 2] = price;
    floats[at + 3] = size;
    floats[at + 4] = bid;
    floats[at + 5] = ask;
    floats[at + 6] = sequence;
    floats[at + 7] = arrivalUs;
    line.log.append(floats, slot);
    return true;
  }

  /** Shows the prints sent so far to their shards. */
  // hot
  publish(): void {
    for (let shard = 0; shard < this.#lines.length; shard++) {
      if (!this.#lines[shard]!.isReplaying) this.#rings[shard]!.publish();
    }
  }
}
