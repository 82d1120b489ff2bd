// Turns that fail although their behaviour did nothing wrong: before it began, or when it was done.

import { type AnyBehaviour, Fault } from '../../engine/index.js';

/** Makes turns of one shard's actors fail, one at a time. */
export class FailingTurns {
  /** Failures made so far. */
  made = 0;
  #next: 'before' | 'after' | undefined;

  /** The next turn fails: its state untouched, or written and with its events persisted. */
  failNext(when: 'before' | 'after'): void {
    this.#next = when;
  }

  /** Behaviours whose turns may fail. */
  wrap(behaviours: readonly AnyBehaviour[]): AnyBehaviour[] {
    return behaviours.map((behaviour) => ({
      ...behaviour,
      receive: (state, message, turn) => {
        const when = this.#next;
        this.#next = undefined;
        if (when !== 'before') behaviour.receive(state, message, turn);
        if (when === undefined) return;
        this.made++;
        const text = `expected ${message.kind} to be handled, was made to fail ${when} its turn`;
        throw new Fault('simulate.turn_failed', text, { retryable: true });
      },
    }));
  }
}
