// Sliding sums, averages, lags and exponential means: the parts most indicators are made of.

import type { Cell, PastlessCell } from './indicator.js';

/** TA-Lib treats magnitudes below this as zero. Source: TA-Lib ta_utility.h, TA_EPSILON. */
export const EPSILON = 1e-14;

// State of a windowed cell: [count of closed inputs, next ring position, aggregate]; the ring is
// its past.
const COUNT = 0;
const POSITION = 1;
const SUM = 2;
const WINDOWED = 3;

/**
 * Puts a closed input into the ring of `length` places from `ring` on of a windowed cell, whose
 * state begins with the count of inputs and the next place; returns the place after this one, the
 * oldest.
 */
// hot
export function putIntoRing(
  state: Float64Array,
  base: number,
  ring: number,
  length: number,
  x: number,
): number {
  const position = state[base + POSITION]!;
  if (state[base + COUNT]! < length) state[base + COUNT]!++;
  state[ring + position] = x;
  const next = position + 1 === length ? 0 : position + 1;
  state[base + POSITION] = next;
  return next;
}

/**
 * Sum of the last `period` inputs, the newest included. The ring holds the `period - 1` closed
 * inputs before it, so that a peek is one addition.
 */
export function sumCell(period: number): Cell {
  const ringLength = period - 1;
  return {
    length: WINDOWED,
    pastLength: ringLength,
    warmUp: period,
    // hot
    peek: (state, base, x) =>
      state[base + COUNT]! < ringLength ? Number.NaN : state[base + SUM]! + x,
    commit(state, base, x, past) {
      if (ringLength === 0) return;
      const position = state[base + POSITION]!;
      const oldest = state[past + position]!;
      if (state[base + COUNT]! < ringLength) {
        state[base + SUM]! += x;
        state[base + COUNT]!++;
      } else {
        state[base + SUM]! += x - oldest;
      }
      state[past + position] = x;
      state[base + POSITION] = position + 1 === ringLength ? 0 : position + 1;
    },
  };
}

/** Simple moving average. Source: TA-Lib SMA. */
export function smaCell(period: number): Cell {
  const sum = sumCell(period);
  return {
    length: sum.length,
    pastLength: sum.pastLength,
    warmUp: period,
    // hot
    peek: (state, base, x) => sum.peek(state, base, x) / period,
    commit: sum.commit,
  };
}

/** The input as it is: what a lag of no bars gives. */
const ITSELF: Cell = {
  length: 0,
  pastLength: 0,
  warmUp: 1,
  peek: (_state, _base, x) => x,
  commit() {
    // There is nothing to remember.
  },
};

/** The input `period` bars before the newest. */
export function lagCell(period: number): Cell {
  // Without a place in its ring it would write into what lies behind it.
  if (period === 0) return ITSELF;
  return {
    // [count, next ring position, the oldest input]
    length: 3,
    pastLength: period,
    warmUp: period + 1,
    // hot
    peek: (state, base) => (state[base + COUNT]! < period ? Number.NaN : state[base + 2]!),
    commit(state, base, x, past) {
      const oldest = putIntoRing(state, base, past, period, x);
      state[base + 2] = state[past + oldest]!;
    },
  };
}

/**
 * Exponential mean with factor 2 / (period + 1), or `alpha`, seeded with the simple mean of its
 * first `period` inputs after `skip` ignored ones. Source: TA-Lib EMA, classic compatibility.
 */
export function emaCell(period: number, skip = 0, alpha = 2 / (period + 1)): PastlessCell {
  const seedAt = skip + period - 1;
  return {
    // [count, mean, or the sum while seeding]
    length: 2,
    pastLength: 0,
    warmUp: seedAt + 1,
    // hot
    peek(state, base, x) {
      const count = state[base]!;
      if (count < seedAt) return Number.NaN;
      const mean = state[base + 1]!;
      return count === seedAt ? (mean + x) / period : (x - mean) * alpha + mean;
    },
    commit(state, base, x) {
      const count = state[base]!;
      if (count >= skip) {
        const mean = state[base + 1]!;
        if (count < seedAt) state[base + 1] = mean + x;
        else if (count === seedAt) state[base + 1] = (mean + x) / period;
        else state[base + 1] = (x - mean) * alpha + mean;
      }
      // Past the seed the count no longer matters; it stops so that it stays a small integer.
      if (count <= seedAt) state[base] = count + 1;
    },
  };
}

