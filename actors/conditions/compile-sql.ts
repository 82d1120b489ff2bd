// Compiles the same condition to SQL over a table with one column a feature, for history.

import {
  type Comparison,
  type Condition,
  EQUAL_SHARE,
  type Leaf,
  type Operand,
} from './condition.js';

/** Names of the columns that order a symbol's history. */
export interface SqlTable {
  readonly partition: string;
  readonly order: string;
}

/** A condition as a boolean SQL expression; NULL where undefined. */
export function compileSql(condition: Condition, table: SqlTable): string {
  switch (condition.kind) {
    case 'all':
      return `(${condition.of.map((part) => compileSql(part, table)).join(' AND ')})`;
    case 'any':
      return `(${condition.of.map((part) => compileSql(part, table)).join(' OR ')})`;
    case 'not':
      return `(NOT ${compileSql(condition.of, table)})`;
    case 'compare':
    case 'between':
    case 'crosses':
      return leafSql(condition, table);
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A number as SQL text that reads back to the same double. */
function literal(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}

function over(table: SqlTable): string {
  return `PARTITION BY ${quote(table.partition)} ORDER BY ${quote(table.order)}`;
}

/** A feature `ago` bars back, in plain SQL. */
function featureSql(name: string, ago: number, table: SqlTable): string {
  return ago === 0 ? quote(name) : `LAG(${quote(name)}, ${ago}) OVER (${over(table)})`;
}

function operandSql(operand: Operand, table: SqlTable): string {
  switch (operand.kind) {
    case 'number':
      return literal(operand.value);
    case 'feature': {
      const value = featureSql(operand.name, operand.ago, table);
      return operand.times === 1 ? value : `(${value} * ${literal(operand.times)})`;
    }
    case 'window': {
      const column = quote(operand.name);
      const frame = `OVER (${over(table)} ROWS BETWEEN ${operand.bars - 1} PRECEDING AND CURRENT ROW)`;
      const fold = operand.aggregate === 'mean' ? 'AVG' : operand.aggregate.toUpperCase();
      // A bar that is missing makes the whole window undefined, as it does on a row.
      return `(CASE WHEN COUNT(${column}) ${frame} = ${operand.bars} THEN ${fold}(${column}) ${frame} * ${literal(operand.times)} END)`;
    }
  }
}

function leafSql(leaf: Leaf, table: SqlTable): string {
  switch (leaf.kind) {
    case 'compare':
      return comparisonSql(operandSql(leaf.left, table), leaf.op, operandSql(leaf.right, table));
    case 'between': {
      const value = operandSql(leaf.left, table);
      const low = comparisonSql(value, '>=', literal(leaf.low));
      return `(${low} AND ${comparisonSql(value, '<=', literal(leaf.high))})`;
    }
    case 'crosses': {
      const right = (ago: number): string =>
        typeof leaf.right === 'number' ? literal(leaf.right) : featureSql(leaf.right, ago, table);
      const now = `(${featureSql(leaf.left, 0, table)} - ${right(0)})`;
      const before = `(${featureSql(leaf.left, 1, table)} - ${right(1)})`;
      return leaf.direction === 'above'
        ? `(${now} > 0 AND ${before} <= 0)`
        : `(${now} < 0 AND ${before} >= 0)`;
    }
  }
}

/** A comparison that takes values within `EQUAL_SHARE` of their sizes as equal, as rows do. */
function comparisonSql(a: string, op: Comparison, b: string): string {
  const equal = `(${literal(EQUAL_SHARE)} * (ABS(${a}) + ABS(${b})))`;
  switch (op) {
    case '>':
      return `(${a} - ${b} > ${equal})`;
    case '>=':
      return `(${a} - ${b} >= -${equal})`;
    case '<':
      return `(${a} - ${b} < -${equal})`;
    case '<=':
      return `(${a} - ${b} <= ${equal})`;
    case '==':
      return `(ABS(${a} - ${b}) <= ${equal})`;
  }
}
