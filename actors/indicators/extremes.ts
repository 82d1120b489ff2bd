// Highest and lowest of a sliding window, with the age of the extreme.

import { putIntoRing } from './cells.js';
import type { Cell } from './indicator.js';

// [count, ring position, extreme, its age]; the ring is its past.
const COUNT = 0;
const EXTREME = 2;
const AGE = 3;
const LENGTH = 4;

/** A windowed extreme that also knows how long ago it was seen. */
export interface ExtremeCell extends Cell {
  /** Extreme of the closed inputs before the newest; NaN until warm. */
  prior(state: Float64Array, base: number): number;
  /** Bars since the latest occurrence of the extreme, 0 for the newest input. */
  age(state: Float64Array, base: number, x: number): number;
}

/**
 * The extreme of the last `period` inputs, the newest included; `sign` is 1 for the highest and
 * -1 for the lowest. The ring holds the `period - 1` closed inputs; it is searched again only
 * when the extreme itself leaves it.
 */
export function extremeCell(period: number, sign: 1 | -1): ExtremeCell {
  const ringLength = period - 1;
  return {
    length: LENGTH,
    pastLength: ringLength,
    warmUp: period,
    // hot
    prior: (state, base) =>
      state[base + COUNT]! < ringLength ? Number.NaN : state[base + EXTREME]!,
    // hot
    peek(state, base, x) {
      if (state[base + COUNT]! < ringLength) return Number.NaN;
      const extreme = state[base + EXTREME]!;
      return ringLength === 0 || (x - extreme) * sign >= 0 ? x : extreme;
    },
    // hot
    age(state, base, x) {
      if (state[base + COUNT]! < ringLength) return Number.NaN;
      const extreme = state[base + EXTREME]!;
      return ringLength === 0 || (x - extreme) * sign >= 0 ? 0 : state[base + AGE]! + 1;
    },
    commit(state, base, x, past) {
      if (ringLength === 0) return;
      const count = state[base + COUNT]!;
      const next = putIntoRing(state, base, past, ringLength, x);
      if (count === 0 || (x - state[base + EXTREME]!) * sign >= 0) {
        state[base + EXTREME] = x;
        state[base + AGE] = 0;
        return;
      }
      state[base + AGE]!++;
      if (state[base + AGE]! >= ringLength) searchRing(state, base, past, next, ringLength, sign);
    },
  };
}

/** Finds the extreme, the latest among equals, walking the ring from the oldest input on. */
function searchRing(
  state: Float64Array,
  base: number,
  ring: number,
  oldest: number,
  ringLength: number,
  sign: 1 | -1,
): void {
  let extreme = state[ring + oldest]!;
  let found = oldest;
  for (let position = oldest + 1; position < ringLength; position++) {
    if ((state[ring + position]! - extreme) * sign < 0) continue;
    extreme = state[ring + position]!;
    found = position;
  }
  for (let position = 0; position < oldest; position++) {
    if ((state[ring + position]! - extreme) * sign < 0) continue;
    extreme = state[ring + position]!;
    found = position;
  }
  state[base + EXTREME] = extreme;
  // Positions count up from the oldest, wrapping round; the newest has age 0.
  state[base + AGE] = (found < oldest ? oldest : oldest + ringLength) - 1 - found;
}
