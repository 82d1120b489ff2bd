// What measures of portfolios and groups were at their last closes, for rules that look back.

import type { HistoryPlan } from '../conditions/index.js';

/** How far back alerts remember. */
export interface AlertSpan {
  /** Points that a thread in another's place may have to judge again. */
  readonly pointsKept: number;
  /** The first point is a close; from then on the last of so many is. */
  readonly pointsPerSession: number;
}

/**
 * The closes of each name, in shared memory, by their place in event time: one that is told again
 * is written again with the same values, and a point that is judged again finds the closes before
 * it, whatever has come since.
 * ```
 * Float64Array [name][close % closesKept][1 + histories]   the close + 1, then values
 * ```
 * Whoever judges a name writes it.
 */
export class PastCloses {
  /** What conditions read the past from, of the name that was recalled last. */
  readonly state: Float64Array;
  readonly #store: Float64Array;
  readonly #histories: HistoryPlan['histories'];
  readonly #pointsPerSession: number;
  readonly #closesKept: number;

  constructor(store: Float64Array, plan: HistoryPlan, stateLength: number, span: AlertSpan) {
    this.state = new Float64Array(stateLength);
    this.#store = store;
    this.#histories = plan.histories;
    this.#pointsPerSession = span.pointsPerSession;
    this.#closesKept = closesKept(plan, span);
  }

  /** Numbers that the closes of so many names take; none where no rule looks back. */
  static length(plan: HistoryPlan, names: number, span: AlertSpan): number {
    const { length } = plan.histories;
    return length === 0 ? 0 : names * closesKept(plan, span) * (1 + length);
  }

  /** Puts the closes of a name before a point into `state`; those that nobody told are NaN. */
  // hot
  recall(place: number, pointIndex: number): void {
    const { state } = this;
    const now = Math.ceil(pointIndex / this.#pointsPerSession);
    for (let index = 0; index < this.#histories.length; index++) {
      const { at, length } = this.#histories[index]!;
      state[at] = length;
      state[at + 1] = 0;
      // The ring's next place is its first, so the oldest comes first.
      for (let ago = 1; ago <= length; ago++) {
        state[at + 2 + length - ago] = this.#valueAt(place, now - ago, index);
      }
    }
  }

  /** Keeps the values of a name where the point is a close. */
  // hot
  keep(place: number, pointIndex: number, values: Float64Array): void {
    if (pointIndex % this.#pointsPerSession !== 0) return;
    const close = pointIndex / this.#pointsPerSession;
    const at = this.#at(place, close);
    for (let index = 0; index < this.#histories.length; index++) {
      this.#store[at + 1 + index] = values[this.#histories[index]!.column]!;
    }
    // Last, so that a thread lost before leaves a close that its successor writes again.
    this.#store[at] = close + 1;
  }

  #valueAt(place: number, close: number, index: number): number {
    if (close < 0) return Number.NaN;
    const at = this.#at(place, close);
    return this.#store[at] === close + 1 ? this.#store[at + 1 + index]! : Number.NaN;
  }

  #at(place: number, close: number): number {
    const slot = place * this.#closesKept + (close % this.#closesKept);
    return slot * (1 + this.#histories.length);
  }
}

/** Closes that the oldest point which may be judged again looks back to, and those since. */
function closesKept(
  { histories }: HistoryPlan,
  { pointsKept, pointsPerSession }: AlertSpan,
): number {
  const longest = histories.reduce((most, { length }) => Math.max(most, length), 0);
  return longest + Math.ceil(pointsKept / pointsPerSession) + 1;
}
