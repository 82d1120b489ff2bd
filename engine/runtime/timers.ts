// Timers by key, earliest first; a new one under an old key replaces it. Who sets them bounds
// them: actors by `LIMITS.timersPending`, asks by `LIMITS.asksOpen`; restarts, stops by actors.

import { PriorityQueue } from '@datastructures-js/priority-queue';

/** Cancelled timers kept in the queue beyond the live ones, before it is made anew. */
const SPENT_MAX = 1024;

interface Timer {
  readonly key: string;
  readonly dueUs: number;
  /** Order of setting, so that timers due at one time run in that order. */
  readonly order: number;
  readonly run: () => void;
}

function byTime(a: Timer, b: Timer): number {
  return a.dueUs - b.dueUs || a.order - b.order;
}

/** The timers of one system. */
export class Timers {
  #queue = new PriorityQueue<Timer>(byTime);
  readonly #live = new Map<string, Timer>();
  #order = 0;

  /** Sets a timer. Units: microseconds of the system's monotonic clock. */
  set(key: string, dueUs: number, run: () => void): void {
    const timer = { key, dueUs, order: this.#order++, run };
    this.cancel(key);
    this.#live.set(key, timer);
    this.#queue.enqueue(timer);
  }

  /** Drops a timer. */
  cancel(key: string): void {
    // The queue forgets it when its time comes, or when it holds more dead than live ones.
    if (!this.#live.delete(key)) return;
    if (this.#queue.size() > this.#live.size * 2 + SPENT_MAX) {
      this.#queue = PriorityQueue.fromArray([...this.#live.values()], byTime);
    }
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
