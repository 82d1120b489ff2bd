// Says which comparisons of a condition hold for a row, with the values seen.

import { FALSE, type ReadOperand, type TestRow, TRUE, UNKNOWN } from './answers.js';
import { compileOperand, compileRow } from './compile-row.js';
import { type Condition, expand, type Leaf, type Operand, operandsOf } from './condition.js';
import type { HistoryPlan } from './history.js';

/** What one leaf had to say about one row. */
export interface LeafOutcome {
  readonly id: string;
  readonly label: string;
  readonly why: string;
  readonly outcome: 'pass' | 'fail' | 'undefined';
  /** The comparison with the values seen. */
  readonly detail: string;
  /** Whether the whole condition's answer rests on it: false for a leaf that changes nothing. */
  readonly isDeciding: boolean;
}

/** A row as an explanation reads it: one value a column, and the row's condition state. */
export interface RowView {
  readonly values: Float64Array;
  readonly state: Float64Array;
  readonly stateBase: number;
}

/** A node of the tree with what it takes to explain it. */
type Explained =
  | { readonly kind: 'all' | 'any' | 'not'; readonly test: TestRow; readonly of: Explained[] }
  | { readonly kind: 'leaf'; readonly test: TestRow; readonly leaf: ExplainedLeaf };

interface ExplainedLeaf {
  readonly leaf: Leaf;
  readonly operands: readonly { readonly name: string; readonly read: ReadOperand }[];
  /** The condition on each past bar, for one that is held over bars. */
  readonly bars: readonly TestRow[];
}

/** The leaves of a row: all of them, or those alone that are reasons for the answer. */
type Explainer = (row: RowView, which?: 'all' | 'deciding') => LeafOutcome[];

/** Explains leaves with a plan that is already laid out over the row's state. */
export function createExplainer(condition: Condition, plan: HistoryPlan): Explainer {
  const tree = explained(condition, plan);
  return (row, which = 'all') => {
    const outcomes: LeafOutcome[] = [];
    collect(tree, { row, which, into: outcomes }, true);
    return outcomes;
  };
}

interface Collecting {
  readonly row: RowView;
  readonly which: 'all' | 'deciding';
  readonly into: LeafOutcome[];
}

function explained(condition: Condition, plan: HistoryPlan): Explained {
  const test = compileRow(condition, plan);
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { kind: condition.kind, test, of: condition.of.map((part) => explained(part, plan)) };
    case 'not':
      return { kind: 'not', test, of: [explained(condition.of, plan)] };
    case 'compare':
    case 'between':
    case 'crosses':
    case 'over':
      return { kind: 'leaf', test, leaf: explainedLeaf(condition, plan) };
  }
}

function explainedLeaf(leaf: Leaf, plan: HistoryPlan): ExplainedLeaf {
  const reads: Operand[] = [...operandsOf(leaf)];
  if (leaf.kind === 'crosses') {
    for (const operand of operandsOf(leaf)) {
      if (operand.kind !== 'number') reads.push({ ...operand, ago: operand.ago + 1 });
    }
  }
  const held = leaf.kind === 'over' ? expand(leaf) : undefined;
  return {
    leaf,
    operands: reads
      .filter((operand) => operand.kind !== 'number')
      .map((operand) => ({ name: operandName(operand), read: compileOperand(operand, plan) })),
    bars:
      held?.kind === 'any' || held?.kind === 'all'
        ? held.of.map((part) => compileRow(part, plan))
        : [],
  };
}

/** Appends the outcomes of the leaves under a node, in reading order. */
function collect(node: Explained, to: Collecting, isDeciding: boolean): void {
  const { row, which, into } = to;
  if (which === 'deciding' && !isDeciding) return;
  const answer = answerOf(node.test, row);
  if (node.kind === 'leaf') {
    into.push(outcomeOf(node.leaf, answer, row, isDeciding));
    return;
  }
  for (const part of node.of) {
    collect(part, to, isDeciding && decides(node, answer, answerOf(part.test, row)));
  }
}

/** Whether a part with this answer is a reason for the answer of the node that holds it. */
function decides(node: Explained, answer: number, part: number): boolean {
  if (node.kind === 'all' && answer !== TRUE) return part === answer;
  if (node.kind === 'any' && answer !== FALSE) return part === answer;
  return true;
}

function answerOf(test: TestRow, { values, state, stateBase }: RowView): number {
  return test(values, 0, state, stateBase);
}

function outcomeOf(
  { leaf, operands, bars }: ExplainedLeaf,
  answer: number,
  row: RowView,
  isDeciding: boolean,
): LeafOutcome {
  const seen = operands.map(({ name, read }) => `${name} = ${formatValue(answerOf(read, row))}`);
  if (bars.length > 0) {
    const held = bars.filter((test) => answerOf(test, row) === TRUE).length;
    seen.unshift(`held on ${held} of ${bars.length} bars`);
  }
  return {
    id: leaf.id,
    label: leaf.label,
    why: leaf.why,
    outcome: answer === TRUE ? 'pass' : answer === UNKNOWN ? 'undefined' : 'fail',
    detail: seen.join(', '),
    isDeciding,
  };
}

/** An operand in words. */
export function operandName(operand: Operand): string {
  if (operand.kind === 'number') return formatValue(operand.value);
  const { name, ago, times, plus } = operand;
  const value =
    operand.kind === 'window' ? `${operand.aggregate} of ${name} over ${operand.bars} bars` : name;
  const scaled = times === 1 ? value : `${times} x ${value}`;
  const moved = plus === 0 ? scaled : `${scaled} ${plus < 0 ? '-' : '+'} ${Math.abs(plus)}`;
  if (ago === 0) return moved;
  const bars = `${ago} ${ago === 1 ? 'bar' : 'bars'}`;
  return operand.kind === 'window' ? `${moved} ending ${bars} ago` : `${moved} ${bars} ago`;
}

/** A value in four significant digits or whole thousands; "not warm" for NaN. */
function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'not warm';
  const size = Math.abs(value);
  if (size >= 1e9) return `${(value / 1e9).toPrecision(4)}B`;
  if (size >= 1e6) return `${(value / 1e6).toPrecision(4)}M`;
  return size >= 1e4 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}
