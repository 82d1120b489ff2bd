// The world around a system of actors, and what it shows of itself.

import type { Address, Message } from '../core/address.js';
import type { Fault, Refusal } from '../core/fault.js';
import type { Log } from '../observe/log.js';
import type { Envelope } from './envelope.js';

/** An event on its way to the journal. */
export interface Record {
  readonly address: Address;
  /** 1 for an actor's first event, rising by 1. */
  readonly sequence: number;
  readonly event: Message;
  readonly cause: string;
  /** Event time. Units: microseconds. */
  readonly timeUs: number;
  /** How many ordered inputs its thread had handled by then; absent where there are none. */
  readonly place?: number;
}

/** A message that is not journaled, told again to an actor that is rebuilt. */
export interface Retold {
  readonly message: Message;
  /** Events folded before it. */
  readonly after: number;
}

/** A command that was applied, as its actor remembers it. */
export interface DoneCommand {
  readonly key: string;
  /** Kind of the message that was applied under the key. */
  readonly of: string;
  /** What it was answered, or undefined if it was not. */
  readonly reply?: Message | undefined;
  /** What it was refused with, or undefined if it was not; the events it left are kept. */
  readonly refusal?: Refusal | undefined;
}

/** One actor's state at a sequence. */
export interface Snapshot {
  /** What the behaviour's `encode` gave. */
  readonly state: unknown;
  /** The behaviour's version that encoded it. */
  readonly version: number;
  readonly sequence: number;
  /** State of the actor's generator, so that chance goes on where it was. */
  readonly seed?: number;
  /** Commands remembered, oldest first. */
  readonly commands?: readonly DoneCommand[];
}

/** What the journal remembers of an actor. */
export interface Recovered {
  readonly snapshot?: Snapshot;
  /** Events after the snapshot, in order. */
  readonly events: readonly Message[];
  /**
   * Messages to handle between those events, in order; their effects left the first time. Those
   * that still wait in the mailbox, or lie in quarantine, as the same object, are passed by.
   */
  readonly messages?: readonly Retold[];
}

/**
 * What becomes of a watch: it begins; is taken back; the other has ended in this thread, and the
 * watcher is being told; it has handled that.
 */
export type WatchSaid = 'watch' | 'unwatch' | 'watch_ended' | 'watch_heard';

/** The world around a system. */
export interface SystemPorts {
  /** Event time. Units: microseconds. */
  nowUs(): number;
  /** Time for deadlines and backoff. Units: microseconds. */
  monotonicUs(): number;
  /** Makes events durable, all or none, then calls `done`, with a fault if that failed. */
  append(records: readonly Record[], done: (fault?: Fault) => void): void;
  /** Fetches what the journal has of an actor, now or later. */
  recover(address: Address, done: (recovered: Recovered) => void): void;
  /**
   * Keeps the snapshot of an actor that leaves memory, then calls `done`. Without this port only
   * what events tell comes back with the next message.
   */
  save?(address: Address, snapshot: Snapshot, done: (fault?: Fault) => void): void;
  /**
   * Sends to an actor that another thread owns. Whoever asks waits for `deadlineUs`, which is 0 for
   * a message without an ask; its answer comes back through `ActorSystem.answered`, with the same
   * envelope. Units: microseconds from now.
   */
  outbound(envelope: Envelope, deadlineUs: number): void;
  /**
   * Hears of watches by actors of this thread, of others of any thread: the owner of the threads
   * keeps that, and gives it back through `ActorSystem.watched` to whichever thread has the other,
   * also after one of the two was lost.
   */
  watching(other: Address, watcher: Address, said: WatchSaid): void;
  /** Whether this system owns an address. */
  isLocal(address: Address): boolean;
  publish(topic: string, event: Message, from: Address): void;
  /** An actor without a supervisor escalates its failure; it is stopped. */
  escalated?(address: Address, failure: string): void;
  /** Hears of failures (area `actors`) and, at `debug`, of dead letters (area `letters`). */
  readonly log?: Log;
}

/** One actor as shown to operators. */
export interface ActorView {
  readonly address: Address;
  readonly parent: Address | '';
  readonly state: string;
  readonly mailbox: number;
  readonly turns: number;
  /** Time that 99 of 100 of them stay below, by sampling; 0 where none was timed. Units: us. */
  readonly turnUsP99: number;
  readonly restarts: number;
  /** The text of the last failure in its first line, its stack in the others. */
  readonly lastFailure: string;
  /** Its messages that were put aside. */
  readonly quarantined: number;
}

/** Counters of one system. */
export interface SystemCounters {
  turns: number;
  failures: number;
  restarts: number;
  deadLetters: number;
  rejected: number;
  conflated: number;
  droppedOldest: number;
  timedOut: number;
  /** Messages put aside after too many failures. */
  quarantined: number;
  /** Failures handed to a supervisor. */
  escalated: number;
  /** Actors that left memory. */
  passivated: number;
  /** Actors that came into memory with a past: a snapshot or events. */
  revived: number;
  /** States that could not be encoded: what was kept of their actors before stays. */
  unencoded: number;
  /** Actors that did not finish within their shutdown deadline. */
  stopsForced: number;
  /** Commands answered from memory because their key had been seen. */
  repeatedCommands: number;
}

/** Counters before anything has happened. */
export function createCounters(): SystemCounters {
  return {
    turns: 0,
    failures: 0,
    restarts: 0,
    deadLetters: 0,
    rejected: 0,
    conflated: 0,
    droppedOldest: 0,
    timedOut: 0,
    quarantined: 0,
    escalated: 0,
    passivated: 0,
    revived: 0,
    unencoded: 0,
    stopsForced: 0,
    repeatedCommands: 0,
  };
}
