// The shape of one actor kind: how it starts, what it does with a message, how its events fold.

import type { Message } from './address.js';
import type { Turn } from './turn.js';

/** Which queue of the mailbox a message waits in; system runs before command before data. */
export type Lane = 'system' | 'command' | 'data';

/** What a full lane does with one more message. */
export type Overflow = 'reject' | 'conflate' | 'drop_oldest';

/** How messages of one kind wait. */
export interface LanePolicy {
  readonly lane: Lane;
  /** `conflate` keeps the newest message of the same kind and drops, with a count, the older. */
  readonly overflow: Overflow;
}

/**
 * A deterministic function of (state, message, turn). State is owned by the actor and overwritten
 * in place. No await, ambient time or chance: those come from the turn.
 */
export interface Behaviour<State, M extends Message, E extends Message = never> {
  /** Actor kind: the first half of the address. */
  readonly kind: string;
  /** Version of the state's encoding; a snapshot of another version is refused or upcast. */
  readonly version: number;
  /** Waiting policy per message kind; exhaustive, so that a new kind must state its own. */
  readonly lanes: Readonly<Record<M['kind'], LanePolicy>>;
  /** The state of a new actor, before any event. */
  initial(key: string): State;
  /** Handles one message. */
  receive(state: State, message: M, turn: Turn<E>): void;
  /**
   * Folds one event; called by `turn.persist` and by recovery, and nothing else changes
   * durable state.
   */
  evolve(state: State, event: E): void;
  /** Structured-clonable form of the state, for snapshots. */
  encode(state: State): unknown;
  /** The inverse of `encode`; validates what it reads. */
  decode(encoded: unknown, version: number): State;
}
