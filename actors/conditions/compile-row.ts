// Compiles a condition to a test of one row of the shared columns, without allocation per call.

import {
  type Aggregate,
  type Condition,
  EQUAL_SHARE,
  type Leaf,
  type Operand,
} from './condition.js';

/** A test's answer; only `TRUE` passes. */
export const FALSE = 0;
/** The condition holds. */
export const TRUE = 1;
/** A value it needs is not warm yet. */
export const UNKNOWN = 2;

/** Column number of each feature name. */
export type ColumnLayout = ReadonlyMap<string, number>;

/** Reads one number of a row; NaN where undefined. */
export type ReadOperand = (
  columns: Float64Array,
  rowCount: number,
  row: number,
  state: Float64Array,
  base: number,
) => number;

/** Tests one row; columns are column-major. */
export type TestRow = ReadOperand;

/** Past values of one feature that a condition needs: a ring in the row's state. */
interface History {
  readonly column: number;
  length: number;
  at: number;
}

/** Collects what past values the conditions of one state need. */
export class HistoryPlan {
  readonly #layout: ColumnLayout;
  readonly #histories = new Map<string, History>();

  constructor(layout: ColumnLayout) {
    this.#layout = layout;
  }

  /** Column number of a feature. Errors: bug when the layout lacks it, validation came first. */
  column(name: string): number {
    const column = this.#layout.get(name);
    if (column === undefined) throw new Error(`broken invariant: conditions.has_column_${name}`);
    return column;
  }

  /** Asks for the last `bars` closed values of a feature. */
  need(name: string, bars: number): History {
    const known = this.#histories.get(name);
    if (known !== undefined) {
      known.length = Math.max(known.length, bars);
      return known;
    }
    const made = { column: this.column(name), length: bars, at: 0 };
    this.#histories.set(name, made);
    return made;
  }

  /** Lays the rings out from `start` on and returns the slots used. Call once all are known. */
  layOut(start: number): number {
    let at = start;
    for (const history of this.#histories.values()) {
      history.at = at;
      // [count, next position, ring]
      at += 2 + history.length;
    }
    return at - start;
  }

  /** Pushes the row's values of the closing bar onto every ring. */
  commit(
    columns: Float64Array,
    rowCount: number,
    row: number,
    state: Float64Array,
    base: number,
  ): void {
    for (const history of this.#histories.values()) {
      const at = base + history.at;
      const position = state[at + 1]!;
      state[at + 2 + position] = columns[history.column * rowCount + row]!;
      state[at + 1] = position + 1 === history.length ? 0 : position + 1;
      if (state[at]! < history.length) state[at]!++;
    }
  }
}

/** The value `ago` closed bars back (1 is the last closed bar); NaN where there is none. */
// hot
function past(history: History, state: Float64Array, base: number, ago: number): number {
  const at = base + history.at;
  if (ago > state[at]!) return Number.NaN;
  const index = state[at + 1]! - ago;
  return state[at + 2 + (index < 0 ? index + history.length : index)]!;
}

/** Compiles an operand to a reader. */
export function compileOperand(operand: Operand, plan: HistoryPlan): ReadOperand {
  switch (operand.kind) {
    case 'number': {
      const value = operand.value;
      return () => value;
    }
    case 'feature': {
      const column = plan.column(operand.name);
      const { ago, times } = operand;
      if (ago === 0) {
        return times === 1
          ? (columns, rowCount, row) => columns[column * rowCount + row]!
          : (columns, rowCount, row) => columns[column * rowCount + row]! * times;
      }
      const history = plan.need(operand.name, ago);
      return (_columns, _rowCount, _row, state, base) => past(history, state, base, ago) * times;
    }
    case 'window':
      return compileWindow(operand.name, operand.aggregate, operand.bars, operand.times, plan);
  }
}

function compileWindow(
  name: string,
  aggregate: Aggregate,
  bars: number,
  times: number,
  plan: HistoryPlan,
): ReadOperand {
  const column = plan.column(name);
  const history = plan.need(name, Math.max(1, bars - 1));
  // hot
  return (columns, rowCount, row, state, base) => {
    const newest = columns[column * rowCount + row]!;
    let folded = newest;
    for (let ago = bars - 1; ago >= 1; ago--) {
      const value = past(history, state, base, ago);
      if (value !== value) return Number.NaN;
      if (aggregate === 'min') folded = value < folded ? value : folded;
      else if (aggregate === 'max') folded = value > folded ? value : folded;
      else folded += value;
    }
    return (aggregate === 'mean' ? folded / bars : folded) * times;
  };
}

