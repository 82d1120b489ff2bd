// Quotients of exact amounts as floats.

import { powerOfTen } from '../lots/index.js';

/** A quotient of bigints as a float, exact to the last digit or two; NaN for a divisor of zero. */
export function quotient(dividend: bigint, divisor: bigint): number {
  if (divisor === 0n) return Number.NaN;
  const whole = dividend / divisor;
  const fine = ((dividend % divisor) * powerOfTen(18)) / divisor;
  return Number(whole) + Number(fine) / 1e18;
}