/**
 * Wilder's mean: factor 1 / period, seeded with the simple mean of the first `period` inputs.
 * Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib ATR.
 */
export function wilderCell(period: number): PastlessCell {
  return {
    length: 2,
    pastLength: 0,
    warmUp: period,
    // hot
    peek(state, base, x) {
      const count = state[base]!;
      if (count < period - 1) return Number.NaN;
      const mean = state[base + 1]!;
      return count === period - 1 ? (mean + x) / period : (mean * (period - 1) + x) / period;
    },
    commit(state, base, x) {
      const count = state[base]!;
      const mean = state[base + 1]!;
      if (count < period - 1) state[base + 1] = mean + x;
      else if (count === period - 1) state[base + 1] = (mean + x) / period;
      else state[base + 1] = (mean * (period - 1) + x) / period;
      if (count < period) state[base] = count + 1;
    },
  };
}

/** Linearly weighted mean, the newest input weighing `period`. Source: TA-Lib WMA. */
export function wmaCell(period: number): Cell {
  const ringLength = period - 1;
  const divider = (period * (period + 1)) / 2;
  return {
    length: WINDOWED,
    pastLength: ringLength,
    warmUp: period,
    // hot
    peek: (state, base, x) =>
      state[base + COUNT]! < ringLength ? Number.NaN : (state[base + SUM]! + period * x) / divider,
    commit(state, base, x, past) {
      if (ringLength === 0) return;
      const next = putIntoRing(state, base, past, ringLength, x);
      // Weighed anew from the ring: exact, and once a bar only.
      let sum = 0;
      for (let index = 0; index < ringLength; index++) {
        const weight = index < next ? ringLength - next + index + 1 : index - next + 1;
        sum += weight * state[past + index]!;
      }
      state[base + SUM] = sum;
    },
  };
}

/**
 * Mean and sum of squared deviations of the last `period` inputs, by sums shifted to the last
 * closed one, so that little cancels. Values are read through `variance` and `mean`.
 */
export interface SpreadCell extends Cell {
  mean(state: Float64Array, base: number, x: number): number;
}

/** Standard deviation over `period` inputs with `ddof` 0 or 1. Source: TA-Lib STDDEV for ddof 0. */
export function deviationCell(period: number, ddof: number): SpreadCell {
  const ringLength = period - 1;
  const CENTRE = 2;
  const SHIFTED = 3;
  const SQUARES = 4;
  return {
    length: SQUARES + 1,
    pastLength: ringLength,
    warmUp: period,
    // hot
    mean(state, base, x) {
      if (state[base + COUNT]! < ringLength) return Number.NaN;
      const centre = state[base + CENTRE]!;
      return centre + (state[base + SHIFTED]! + x - centre) / period;
    },
    // hot
    peek(state, base, x) {
      if (state[base + COUNT]! < ringLength) return Number.NaN;
      const shift = x - state[base + CENTRE]!;
      const sum = state[base + SHIFTED]! + shift;
      const squares = state[base + SQUARES]! + shift * shift - (sum * sum) / period;
      return squares > 0 ? Math.sqrt(squares / (period - ddof)) : 0;
    },
    commit(state, base, x, past) {
      if (ringLength === 0) return;
      putIntoRing(state, base, past, ringLength, x);
      // Summed anew from the ring, once a bar, so that nothing drifts. The newest input is centre
      // enough: shifts from it are no larger than the window's range.
      const end = past + state[base + COUNT]!;
      let shifted = 0;
      let squares = 0;
      for (let at = past; at < end; at++) {
        const shift = state[at]! - x;
        shifted += shift;
        squares += shift * shift;
      }
      state[base + CENTRE] = x;
      state[base + SHIFTED] = shifted;
      state[base + SQUARES] = squares;
    },
  };
}
