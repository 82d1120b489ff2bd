// Timers by key, earliest first; a new one under an old key replaces it.

import { PriorityQueue } from '@datastructures-js/priority-queue';
import { assert } from '../core/assert.js';
import { LIMITS } from '../core/limits.js';

interface Timer {
  readonly key: string;
  readonly dueUs: number;
  /** Order of setting, so that timers due at one time run in that order. */
  readonly order: number;
  readonly run: () => void;
}

/** The timers of one system. */
export class Timers {
  readonly #queue = new PriorityQueue<Timer>((a, b) => a.dueUs - b.dueUs || a.order - b.order);
  readonly #live = new Map<string, Timer>();
  #order = 0;

  /** Sets a timer. Units: microseconds of the system's monotonic clock. */
  set(key: string, dueUs: number, run: () => void): void {
    assert(this.#live.size < LIMITS.timersPending, 'timers.within_bound');
    const timer = { key, dueUs, order: this.#order++, run };
    this.#live.set(key, timer);
    this.#queue.enqueue(timer);
  }

  /** Drops a timer; the queue forgets it when its time comes. */
  cancel(key: string): void {
    this.#live.delete(key);
  }

  /** Runs everything due, in order of time. */
  runDue(nowUs: number): void {
    for (let next = this.#next(); next !== undefined && next.dueUs <= nowUs; next = this.#next()) {
      this.#queue.dequeue();
      this.#live.delete(next.key);
      next.run();
    }
  }

  /** When the next timer is due, or Infinity. */
  dueAtUs(): number {
    return this.#next()?.dueUs ?? Number.POSITIVE_INFINITY;
  }

  /** The next timer that has not been cancelled or replaced. */
  #next(): Timer | undefined {
    while (!this.#queue.isEmpty()) {
      const front = this.#queue.front();
      if (front === null || this.#live.get(front.key) === front) return front ?? undefined;
      this.#queue.dequeue();
    }
    return undefined;
  }
}
