// Adds up what the portfolios of a group bring, in loops that make nothing.

/** The profits of one portfolio by scenario, and the day that the first of them is of. */
interface Profits {
  readonly profits: Float64Array;
  readonly firstDay: number;
}

/** Adds the profits of four marks, of the days from `from` on, to a sum, one after the other. */
// hot
export function addFour(
  sum: Float64Array,
  marks: readonly Profits[],
  first: number,
  from: number,
): void {
  const { profits: a, firstDay: dayA } = marks[first]!;
  const { profits: b, firstDay: dayB } = marks[first + 1]!;
  const { profits: c, firstDay: dayC } = marks[first + 2]!;
  const { profits: d, firstDay: dayD } = marks[first + 3]!;
  const atA = from - dayA;
  const atB = from - dayB;
  const atC = from - dayC;
  const atD = from - dayD;
  for (let at = 0; at < sum.length; at++) {
    sum[at] = sum[at]! + a[atA + at]! + b[atB + at]! + c[atC + at]! + d[atD + at]!;
  }
}

/** Adds what begins at `from` to a sum. */
// hot
export function add(sum: Float64Array, more: Float64Array, from: number): void {
  for (let at = 0; at < sum.length; at++) sum[at] = sum[at]! + more[from + at]!;
}

/** Adds the exposures of what is held to a sum by row. */
// hot
export function addHeld(
  sum: Float64Array,
  rows: Float64Array,
  exposures: Float64Array,
  held: number,
): void {
  for (let at = 0; at < held; at++) {
    const row = rows[at]!;
    sum[row] = sum[row]! + exposures[at]!;
  }
}

/** The largest size. */
// hot
export function largestOf(values: Float64Array): number {
  let largest = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    const size = value < 0 ? -value : value;
    if (size > largest) largest = size;
  }
  return largest;
}
