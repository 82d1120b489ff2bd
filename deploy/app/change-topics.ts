// Tells listeners that a topic has changed: soon, and at most once a millisecond.

import type { Topic } from './port.js';

/** Time between two looks: while anyone wants quotes, and otherwise. Units: milliseconds. */
const LOOK_MS_QUOTES = 1;
const LOOK_MS = 20;

/** Who listens to what. */
export class ChangeTopics {
  readonly #listeners = new Map<Topic, Set<() => void>>();
  #dirty = new Set<Topic>();
  readonly #looksForQuotes: () => boolean;
  #flushing: NodeJS.Timeout | undefined;

  /** `looksForQuotes` is asked before each telling and answers whether any row has changed. */
  constructor(looksForQuotes: () => boolean) {
    this.#looksForQuotes = looksForQuotes;
  }

  /** Adds a listener; the returned function removes it. */
  add(topic: Topic, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    listeners.add(listener);
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

  /** Restarts the clock that finds changes; it stands still while nobody listens. */
  #schedule(): void {
    if (this.#flushing !== undefined) return;
    const wantsQuotes = (this.#listeners.get('quotes')?.size ?? 0) > 0;
    const anyone = [...this.#listeners.values()].some((listeners) => listeners.size > 0);
    if (!anyone) return;
    this.#flushing = setTimeout(
      () => {
        this.#flushing = undefined;
        if (wantsQuotes && this.#looksForQuotes()) this.touch('quotes');
        this.#flush();
        this.#schedule();
      },
      wantsQuotes ? LOOK_MS_QUOTES : LOOK_MS,
    );
    this.#flushing.unref();
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
