// Kaufman's adaptive average: quick where a series goes straight, slow where it goes to and fro.

import { EPSILON } from './cells.js';
import type { Cell } from './indicator.js';

const FASTEST = 2 / (2 + 1);
const SLOWEST = 2 / (30 + 1);

// [count of closed inputs, next ring position, path of the ring, average, newest, ring ...]
const COUNT = 0;
const POSITION = 1;
const PATH = 2;
const AVERAGE = 3;
const NEWEST = 4;
const RING = 5;

/**
 * An exponential mean whose factor lies between those of 2 and 30 inputs: the efficiency of the
 * last `period` changes, net over summed, decides. It begins at the input before its first value.
 * Source: Kaufman 1995, Smarter Trading; TA-Lib KAMA.
 */
export function kaufmanCell(period: number): Cell {
  // hot
  function next(state: Float64Array, base: number, x: number): number {
    const change = x - state[base + RING + state[base + POSITION]!]!;
    const path = state[base + PATH]! + Math.abs(x - state[base + NEWEST]!);
    // As TA-Lib has it, the sign of the change counts in the first comparison.
    const efficiency = path <= change || path < EPSILON ? 1 : Math.abs(change / path);
    const root = efficiency * (FASTEST - SLOWEST) + SLOWEST;
    const before = state[base + AVERAGE]!;
    return (x - before) * root * root + before;
  }
  return {
    length: RING + period,
    pastLength: 0,
    warmUp: period + 1,
    // hot
    peek: (state, base, x) => (state[base + COUNT]! < period ? Number.NaN : next(state, base, x)),
    commit(state, base, x) {
      const count = state[base + COUNT]!;
      const position = state[base + POSITION]!;
      state[base + AVERAGE] = count < period ? x : next(state, base, x);
      if (count < period) state[base + COUNT] = count + 1;
      state[base + RING + position] = x;
      state[base + NEWEST] = x;
      state[base + POSITION] = position + 1 === period ? 0 : position + 1;
      // Summed anew from the ring, oldest first, once a bar, so that nothing drifts.
      let from = count < period ? 0 : state[base + POSITION]!;
      let path = 0;
      for (let changes = Math.min(count, period - 1); changes > 0; changes--) {
        const to = from + 1 === period ? 0 : from + 1;
        path += Math.abs(state[base + RING + to]! - state[base + RING + from]!);
        from = to;
      }
      state[base + PATH] = path;
    },
  };
}
