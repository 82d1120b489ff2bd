// What a behaviour may ask of the world during one turn; every call only appends an effect.

import type { Address, Message, Ref } from './address.js';
import type { Refusal } from './fault.js';
import type { ChildSpec } from './supervision.js';

/**
 * One turn's view of the world. Effects are kept in an outbox and released, in order, after the
 * turn's events are durable; a turn that throws releases none.
 */
export interface Turn<E extends Message = Message> {
  /** Address of the actor whose turn it is. */
  readonly self: Address;
  /** Event time. Units: microseconds since 1970-01-01 UTC. */
  readonly nowUs: number;
  /** Id of the envelope that caused this turn, for `explain`. */
  readonly cause: string;
  /** Next number of the actor's seeded generator, in [0, 1). */
  random(): number;
  /** Sends a message. */
  tell<M extends Message>(to: Ref<M>, message: M): void;
  /**
   * Sends a query; the answer arrives as `{ kind: 'answered', tag, reply }`, or as
   * `{ kind: 'unanswered', tag }` once `deadlineUs` (a duration) has passed. An actor of another
   * thread may have done what it was asked although it answers nothing: give commands a key.
   * Errors: bug `turn.asks_within_bound` when not all answers would have a place in the mailbox.
   */
  ask<M extends Message>(to: Ref<M>, message: M, options: AskOptions): void;
  /** Answers the message being handled; at most once a turn. */
  reply(message: Message): void;
  /** Answers with a domain "no". */
  refuse(refusal: Refusal): void;
  /** Applies `evolve` now and journals the event before any other effect of the turn leaves. */
  persist(event: E): void;
  /** Emits an event on a topic for views and streams. */
  publish(topic: string, event: Message): void;
  /**
   * Delivers `message` to self after `delayUs`; a second call with the same key replaces it.
   * Errors: bug `turn.timers_within_bound` beyond `LIMITS.timersOfOne`.
   */
  schedule(key: string, delayUs: number, message: Message): void;
  /** Drops the timer of that key, if any. */
  cancel(key: string): void;
  /**
   * Starts a child in this thread, under this actor's supervision; what `spec` leaves out is the
   * default. One that may not start (the actor is stopping, another thread owns the address, its
   * kind is unknown, memory is full) is a dead letter of kind `spawn`.
   */
  spawn(child: Ref, spec?: Partial<ChildSpec>): void;
  /** Stops an actor: a child, or self when called without one. */
  stop(child?: Ref): void;
  /** Asks to be told `{ kind: 'terminated', address }` when that actor ends. */
  watch(other: Ref): void;
  /** Takes a `watch` back. */
  unwatch(other: Ref): void;
  /** Leaves memory after this turn; comes back, rebuilt, with the next message. */
  passivate(): void;
}

/** How long a query waits and how its answer is recognised. */
export interface AskOptions {
  readonly tag: string;
  /** Units: microseconds from now. */
  readonly deadlineUs: number;
  /**
   * Idempotency key: the receiver applies one message of a key, and answers a repeated one with the
   * first one's reply, also after a restart, for its last `LIMITS.commandKeys` keys.
   */
  readonly key?: string;
}
