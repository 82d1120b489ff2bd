// Values that hold from a date on: what was known of them on any date, and nothing that came later.

/** A value that holds from a date on. */
export interface Dated<T> {
  /** First date on which it holds or is known, yyyymmdd. */
  readonly from: number;
  readonly value: T;
}

/** Values in the order of their dates. Of two with one date the later in the list holds. */
export function inOrder<T>(values: readonly Dated<T>[]): readonly Dated<T>[] {
  // The sort is stable: equal dates keep their order.
  return [...values].sort((a, b) => a.from - b.from);
}

/** The value as of a date, yyyymmdd, of values in order; undefined before the first. */
export function asOf<T>(values: readonly Dated<T>[], date: number): T | undefined {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]!.from <= date) low = middle + 1;
    else high = middle;
  }
  return values[low - 1]?.value;
}
