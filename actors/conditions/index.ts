// The door of the condition language.

export {
  type ColumnLayout,
  compileRow,
  FALSE,
  HistoryPlan,
  type TestRow,
  TRUE,
  UNKNOWN,
} from './compile-row.js';
export { compileSql, type SqlTable } from './compile-sql.js';
export { type Condition, featuresOf, type Leaf, leavesOf, type Operand } from './condition.js';
export { createExplainer, formatValue, type LeafOutcome, type RowView } from './explain.js';
export { type Mistake, nearest, parseCondition } from './parse.js';