/** Compiles a condition; its past values are asked from `plan`, laid out later. */
export function compileRow(condition: Condition, plan: HistoryPlan): TestRow {
  switch (condition.kind) {
    case 'all':
      return compileAll(condition.of.map((part) => compileRow(part, plan)));
    case 'any':
      return compileAny(condition.of.map((part) => compileRow(part, plan)));
    case 'not': {
      const part = compileRow(condition.of, plan);
      return (columns, rowCount, row, state, base) => {
        const answer = part(columns, rowCount, row, state, base);
        return answer === UNKNOWN ? UNKNOWN : 1 - answer;
      };
    }
    case 'compare':
    case 'between':
    case 'crosses':
      return compileLeaf(condition, plan);
  }
}

function compileAll(parts: readonly TestRow[]): TestRow {
  // hot
  return (columns, rowCount, row, state, base) => {
    let answer = TRUE;
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index]!(columns, rowCount, row, state, base);
      if (part === FALSE) return FALSE;
      if (part === UNKNOWN) answer = UNKNOWN;
    }
    return answer;
  };
}

function compileAny(parts: readonly TestRow[]): TestRow {
  // hot
  return (columns, rowCount, row, state, base) => {
    let answer = FALSE;
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index]!(columns, rowCount, row, state, base);
      if (part === TRUE) return TRUE;
      if (part === UNKNOWN) answer = UNKNOWN;
    }
    return answer;
  };
}

function compileLeaf(leaf: Leaf, plan: HistoryPlan): TestRow {
  switch (leaf.kind) {
    case 'between': {
      const left = compileOperand(leaf.left, plan);
      const { low, high } = leaf;
      return (columns, rowCount, row, state, base) => {
        const value = left(columns, rowCount, row, state, base);
        if (value !== value) return UNKNOWN;
        const size = value < 0 ? -value : value;
        const aboveLow = value - low >= -EQUAL_SHARE * (size + Math.abs(low));
        const belowHigh = value - high <= EQUAL_SHARE * (size + Math.abs(high));
        return aboveLow && belowHigh ? TRUE : FALSE;
      };
    }
    case 'crosses':
      return compileCross(leaf, plan);
    case 'compare': {
      const left = compileOperand(leaf.left, plan);
      const right = compileOperand(leaf.right, plan);
      const op = leaf.op;
      // hot
      return (columns, rowCount, row, state, base) => {
        const a = left(columns, rowCount, row, state, base);
        const b = right(columns, rowCount, row, state, base);
        if (a !== a || b !== b) return UNKNOWN;
        const difference = a - b;
        const equal = EQUAL_SHARE * ((a < 0 ? -a : a) + (b < 0 ? -b : b));
        switch (op) {
          case '>':
            return difference > equal ? TRUE : FALSE;
          case '>=':
            return difference >= -equal ? TRUE : FALSE;
          case '<':
            return difference < -equal ? TRUE : FALSE;
          case '<=':
            return difference <= equal ? TRUE : FALSE;
          case '==':
            return difference >= -equal && difference <= equal ? TRUE : FALSE;
        }
      };
    }
  }
}

function compileCross(leaf: Leaf & { kind: 'crosses' }, plan: HistoryPlan): TestRow {
  const sign = leaf.direction === 'above' ? 1 : -1;
  const operand = (name: string | number, ago: number): ReadOperand =>
    compileOperand(
      typeof name === 'number'
        ? { kind: 'number', value: name }
        : { kind: 'feature', name, ago, times: 1 },
      plan,
    );
  const left = operand(leaf.left, 0);
  const right = operand(leaf.right, 0);
  const leftBefore = operand(leaf.left, 1);
  const rightBefore = operand(leaf.right, 1);
  // hot
  return (columns, rowCount, row, state, base) => {
    const now =
      left(columns, rowCount, row, state, base) - right(columns, rowCount, row, state, base);
    const before =
      leftBefore(columns, rowCount, row, state, base) -
      rightBefore(columns, rowCount, row, state, base);
    if (now !== now || before !== before) return UNKNOWN;
    return now * sign > 0 && before * sign <= 0 ? TRUE : FALSE;
  };
}
