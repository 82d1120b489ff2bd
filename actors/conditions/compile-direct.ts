// Comparisons of a row's present values, kept as arrays: one loop where closures would call thrice.

import { FALSE, type TestRow, TRUE, UNKNOWN } from './answers.js';
import { type Comparison, type Condition, EQUAL_SHARE, expand, type Operand } from './condition.js';
import type { HistoryPlan } from './history.js';

/** One comparison, `high` against `low`; a number has no column. */
export interface DirectComparison {
  readonly high: Side;
  readonly low: Side;
  readonly kind: number;
}

interface Side {
  readonly column: number;
  readonly times: number;
  readonly plus: number;
}

const STRICT = 0;
const LAX = 1;
const EQUAL = 2;

const KINDS: Readonly<Record<Comparison, number>> = {
  '>': STRICT,
  '<': STRICT,
  '>=': LAX,
  '<=': LAX,
  '==': EQUAL,
};

/** Stands for a number's column. */
const NO_COLUMN = -1;

/**
 * The comparisons that a condition asks to hold all together; undefined when it asks for anything
 * else, such as a past value.
 */
export function directComparisons(
  condition: Condition,
  plan: HistoryPlan,
): readonly DirectComparison[] | undefined {
  switch (condition.kind) {
    case 'all': {
      const parts = condition.of.map((part) => directComparisons(part, plan));
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    case 'between':
      return directComparisons(expand(condition), plan);
    case 'compare': {
      const left = sideOf(condition.left, plan);
      const right = sideOf(condition.right, plan);
      if (left === undefined || right === undefined) return undefined;
      const isTurned = condition.op === '<' || condition.op === '<=';
      const [high, low] = isTurned ? [right, left] : [left, right];
      return [{ high, low, kind: KINDS[condition.op] }];
    }
    default:
      return undefined;
  }
}

function sideOf(operand: Operand, plan: HistoryPlan): Side | undefined {
  if (operand.kind === 'number') return { column: NO_COLUMN, times: 0, plus: operand.value };
  if (operand.kind === 'window' || operand.ago > 0) return undefined;
  return { column: plan.column(operand.name), times: operand.times, plus: operand.plus };
}

/** Tests all of the comparisons, under the three-valued logic of `all`. */
export function compileDirect(comparisons: readonly DirectComparison[]): TestRow {
  const count = comparisons.length;
  const kinds = Uint8Array.from(comparisons, ({ kind }) => kind);
  const [highs, highTimes, highPlus] = sidesOf(comparisons.map(({ high }) => high));
  const [lows, lowTimes, lowPlus] = sidesOf(comparisons.map(({ low }) => low));
  // hot
  return (values, from) => {
    let answer = TRUE;
    for (let index = 0; index < count; index++) {
      const high = highs[index]!;
      const low = lows[index]!;
      let a = highPlus[index]!;
      let b = lowPlus[index]!;
      if (high >= 0) a += values[from + high]! * highTimes[index]!;
      if (low >= 0) b += values[from + low]! * lowTimes[index]!;
      if (a !== a || b !== b) {
        answer = UNKNOWN;
        continue;
      }
      const equal = EQUAL_SHARE * ((a < 0 ? -a : a) + (b < 0 ? -b : b));
      const kind = kinds[index]!;
      const holds =
        kind === STRICT ? a - b > equal : a - b >= -equal && (kind === LAX || a - b <= equal);
      if (!holds) return FALSE;
    }
    return answer;
  };
}

function sidesOf(sides: readonly Side[]): [Int32Array, Float64Array, Float64Array] {
  return [
    Int32Array.from(sides, ({ column }) => column),
    Float64Array.from(sides, ({ times }) => times),
    Float64Array.from(sides, ({ plus }) => plus),
  ];
}
