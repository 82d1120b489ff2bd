// What a compiled condition answers, and how it is called.

/** A test's answer; only `TRUE` passes. */
export const FALSE = 0;
/** The condition holds. */
export const TRUE = 1;
/** A value it needs is not warm yet. */
export const UNKNOWN = 2;

/** Reads one number of a row; NaN where undefined. */
export type ReadOperand = (
  values: Float64Array,
  from: number,
  state: Float64Array,
  base: number,
) => number;

/** Tests one row, whose values lie from `from` on. */
export type TestRow = ReadOperand;
