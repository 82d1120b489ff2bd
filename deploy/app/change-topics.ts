// Tells listeners that a topic has changed: soon, and at most twice a millisecond.

import type { Topic } from './port.js';

/** Time between two looks of the clock, for what nobody tells of. Units: milliseconds. */
const LOOK_MS = 20;

/** Least time between two looks at the rows, however often they change. Units: milliseconds. */
const GAP_MS = 0.5;

/** How the quotes of all rows are followed. */
export interface RowsLook {
  /** Asks to be told of the next change, by `rowsChanged`. */
  readonly ask: () => void;
  /** Looks at all rows; true when the quote of any has changed. */
  readonly look: () => boolean;
}

/** Who listens to what. */
export class ChangeTopics {
  readonly #listeners = new Map<Topic, Set<() => void>>();
  #dirty = new Set<Topic>();
  readonly #rows: RowsLook;
  #clock: NodeJS.Timeout | undefined;
  /** A look at the rows that had to wait. */
  #later: NodeJS.Timeout | undefined;
  #lookedMs = 0;

  constructor(rows: RowsLook) {
    this.#rows = rows;
  }

  /** Adds a listener; the returned function removes it. */
  add(topic: Topic, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    listeners.add(listener);
    if (topic === 'quotes') this.#rows.ask();
    this.#schedule();
    return () => {
      listeners.delete(listener);
    };
  }

  /** Marks a topic as changed. */
  touch(topic: Topic): void {
    this.#dirty.add(topic);
  }

  /** Tells of a change at once, for what is rare and can't wait for a look. */
  tell(topic: Topic): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }

  /** Rows have changed since they were asked for: looks at them as soon as it may. */
  rowsChanged(): void {
    if (!this.#wantsQuotes() || this.#later !== undefined) return;
    if (performance.now() - this.#lookedMs >= GAP_MS) this.#look();
    else this.#later = setTimeout(() => this.#look(), 1);
  }

  /** Restarts the clock that finds changes; it stands still while nobody listens. */
  #schedule(): void {
    if (this.#clock !== undefined) return;
    const anyone = [...this.#listeners.values()].some((listeners) => listeners.size > 0);
    if (!anyone) return;
    this.#clock = setTimeout(() => {
      this.#clock = undefined;
      this.#look();
      this.#schedule();
    }, LOOK_MS);
    this.#clock.unref();
  }

  #wantsQuotes(): boolean {
    return (this.#listeners.get('quotes')?.size ?? 0) > 0;
  }

  #look(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#lookedMs = performance.now();
    if (this.#wantsQuotes()) {
      // Asked before the look, a row that changes meanwhile is told of.
      this.#rows.ask();
      if (this.#rows.look()) this.touch('quotes');
    }
    this.#flush();
  }

  #flush(): void {
    // Not emptied but left: see `TopicChannel`, of maps that are emptied a thousand times a second.
    const dirty = this.#dirty;
    this.#dirty = new Set();
    for (const topic of dirty) {
      for (const listener of this.#listeners.get(topic) ?? []) listener();
    }
  }
}
