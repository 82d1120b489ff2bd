// How a shard's loop waits when it found nothing to do: spin briefly, then park.

import type { Emptiable, RingConsumer } from './ring.js';

/**
 * Empty passes before parking. A pass costs about 0.2 us, so a shard answers without a system
 * call for some 20 us after its last work and then gives its core away.
 */
const SPIN_PASSES = 100;

/**
 * Longest sleep while nothing is due, as long as a second look at whether anything is costs nothing
 * that shows. A timer ends it when it is due, a message or frame at once. Units: milliseconds.
 */
const PARK_MS_MAX = 1_000;

/** Sleep while another thread holds this one up at a gate. Units: milliseconds. */
const GATE_MS = 0.05;

/** The idle strategy of one loop. */
export class Idle {
  #empty = 0;

  /**
   * Called once a pass with the work done in it; sleeps only after many empty passes.
   * `dueMs` is the time to the next timer, or Infinity; `held` says that another thread must
   * move first, which rings no bell.
   */
  // hot
  after(work: number, ring: RingConsumer, dueMs: number, held: boolean, inbox?: Emptiable): void {
    if (work > 0) {
      this.#empty = 0;
      return;
    }
    this.#empty++;
    if (this.#empty < SPIN_PASSES) return;
    if (held) ring.pause(GATE_MS);
    else if (dueMs > 0) ring.park(Math.min(dueMs, PARK_MS_MAX), inbox);
  }
}
