// The kinds of moving averages that an indicator may be asked to smooth with.

import { emaCell, smaCell, wmaCell } from './cells.js';
import type { Cell } from './indicator.js';
import { kaufmanCell } from './kaufman.js';
import { layOut } from './lay-out.js';
import { mesaCell } from './mesa.js';

/** Kinds of moving averages; their places are TA-Lib's numbers of them (MAType 0 to 8). */
export const AVERAGE_KINDS = [
  'simple',
  'exponential',
  'weighted',
  'double_exponential',
  'triple_exponential',
  'triangular',
  'kaufman',
  'mesa',
  'tillson',
] as const;

/** One of them. */
export type AverageKind = (typeof AVERAGE_KINDS)[number];

/** How much of each mean goes into Tillson's average; TA-Lib's default. Source: Tillson 1998. */
const TILLSON_VOLUME_FACTOR = 0.7;

/**
 * A moving average of `period` inputs; of one input it is that input. `mesa` chooses its own
 * period. Source: TA-Lib MA; Mulloy 1994 (double and triple exponential).
 */
export function averageCell(kind: AverageKind, period: number): Cell {
  if (period === 1) return smaCell(1);
  switch (kind) {
    case 'simple':
      return smaCell(period);
    case 'exponential':
      return emaCell(period);
    case 'weighted':
      return wmaCell(period);
    case 'double_exponential':
      return exponentialChain(period, [2, -1]);
    case 'triple_exponential':
      return exponentialChain(period, [3, -3, 1]);
    case 'triangular': {
      // Two simple means, one of the other, weigh the inputs by a triangle.
      const half = Math.floor(period / 2);
      return chainOf([smaCell(half + 1), smaCell(period - half)], [0, 1]);
    }
    case 'kaufman':
      return kaufmanCell(period);
    case 'mesa':
      return mesaCell();
    case 'tillson':
      return tillsonCell(period);
  }
}

/** Of six exponential means, one of the other, Tillson's average takes the last four. */
export function tillsonCell(period: number, v = TILLSON_VOLUME_FACTOR): Cell {
  const square = v * v;
  const cube = square * v;
  return exponentialChain(period, [
    0,
    0,
    1 + 3 * v + cube + 3 * square,
    -6 * square - 3 * (v + cube),
    3 * (square + cube),
    -cube,
  ]);
}

/** The cell from the input on that follows `skip` others. */
export function delayedCell(cell: Cell, skip: number): Cell {
  return {
    length: 1 + cell.length,
    pastLength: cell.pastLength,
    warmUp: skip + cell.warmUp,
    // hot
    peek: (state, base, x) => (state[base]! < skip ? Number.NaN : cell.peek(state, base + 1, x)),
    commit(state, base, x, past) {
      if (state[base]! < skip) state[base]!++;
      else cell.commit(state, base + 1, x, past);
    },
  };
}

function exponentialChain(period: number, weights: readonly number[]): Cell {
  return chainOf(
    weights.map(() => emaCell(period)),
    weights,
  );
}

/** The weighted sum of means, each of the mean before it; NaN until all of them are warm. */
function chainOf(cells: readonly Cell[], weights: readonly number[]): Cell {
  const { starts, pastStarts, length, pastLength } = layOut(cells);
  return {
    length,
    pastLength,
    warmUp: cells.reduce((bars, { warmUp }) => bars + warmUp - 1, 1),
    // hot
    peek(state, base, x) {
      let value = x;
      let sum = 0;
      for (let index = 0; index < cells.length; index++) {
        value = cells[index]!.peek(state, base + starts[index]!, value);
        sum += weights[index]! * value;
      }
      return sum;
    },
    commit(state, base, x, past) {
      let value = x;
      for (let index = 0; index < cells.length && value === value; index++) {
        const start = base + starts[index]!;
        const next = cells[index]!.peek(state, start, value);
        cells[index]!.commit(state, start, value, past + pastStarts[index]!);
        value = next;
      }
    },
  };
}
