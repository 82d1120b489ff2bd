// How a source bears a vendor that fails: delays between tries, a breaker, a limit of calls.

import type { SourceClock } from './clock.js';

/** First and longest delay between tries. Units: milliseconds. */
const DELAY_MS_MIN = 500;
const DELAY_MS_MAX = 60_000;

/** Failures in a row that open the breaker, and how long it stays open. Units: milliseconds. */
const FAILURES_MAX = 5;
const OPEN_MS = 30_000;

/**
 * Delay before a try, counted from 0: doubles up to a minute, and of that a random part between a
 * half and the whole, so that many clients do not come back together. Units: milliseconds.
 * Source: "equal jitter", AWS Architecture Blog, Exponential Backoff and Jitter, 2015.
 */
export function delayMs(attempt: number, random: () => number): number {
  const whole = Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** Math.min(attempt, 20));
  return whole / 2 + (whole / 2) * random();
}

/** A circuit breaker. */
export interface Breaker {
  /** Whether a call may be made; after the pause one call is let through to try. */
  allows(): boolean;
  succeeded(): void;
  failed(): void;
  /** Times it has opened. */
  readonly opened: () => number;
}

/** A breaker that opens after five failures in a row and lets one call try after half a minute. */
export function createBreaker(clock: SourceClock): Breaker {
  let failures = 0;
  let openedMs = Number.NEGATIVE_INFINITY;
  let opened = 0;
  let isTrying = false;
  return {
    allows() {
      if (failures < FAILURES_MAX) return true;
      if (isTrying || clock.elapsedMs() - openedMs < OPEN_MS) return false;
      isTrying = true;
      return true;
    },
    succeeded() {
      failures = 0;
      isTrying = false;
    },
    failed() {
      failures++;
      isTrying = false;
      if (failures < FAILURES_MAX) return;
      openedMs = clock.elapsedMs();
      opened++;
    },
    opened: () => opened,
  };
}

/** Keeps calls within a number in any span of that length, the vendor's way of counting unknown. */
export class RateLimiter {
  readonly #clock: SourceClock;
  readonly #perMs: number;
  /** Times of the last calls, a ring. Units: milliseconds. */
  readonly #times: Float64Array;
  #next = 0;

  constructor(
    clock: SourceClock,
    { calls, perMs }: { readonly calls: number; readonly perMs: number },
  ) {
    this.#clock = clock;
    this.#perMs = perMs;
    this.#times = new Float64Array(calls).fill(Number.NEGATIVE_INFINITY);
  }

  /** Waits until a call may be made, and counts it. */
  async take(): Promise<void> {
    const slot = this.#next;
    this.#next = (slot + 1) % this.#times.length;
    const waitMs = this.#times[slot]! + this.#perMs - this.#clock.elapsedMs();
    // Taken before the wait, so that callers who wait together wait one behind the other.
    this.#times[slot] = this.#clock.elapsedMs() + Math.max(0, waitMs);
    if (waitMs > 0) await this.#clock.sleep(waitMs);
  }
}
