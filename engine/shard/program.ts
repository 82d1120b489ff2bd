// What a shard runs: the contract between the engine's worker loop and the application's code.

import type { MessagePort } from 'node:worker_threads';
import type { Suspicion } from '../runtime/suspicion.js';
import type { RingConsumer, RingHandle } from './ring.js';

/** What a program is given when its shard starts. */
export interface ShardContext {
  readonly shard: number;
  readonly shardCount: number;
  /**
   * Posts a message to the owner, which is woken once a pass. Plain data of up to 64 KiB crosses as
   * bytes, anything else by structured clone.
   */
  readonly post: (message: unknown) => void;
  /** Wakes the owner now, if it sleeps, for what was posted and can't wait for the pass to end. */
  readonly wake: () => void;
  /**
   * Does what takes seconds because somebody has asked for it, as writing a profile does: meanwhile
   * the watchdog waits ten times as long before it calls the thread hung.
   */
  readonly atLength: <T>(work: () => T) => T;
  /** Monotonic clock, the same on all threads of the process. Units: microseconds. */
  readonly monotonicUs: () => number;
  /** To be handed to the shard's system, so that a message that ends threads is put aside. */
  readonly suspicion: Suspicion;
}

/**
 * The application's half of a shard. Every method returns soon: the loop is shared by all
 * actors.
 */
export interface ShardProgram {
  /**
   * Consumes up to `count` frames and returns how many it took; fewer while it waits at a gate.
   */
  onFrames(ring: RingConsumer, count: number): number;
  /** Handles one message from the owner. */
  onMessage(message: unknown): void;
  /** Does pending work that no frame drives, and returns how much it did. */
  step(): number;
  /** Time to the next thing due, or Infinity. Units: milliseconds. */
  dueMs(): number;
  /** How much waits in its mailboxes, 0 to 1, for sources to slow down; 0 if left out. */
  takePressure?(): number;
  /** True while another thread must move first, at a gate: that rings no bell. */
  isHeld(): boolean;
}

/** A module that a shard loads by URL exports this function. */
export type CreateShardProgram = (config: unknown, context: ShardContext) => ShardProgram;

/** What a program is given to prepare with, in a thread that no shard has yet. */
export type SpareContext = Pick<ShardContext, 'monotonicUs' | 'suspicion'>;

/**
 * A module may export this function too: it prepares a thread for the shard that may need it one
 * day, a step each time it yields. The thread may become a shard's after any step.
 */
export type PrepareShard = (config: unknown, context: SpareContext) => Iterator<void, void>;

/** What a thread that no shard has is to prepare for. */
export interface SpareTask {
  readonly programUrl: string;
  readonly config: unknown;
  /** Made by `createHurry`. */
  readonly hurry: SharedArrayBuffer;
}

/** The task handed to a pool thread: everything a shard needs, as structured-clonable values. */
export interface ShardTask {
  readonly shard: number;
  readonly shardCount: number;
  readonly ring: RingHandle;
  /** Messages to the shard and to its owner. */
  readonly toShard: SharedArrayBuffer;
  readonly toOwner: SharedArrayBuffer;
  /** For messages that do not fit there, both ways. */
  readonly port: MessagePort;
  /** Wakes the owner. */
  readonly bell: MessagePort;
  /** URL of the module that exports `createShardProgram`. */
  readonly programUrl: string;
  readonly config: unknown;
  /** Marks of turns that have ended the shard's thread too often. */
  readonly guilty: readonly number[];
}
