// A shard program made for tests: it tells on which thread it prepares and begins, and may be held.

import { BroadcastChannel, threadId } from 'node:worker_threads';
import type { CreateShardProgram, PrepareShard } from '../shard/program.js';

/** What a thread is told to prepare, or begins with. */
export interface SpareConfig {
  /** Name of the channel on which it tells what it does. */
  readonly channel: string;
  /** Steps of preparation, from 1. */
  readonly steps: number;
  /** Step that ends only once `gate` is open, or that fails. */
  readonly heldStep?: number;
  readonly failingStep?: number;
  /** Opened by `openGate`. */
  readonly gate: SharedArrayBuffer;
}

/** What it tells. */
export interface FromSpare {
  readonly said: 'prepares' | 'is held' | 'has prepared' | 'begins';
  readonly threadId: number;
  /** Steps of preparation that the thread has done. */
  readonly steps: number;
}

/** Lets a held step end. */
export function openGate(gate: SharedArrayBuffer): void {
  const word = new Int32Array(gate);
  Atomics.store(word, 0, 1);
  Atomics.notify(word, 0);
}

/** Steps done on this thread. */
let done = 0;

function say({ channel: name }: SpareConfig, said: FromSpare['said']): void {
  const channel = new BroadcastChannel(name);
  const told: FromSpare = { said, threadId, steps: done };
  channel.postMessage(told);
  channel.close();
}

/** Entry point for a thread that stands by. */
export const prepareShard: PrepareShard = function* (given) {
  // The test that owns the threads builds it with this type.
  const config = given as SpareConfig;
  say(config, 'prepares');
  for (let step = 1; step <= config.steps; step++) {
    if (step === config.failingStep) throw new Error('broken as asked');
    if (step === config.heldStep) {
      say(config, 'is held');
      Atomics.wait(new Int32Array(config.gate), 0, 0);
    }
    done = step;
    if (step === config.steps) say(config, 'has prepared');
    yield;
  }
};

/** Entry point that the worker loads. */
export const createShardProgram: CreateShardProgram = (given) => {
  // As above.
  say(given as SpareConfig, 'begins');
  return {
    onFrames: (_ring, count) => count,
    onMessage() {},
    step: () => 0,
    dueMs: () => Number.POSITIVE_INFINITY,
    isHeld: () => false,
  };
};
