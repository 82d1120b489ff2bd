// Compiles the same condition to SQL over a table with one column a feature, for history.

import {
  type Comparison,
  type Condition,
  EQUAL_SHARE,
  expand,
  FACTOR_COLUMN,
  type FeatureOperand,
  type Operand,
  type WindowOperand,
} from './condition.js';

/** Names of the columns that order a symbol's history. */
export interface SqlTable {
  readonly partition: string;
  readonly order: string;
}

/**
 * A condition as a boolean SQL expression; NULL where undefined.
 * Shape: the table has the columns that `featuresOf` names, DOUBLE, NULL where not warm.
 */
export function compileSql(condition: Condition, table: SqlTable): string {
  switch (condition.kind) {
    case 'all':
      return `(${condition.of.map((part) => compileSql(part, table)).join(' AND ')})`;
    case 'any':
      return `(${condition.of.map((part) => compileSql(part, table)).join(' OR ')})`;
    case 'not':
      return `(NOT ${compileSql(condition.of, table)})`;
    case 'compare': {
      const { left, op, right } = condition;
      return comparisonSql(operandSql(left, table), op, operandSql(right, table));
    }
    case 'between':
    case 'crosses':
    case 'over':
      return compileSql(expand(condition), table);
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

function operandSql(operand: Operand, table: SqlTable): string {
  switch (operand.kind) {
    case 'number':
      return literal(operand.value);
    case 'feature': {
      const past = (): string =>
        restated(operand, `LAG(${forward(operand)}, ${operand.ago}) OVER (${over(table)})`);
      return scaled(operand, operand.ago === 0 ? quote(operand.name) : past());
    }
    case 'window':
      return scaled(operand, restated(operand, windowSql(operand, table)));
  }
}

/** A value in the form in which rows keep their past: free of splits and dividends since. */
function forward({ name, basis }: FeatureOperand | WindowOperand): string {
  if (basis === 'none') return quote(name);
  return `(${quote(name)} ${basis === 'price' ? '*' : '/'} ${quote(FACTOR_COLUMN[basis])})`;
}

/** Such a value in the prices or shares of the row it is read on. */
function restated({ basis }: FeatureOperand | WindowOperand, kept: string): string {
  if (basis === 'none') return kept;
  return `(${kept} ${basis === 'price' ? '/' : '*'} ${quote(FACTOR_COLUMN[basis])})`;
}

function scaled({ times, plus }: FeatureOperand | WindowOperand, value: string): string {
  if (times === 1 && plus === 0) return value;
  return `(${value} * ${literal(times)} + ${literal(plus)})`;
}

function windowSql(operand: WindowOperand, table: SqlTable): string {
  const { aggregate, bars, ago } = operand;
  const rows = `ROWS BETWEEN ${ago + bars - 1} PRECEDING AND ${ago} PRECEDING`;
  const frame = `OVER (${over(table)} ${rows})`;
  const value = forward(operand);
  const fold =
    aggregate === 'min' || aggregate === 'max'
      ? `${aggregate.toUpperCase()}(${value}) ${frame}`
      : // Added from the oldest on: a window SUM adds in an order of its own and rounds otherwise.
        `list_reduce(LIST(${value}) ${frame}, lambda total, value : total + value)`;
  const folded = aggregate === 'mean' ? `(${fold}) / ${bars}` : fold;
  // A bar that is missing makes the whole window undefined, as it does on a row.
  return `(CASE WHEN COUNT(${value}) ${frame} = ${bars} THEN ${folded} END)`;
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
