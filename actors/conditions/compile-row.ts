// Compiles a condition to a test of one row of the shared columns, without allocation per call.

import { FALSE, type ReadOperand, type TestRow, TRUE, UNKNOWN } from './answers.js';
import { compileDirect, directComparisons } from './compile-direct.js';
import {
  type Compare,
  type Condition,
  EQUAL_SHARE,
  expand,
  type FeatureOperand,
  type Operand,
  type WindowOperand,
} from './condition.js';
import { forward, type HistoryPlan, past, restated } from './history.js';

/** Compiles an operand to a reader. */
export function compileOperand(operand: Operand, plan: HistoryPlan): ReadOperand {
  switch (operand.kind) {
    case 'number': {
      const value = operand.value;
      return () => value;
    }
    case 'feature':
      return compileFeature(operand, plan);
    case 'window':
      return compileWindow(operand, plan);
  }
}

function compileFeature(operand: FeatureOperand, plan: HistoryPlan): ReadOperand {
  const { name, basis, ago, times, plus } = operand;
  const column = plan.column(name);
  if (ago === 0) {
    // hot
    return times === 1 && plus === 0
      ? (values, from) => values[from + column]!
      : (values, from) => values[from + column]! * times + plus;
  }
  const history = plan.need(name, basis, ago);
  // hot
  return (values, from, state, base) => {
    const kept = past(history, state, base, ago);
    return restated(history, kept, values, from) * times + plus;
  };
}

function compileWindow(operand: WindowOperand, plan: HistoryPlan): ReadOperand {
  const { name, basis, aggregate, bars, ago, times, plus } = operand;
  const oldest = ago + bars - 1;
  // At least one bar is kept, so that a window of the developing bar alone has a ring too.
  const history = plan.need(name, basis, Math.max(1, oldest));
  // hot
  return (values, from, state, base) => {
    let folded = 0;
    // From the oldest on, as SQL folds: sums then round alike.
    for (let back = oldest; back >= ago; back--) {
      const value = back === 0 ? forward(history, values, from) : past(history, state, base, back);
      if (value !== value) return Number.NaN;
      if (back === oldest) folded = value;
      else if (aggregate === 'min') folded = value < folded ? value : folded;
      else if (aggregate === 'max') folded = value > folded ? value : folded;
      else folded += value;
    }
    const fold = aggregate === 'mean' ? folded / bars : folded;
    return restated(history, fold, values, from) * times + plus;
  };
}

/** Compiles a condition; its past values are asked from `plan`, laid out later. */
export function compileRow(condition: Condition, plan: HistoryPlan): TestRow {
  const direct = directComparisons(condition, plan);
  if (direct !== undefined) return compileDirect(direct);
  switch (condition.kind) {
    case 'all':
      return compileAll(condition.of, plan);
    case 'any':
      return compileAny(condition.of.map((part) => compileRow(part, plan)));
    case 'not': {
      const part = compileRow(condition.of, plan);
      return (values, from, state, base) => {
        const answer = part(values, from, state, base);
        return answer === UNKNOWN ? UNKNOWN : 1 - answer;
      };
    }
    case 'compare':
      return compileCompare(condition, plan);
    case 'between':
    case 'crosses':
    case 'over':
      return compileRow(expand(condition), plan);
  }
}

/** Parts that look at present values only come first: they are the cheapest to fail. */
function compileAll(of: readonly Condition[], plan: HistoryPlan): TestRow {
  const direct = of.map((part) => directComparisons(part, plan));
  const parts = of
    .filter((_, index) => direct[index] === undefined)
    .map((p) => compileRow(p, plan));
  const present = direct.flatMap((part) => part ?? []);
  if (present.length > 0) parts.unshift(compileDirect(present));
  // hot
  return (values, from, state, base) => {
    let answer = TRUE;
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index]!(values, from, state, base);
      if (part === FALSE) return FALSE;
      if (part === UNKNOWN) answer = UNKNOWN;
    }
    return answer;
  };
}

function compileAny(parts: readonly TestRow[]): TestRow {
  // hot
  return (values, from, state, base) => {
    let answer = FALSE;
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index]!(values, from, state, base);
      if (part === TRUE) return TRUE;
      if (part === UNKNOWN) answer = UNKNOWN;
    }
    return answer;
  };
}

function compileCompare({ left, op, right }: Compare, plan: HistoryPlan): TestRow {
  switch (op) {
    case '<':
      return compileAbove(compileOperand(right, plan), compileOperand(left, plan), true);
    case '<=':
      return compileAbove(compileOperand(right, plan), compileOperand(left, plan), false);
    case '>':
      return compileAbove(compileOperand(left, plan), compileOperand(right, plan), true);
    case '>=':
      return compileAbove(compileOperand(left, plan), compileOperand(right, plan), false);
    case '==':
      return compileEqual(compileOperand(left, plan), compileOperand(right, plan));
  }
}

/** `high` above `low`; equal values pass unless `isStrict`. */
function compileAbove(high: ReadOperand, low: ReadOperand, isStrict: boolean): TestRow {
  // hot
  return (values, from, state, base) => {
    const a = high(values, from, state, base);
    const b = low(values, from, state, base);
    if (a !== a || b !== b) return UNKNOWN;
    const equal = EQUAL_SHARE * ((a < 0 ? -a : a) + (b < 0 ? -b : b));
    return (isStrict ? a - b > equal : a - b >= -equal) ? TRUE : FALSE;
  };
}

function compileEqual(left: ReadOperand, right: ReadOperand): TestRow {
  // hot
  return (values, from, state, base) => {
    const a = left(values, from, state, base);
    const b = right(values, from, state, base);
    if (a !== a || b !== b) return UNKNOWN;
    const equal = EQUAL_SHARE * ((a < 0 ? -a : a) + (b < 0 ? -b : b));
    return a - b >= -equal && a - b <= equal ? TRUE : FALSE;
  };
}
