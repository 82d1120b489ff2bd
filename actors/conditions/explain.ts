// Says which comparisons of a condition hold for a row, with the values seen.

import { compileOperand, compileRow, type HistoryPlan, TRUE, UNKNOWN } from './compile-row.js';
import { type Condition, type Leaf, leavesOf, type Operand } from './condition.js';

/** What one leaf had to say about one row. */
export interface LeafOutcome {
  readonly id: string;
  readonly label: string;
  readonly why: string;
  readonly outcome: 'pass' | 'fail' | 'undefined';
  /** The comparison with the values seen. */
  readonly detail: string;
}

/** A row as an explanation reads it: one value a column, and the row's condition state. */
export interface RowView {
  readonly values: Float64Array;
  readonly state: Float64Array;
  readonly stateBase: number;
}

/** Explains leaves with a plan that is already laid out over the row's state. */
export function createExplainer(
  condition: Condition,
  plan: HistoryPlan,
): (row: RowView) => LeafOutcome[] {
  const leaves = leavesOf(condition).map((leaf) => ({
    leaf,
    test: compileRow(leaf, plan),
    operands: operandsOf(leaf).map((operand) => ({
      name: operandName(operand),
      read: compileOperand(operand, plan),
    })),
  }));
  return ({ values, state, stateBase }) =>
    leaves.map(({ leaf, test, operands }) => {
      const answer = test(values, 1, 0, state, stateBase);
      const seen = operands
        .map(({ name, read }) => `${name} = ${formatValue(read(values, 1, 0, state, stateBase))}`)
        .join(', ');
      return {
        id: leaf.id,
        label: leaf.label,
        why: leaf.why,
        outcome: answer === TRUE ? 'pass' : answer === UNKNOWN ? 'undefined' : 'fail',
        detail: seen,
      };
    });
}

function operandsOf(leaf: Leaf): Operand[] {
  if (leaf.kind === 'crosses') {
    const feature = (name: string, ago: number): Operand => ({
      kind: 'feature',
      name,
      ago,
      times: 1,
    });
    const rights =
      typeof leaf.right === 'string' ? [feature(leaf.right, 0), feature(leaf.right, 1)] : [];
    return [feature(leaf.left, 0), feature(leaf.left, 1), ...rights];
  }
  const operands = leaf.kind === 'compare' ? [leaf.left, leaf.right] : [leaf.left];
  return operands.filter((operand) => operand.kind !== 'number');
}

function operandName(operand: Operand): string {
  switch (operand.kind) {
    case 'number':
      return 'value';
    case 'feature': {
      const scaled = operand.times === 1 ? operand.name : `${operand.times} x ${operand.name}`;
      return operand.ago === 0 ? scaled : `${scaled} ${operand.ago} bars ago`;
    }
    case 'window': {
      const scaled = operand.times === 1 ? '' : `${operand.times} x `;
      return `${scaled}${operand.aggregate} of ${operand.name} over ${operand.bars} bars`;
    }
  }
}

/** A value in four significant digits or whole thousands; "not warm" for NaN. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'not warm';
  const size = Math.abs(value);
  if (size >= 1e9) return `${(value / 1e9).toPrecision(4)}B`;
  if (size >= 1e6) return `${(value / 1e6).toPrecision(4)}M`;
  return size >= 1e4 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}
