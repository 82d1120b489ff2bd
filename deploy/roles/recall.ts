// Puts journaled events back between the frames they were decided between.

import type { ActorStates, Address, Message } from '../../engine/index.js';

/** A journaled event with its place in the order of the market. */
export interface PlacedEvent {
  /** Place among its actor's own events, from 1. */
  readonly sequence: number;
  /** Sessions opened, actions and points that its shard had handled before it was decided. */
  readonly step: number;
  readonly event: Message;
}

/** One actor's events, and the first of them that has not been folded. */
interface Run {
  readonly events: readonly PlacedEvent[];
  next: number;
}

/** The events that a shard has still to come to again. */
export class Recall {
  /** Actors that have some: of each they are in order, and their steps never fall. */
  readonly #runs = new Map<Address, Run>();
  readonly #last = new Map<Address, number>();
  /** Step after which the first of them all was decided. */
  #dueStep: number;

  /** `sequenceOf` tells how many events of an actor its state holds: those may be left out. */
  constructor(
    journaled: ReadonlyMap<Address, readonly PlacedEvent[]>,
    sequenceOf: (address: Address) => number,
  ) {
    for (const [address, events] of journaled) {
      const last = events.at(-1)?.sequence ?? 0;
      this.#last.set(address, last);
      const known = sequenceOf(address);
      if (last <= known) continue;
      this.#runs.set(address, { events, next: events.findIndex((one) => one.sequence > known) });
    }
    this.#dueStep = this.#firstStep();
  }

  /** Whether every event is folded, so that commands can be decided again. */
  get isDone(): boolean {
    return this.#runs.size === 0;
  }

  /**
   * Folds what was decided before the next step, actor by actor: events of different actors
   * commute, and a book in the cache takes them in a third of the time.
   */
  foldUpTo(step: number, states: Pick<ActorStates, 'recall'>): void {
    if (step < this.#dueStep) return;
    for (const [address, run] of this.#runs) {
      const { events } = run;
      for (; run.next < events.length && events[run.next]!.step <= step; run.next++) {
        states.recall(address, events[run.next]!.event);
      }
      if (run.next === events.length) this.#runs.delete(address);
    }
    this.#dueStep = this.#firstStep();
  }

  /** Sequence of an actor's last event that was there at the start; 0 where there was none. */
  lastOf(address: Address): number {
    return this.#last.get(address) ?? 0;
  }

  /** Whether the market has come to an event of an actor; later ones are folded when it does. */
  hasReached(address: Address, sequence: number): boolean {
    const run = this.#runs.get(address);
    return run === undefined || sequence < run.events[run.next]!.sequence;
  }

  #firstStep(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { events, next } of this.#runs.values()) first = Math.min(first, events[next]!.step);
    return first;
  }
}
