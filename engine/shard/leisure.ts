// When a thread that nobody waits for may work: while the process leaves a core to it.

import { availableParallelism } from 'node:os';

/** Time over which the rest of the process is watched, and before it is again. */
const LOOK_MS = 20;
const BUSY_MS = 100;

/**
 * Share of the other cores that the rest of the process may be using: threads that are not pressed
 * take less, and those that are shall not meet a compiler and a collector more.
 */
const BUSY_MAX = 0.7;

/** The memory by which a thread with nothing urgent to do is told to end it. */
export function createHurry(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

/** Tells the thread that it is needed: it goes on with nothing more. */
export function hurry(memory: SharedArrayBuffer): void {
  const word = new Int32Array(memory);
  Atomics.store(word, 0, 1);
  Atomics.notify(word, 0);
}

/** Waits until there is a core for another step; false once the thread is needed. It blocks. */
export function isAtLeisure(memory: SharedArrayBuffer): boolean {
  const word = new Int32Array(memory);
  for (let waitMs = LOOK_MS; ; waitMs = BUSY_MS) {
    const from = performance.now();
    const before = process.cpuUsage();
    if (Atomics.wait(word, 0, 0, waitMs) !== 'timed-out') return false;
    const { user, system } = process.cpuUsage(before);
    const busy = (user + system) / 1_000 / (performance.now() - from);
    if (busy < BUSY_MAX * (availableParallelism() - 1)) return true;
  }
}
