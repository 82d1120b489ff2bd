// Virtual time: what will happen, by time and then by the place it was asked for.

import { PriorityQueue } from '@datastructures-js/priority-queue';
import { assert } from '../core/assert.js';

/** Happenings that may be pending: a simulated world that wants more has a loop without end. */
const PENDING_MAX = 200_000;

/** Something that will happen. */
export interface Happening {
  readonly atUs: number;
  /** Rises with every call, so that two happenings of one time keep their order. */
  readonly place: number;
  /** What it is, for the hash and for the trace of a failure. */
  readonly label: string;
  readonly run: () => void;
}

/** The clock of a simulated world and everything that waits for it. */
export class Agenda {
  readonly #queue = new PriorityQueue<Happening>(byTime);
  #place = 0;
  /** Units: microseconds since the world began. */
  nowUs = 0;

  /** Has something happen after so long. Units: microseconds. */
  after(delayUs: number, label: string, run: () => void): void {
    assert(delayUs >= 0, 'sim.delay_not_negative');
    assert(this.#queue.size() < PENDING_MAX, 'sim.happenings_within_bound');
    this.#queue.enqueue({ atUs: this.nowUs + delayUs, place: this.#place++, label, run });
  }

  /** Takes the next happening and moves the clock to it; undefined when nothing is left. */
  take(): Happening | undefined {
    const next = this.#queue.dequeue();
    if (next === null) return undefined;
    this.nowUs = next.atUs;
    return next;
  }

  /** Happenings that are pending. */
  get size(): number {
    return this.#queue.size();
  }
}

function byTime(a: Happening, b: Happening): number {
  return a.atUs - b.atUs || a.place - b.place;
}
