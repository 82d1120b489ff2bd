// Which bar of a window holds its extreme, by TA-Lib's rule for equals.

import type { Cell } from './indicator.js';

// [inputs closed, place of the extreme, its value, whether it was searched for, ring ...]
const COUNT = 0;
const PLACE = 1;
const EXTREME = 2;
const SEARCHED = 3;
const RING = 4;

/**
 * Number of the input, from 0, that is the extreme of the last `period`; `sign` is 1 for the
 * highest and -1 for the lowest. The latest of equals as they come in, but the first of them where
 * the extreme left the window and was searched for anew. Source: TA-Lib MAXINDEX, MININDEX.
 */
export function placeCell(period: number, sign: 1 | -1): Cell {
  const ringLength = period - 1;
  return {
    length: RING + ringLength,
    pastLength: 0,
    warmUp: period,
    // hot
    peek(state, base, x) {
      const count = state[base + COUNT]!;
      if (count < ringLength) return Number.NaN;
      return replaces(state, base, x, sign, ringLength) ? count : state[base + PLACE]!;
    },
    commit(state, base, x) {
      const count = state[base + COUNT]!;
      if (count < ringLength || replaces(state, base, x, sign, ringLength)) {
        state[base + PLACE] = count;
        state[base + EXTREME] = x;
      }
      state[base + COUNT] = count + 1;
      if (ringLength === 0) return;
      state[base + RING + (count % ringLength)] = x;
      // The next window begins behind it, or is the first one.
      const isLost = state[base + PLACE]! < count + 2 - period || count + 1 === ringLength;
      state[base + SEARCHED] = isLost ? 1 : 0;
      if (isLost) search(state, base, sign, ringLength);
    },
  };
}

/** Whether the newest input is the extreme. */
// hot
function replaces(
  state: Float64Array,
  base: number,
  x: number,
  sign: 1 | -1,
  ringLength: number,
): boolean {
  const beyond = (x - state[base + EXTREME]!) * sign;
  return ringLength === 0 || beyond > 0 || (beyond === 0 && state[base + SEARCHED] === 0);
}

/** Finds the extreme, the first among equals, from the oldest input of the ring on. */
function search(state: Float64Array, base: number, sign: 1 | -1, ringLength: number): void {
  const count = state[base + COUNT]!;
  const first = count - ringLength;
  state[base + EXTREME] = -sign * Number.POSITIVE_INFINITY;
  for (let place = first; place < count; place++) {
    const x = state[base + RING + (place % ringLength)]!;
    if ((x - state[base + EXTREME]!) * sign <= 0) continue;
    state[base + EXTREME] = x;
    state[base + PLACE] = place;
  }
}
