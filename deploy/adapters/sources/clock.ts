// The time that sources wait by: the machine's, or one that tests move.

import { performance } from 'node:perf_hooks';

/** Time, waiting and chance of a source. */
export interface SourceClock {
  /** As the clock is set, which may go back. Units: milliseconds since 1970 UTC. */
  nowMs(): number;
  /** Time that has passed since a moment of its own, however it is set. Units: milliseconds. */
  elapsedMs(): number;
  sleep(ms: number): Promise<void>;
  /** Calls again and again until the returned function is called. */
  every(ms: number, run: () => void): () => void;
  /** From 0 up to 1. */
  random(): number;
}

/** The machine's clock. */
export const systemClock: SourceClock = {
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
  every(ms, run) {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
  random: () => Math.random(),
};

/** A clock that jumps over sleeps, notes them, and whose timers fire when it is moved. */
export interface ManualClock extends SourceClock {
  /** Every sleep so far. Units: milliseconds. */
  readonly slept: readonly number[];
  /** Moves the time and fires what came due. */
  advance(ms: number): void;
  /** Sets it to another time, as somebody does to the machine's; nothing has passed. */
  set(ms: number): void;
}

/** A clock for tests; chance comes from a fixed sequence. */
export function manualClock(startMs: number): ManualClock {
  let passedMs = 0;
  let offMs = startMs;
  let seed = 1;
  const slept: number[] = [];
  const timers = new Set<{ dueMs: number; readonly everyMs: number; readonly run: () => void }>();
  return {
    slept,
    nowMs: () => offMs + passedMs,
    elapsedMs: () => passedMs,
    async sleep(ms) {
      slept.push(ms);
      passedMs += ms;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    },
    every(everyMs, run) {
      const timer = { dueMs: passedMs + everyMs, everyMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    random() {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    },
    advance(ms) {
      passedMs += ms;
      for (const timer of [...timers]) {
        if (timer.dueMs > passedMs) continue;
        timer.dueMs = passedMs + timer.everyMs;
        timer.run();
      }
    },
    set(ms) {
      offMs = ms - passedMs;
    },
  };
}
