// The door of the condition language.

export { TRUE } from './answers.js';
export { compileRow } from './compile-row.js';
export { compileSql } from './compile-sql.js';
export { type Condition, type FeatureTraits, featuresOf } from './condition.js';
export { createExplainer, type LeafOutcome, type RowView } from './explain.js';
export type { FeatureNames } from './fields.js';
export { type ColumnLayout, HistoryPlan } from './history.js';
export { parseCondition } from './parse.js';
