// How a shard's loop waits when it found nothing to do: spin briefly, poll under load, then park.

import type { Emptiable, RingConsumer } from './ring.js';

/**
 * Empty passes before parking. A pass costs about 0.2 us, so a shard answers without a system
 * call for some 20 us after its last work and then gives its core away.
 */
const SPIN_PASSES = 100;

/**
 * Work that comes sooner than this, on the average, is polled for, and no longer than this: to be
 * woken takes a tenth of a millisecond, and where a host shares its cores one in a hundred times
 * several. Units: milliseconds.
 */
const POLL_MS_MAX = 2;

/** Weight of the last spell in the average of them. */
const SPELL_WEIGHT = 1 / 8;

/** A spell that lasted longer counts as this, so that one of them is forgotten soon. */
const SPELL_MS_MAX = 2 * POLL_MS_MAX;

/**
 * Longest sleep while nothing is due, as long as a second look at whether anything is costs nothing
 * that shows. A timer ends it when it is due, a message or frame at once. Units: milliseconds.
 */
const PARK_MS_MAX = 1_000;

/** Sleep while another thread holds this one up at a gate. Units: milliseconds. */
const GATE_MS = 0.05;

/** The idle strategy of one loop. */
export class Idle {
  readonly #polls: boolean;
  readonly #nowMs: () => number;
  #empty = 0;
  /** When the present quiet spell began to count. */
  #sinceMs = 0;
  #endedMs = 0;
  /** Lengths of quiet spells, and of busy ones between them, averaged. */
  #quietMs = SPELL_MS_MAX;
  #busyMs = 0;

  /** `polls` says that there is a core for it, whoever else is at work. */
  constructor(polls: boolean, nowMs: () => number = () => performance.now()) {
    this.#polls = polls;
    this.#nowMs = nowMs;
  }

  /**
   * Called once a pass with the work done in it; sleeps only after many empty passes.
   * `dueMs` is the time to the next timer, or Infinity; `held` says that another thread must
   * move first, which rings no bell.
   */
  // hot
  after(
    work: number,
    ring: Pick<RingConsumer, 'park' | 'pause'>,
    dueMs: number,
    held: boolean,
    inbox?: Emptiable,
  ): void {
    if (work > 0) {
      if (this.#empty >= SPIN_PASSES) this.#endSpell();
      this.#empty = 0;
      return;
    }
    this.#empty++;
    if (this.#empty < SPIN_PASSES) return;
    if (this.#empty === SPIN_PASSES) this.#beginSpell();
    if (held) ring.pause(GATE_MS);
    else if (dueMs > 0 && !this.#isWorthPolling()) {
      ring.park(Math.min(dueMs, PARK_MS_MAX), inbox);
    }
  }

  #beginSpell(): void {
    this.#sinceMs = this.#nowMs();
    this.#busyMs = averaged(this.#busyMs, this.#sinceMs - this.#endedMs);
  }

  #endSpell(): void {
    this.#endedMs = this.#nowMs();
    this.#quietMs = averaged(this.#quietMs, this.#endedMs - this.#sinceMs);
  }

  /**
   * A shard that is busy most of the time leaves its core to the compiler and the collector as soon
   * as it can: what it runs is slowed by them otherwise.
   */
  // hot
  #isWorthPolling(): boolean {
    const isWorthIt = this.#quietMs < POLL_MS_MAX && this.#busyMs < this.#quietMs;
    return this.#polls && isWorthIt && this.#nowMs() - this.#sinceMs < POLL_MS_MAX;
  }
}

function averaged(before: number, spellMs: number): number {
  return before + (Math.min(spellMs, SPELL_MS_MAX) - before) * SPELL_WEIGHT;
}
