// How two series move together: their correlation, and the slope of one on the other.

import { EPSILON, lagCell } from './cells.js';
import { combine, type Series, through } from './series.js';

// The two series, then [count, ring position, newest x, newest y, sums of x, y, xx, xy and yy less
// the newest, rings of x and y].
const COUNT = 0;
const POSITION = 1;
const X = 2;
const Y = 3;
const SUMS = 4;
const RING = 9;

/** Sums of squares and products about the means, over a window of `n`. */
type OfSpreads = (xx: number, xy: number, yy: number, n: number) => number;

/**
 * Makes one number of what the last `n` values of two series spread. Sums are taken anew once a
 * bar, of distances from the newest values, so that little cancels and nothing drifts.
 */
function overPairs(x: Series, y: Series, n: number, of: OfSpreads): Series {
  const yAt = x.length;
  const at = yAt + y.length;
  const ringLength = n - 1;
  return {
    length: at + RING + 2 * ringLength,
    pastLength: x.pastLength + y.pastLength,
    warmUp: Math.max(x.warmUp, y.warmUp) + ringLength,
    // hot
    peek(state, base, rows, row) {
      const own = base + at;
      if (state[own + COUNT]! < ringLength) return Number.NaN;
      const dx = x.peek(state, base, rows, row) - state[own + X]!;
      const dy = y.peek(state, base + yAt, rows, row) - state[own + Y]!;
      const sumX = state[own + SUMS]! + dx;
      const sumY = state[own + SUMS + 1]! + dy;
      return of(
        state[own + SUMS + 2]! + dx * dx - (sumX * sumX) / n,
        state[own + SUMS + 3]! + dx * dy - (sumX * sumY) / n,
        state[own + SUMS + 4]! + dy * dy - (sumY * sumY) / n,
        n,
      );
    },
    commit(state, base, rows, row, past) {
      const newestX = x.peek(state, base, rows, row);
      const newestY = y.peek(state, base + yAt, rows, row);
      x.commit(state, base, rows, row, past);
      y.commit(state, base + yAt, rows, row, past + x.pastLength);
      const isValue = newestX === newestX && newestY === newestY;
      if (isValue && ringLength > 0) keep(state, base + at, newestX, newestY, ringLength);
    },
  };
}

function keep(state: Float64Array, own: number, x: number, y: number, ringLength: number): void {
  const position = state[own + POSITION]!;
  if (state[own + COUNT]! < ringLength) state[own + COUNT]!++;
  state[own + RING + position] = x;
  state[own + RING + ringLength + position] = y;
  state[own + POSITION] = position + 1 === ringLength ? 0 : position + 1;
  state[own + X] = x;
  state[own + Y] = y;
  state.fill(0, own + SUMS, own + RING);
  for (let index = 0; index < state[own + COUNT]!; index++) {
    const dx = state[own + RING + index]! - x;
    const dy = state[own + RING + ringLength + index]! - y;
    state[own + SUMS]! += dx;
    state[own + SUMS + 1]! += dy;
    state[own + SUMS + 2]! += dx * dx;
    state[own + SUMS + 3]! += dx * dy;
    state[own + SUMS + 4]! += dy * dy;
  }
}

/** Pearson's correlation over `period` bars; 0 where one stands still. Source: TA-Lib CORREL. */
export function correlation(x: Series, y: Series, period: number): Series {
  return overPairs(x, y, period, (xx, xy, yy) => {
    const both = xx * yy;
    return both < EPSILON ? 0 : xy / Math.sqrt(both);
  });
}

/** Slope of the changes of `y` on those of `x`; 0 where x changes evenly. Source: TA-Lib BETA. */
export function beta(x: Series, y: Series, period: number): Series {
  return overPairs(changeOf(x), changeOf(y), period, (xx, xy, _yy, n) =>
    n * xx < EPSILON ? 0 : xy / xx,
  );
}

/** Change against the bar before, as a fraction; 0 where that was 0. */
function changeOf(source: Series): Series {
  return combine([source, through(source, lagCell(1))], (now, before) =>
    Math.abs(before) < EPSILON ? 0 : (now - before) / before,
  );
}
