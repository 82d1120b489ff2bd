// The shape of one actor kind: how it starts, what it does with a message, how its events fold.

import type { Message } from './address.js';
import type { SupervisorPolicy } from './supervision.js';
import type { Turn } from './turn.js';

/** Which queue of the mailbox a message waits in; system runs before command before data. */
export type Lane = 'system' | 'command' | 'data';

/** What a full lane does with one more message. */
export type Overflow = 'reject' | 'conflate' | 'drop_oldest';

/** How messages of one kind wait. */
export interface LanePolicy<M extends Message = Message> {
  readonly lane: Lane;
  /**
   * `conflate` keeps the newest message of the same kind and drops, with a count, the older;
   * `drop_oldest` drops the oldest one of the same kind when the lane is full, and the new one when
   * others alone fill it.
   */
  readonly overflow: Overflow;
  /** With `conflate`: messages with different keys wait beside each other. */
  conflateBy?(message: M): string | number;
}

/**
 * A deterministic function of (state, message, turn). State is owned by the actor and overwritten
 * in place. No await, ambient time or chance: those come from the turn.
 */
export interface Behaviour<State, M extends Message, E extends Message = never> {
  /** Actor kind: the first half of the address. */
  readonly kind: string;
  /**
   * Version of the encoding of state and events, from 1. What an older version stored is upcast;
   * what a newer one stored is refused, and the actor stays stopped.
   */
  readonly version: number;
  /** Waiting policy per message kind; exhaustive, so that a new kind must state its own. */
  readonly lanes: { readonly [K in M['kind']]: LanePolicy<Extract<M, { readonly kind: K }>> };
  /** How this kind treats its children's failures; what is left out is the default. */
  readonly supervision?: Partial<SupervisorPolicy>;
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
  /** Turns a state that version `from` encoded into this version's form, before `decode`. */
  upcast?(from: number, encoded: unknown): unknown;
  /** Turns an event that version `from` persisted into this version's, before `evolve`. */
  upcastEvent?(from: number, event: Message): E;
}
