// What the money in an account earned: the rate that explains its flows.

/** Halvings of the bracket: more than a double has digits. */
const STEPS = 200;

/** The most that a period may be taken to earn. Units: a fraction. */
const RATE_MAX = 1e3;

/**
 * Money-weighted return over all periods: with it every flow, made at the end of its period, and
 * the first value grow to the last one. NaN where no rate does, or where there is no period.
 * Source: internal rate of return (Bacon, Practical Portfolio Performance, 2nd ed., 2.4).
 */
export function moneyWeightedReturn(first: number, flows: ArrayLike<number>, last: number): number {
  const periods = flows.length;
  const gap = (rate: number): number => {
    let value = first;
    for (let period = 0; period < periods; period++) {
      value = value * (1 + rate) + flows[period]!;
    }
    return value - last;
  };
  let low = -1;
  let high = RATE_MAX;
  const atLow = gap(low);
  if (periods === 0 || !(atLow * gap(high) <= 0)) return Number.NaN;
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (gap(middle) * atLow > 0) low = middle;
    else high = middle;
  }
  return (1 + high) ** periods - 1;
}

/**
 * Time-weighted returns period by period: what a unit of money earned that was there throughout.
 * A flow counts at the end of its period; NaN where there was nothing to earn on.
 * Source: Bacon, 2.6 (unit price method).
 */
export function timeWeightedReturns(
  first: number,
  values: ArrayLike<number>,
  flows: ArrayLike<number>,
): Float64Array {
  let before = first;
  return Float64Array.from({ length: values.length }, (_, period) => {
    const value = values[period]!;
    const earned = before > 0 ? (value - flows[period]!) / before - 1 : Number.NaN;
    before = value;
    return earned;
  });
}
