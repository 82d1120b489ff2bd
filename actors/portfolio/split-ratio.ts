// New shares for old ones, out of the factor that a feed tells with as many digits as it has.

/** Old shares of a ratio that is taken for one: no company splits in larger parts. */
const OLD_SHARES_MAX = 100;

/**
 * Difference of a factor from a ratio, as a share of it, that is taken for lost digits: sources
 * write a third as 0.333333, and three as 3.000003.
 */
const LOST_DIGITS = 2e-6;

/** One, in the units of a ratio. */
const ONE = 1_000_000;

/** Digits of a factor that is no ratio, as of a spin-off. */
const FINE = 1_000_000_000_000;

/** The smallest ratio that a factor stands for; else the factor itself, to the twelfth digit. */
export function splitRatio(factor: number): { newShares: bigint; oldShares: bigint } {
  for (let oldShares = 1; oldShares <= OLD_SHARES_MAX; oldShares++) {
    const newShares = Math.round(factor * oldShares);
    if (newShares === 0) continue;
    if (Math.abs(factor * oldShares - newShares) > LOST_DIGITS * newShares) continue;
    return { newShares: BigInt(newShares * ONE), oldShares: BigInt(oldShares * ONE) };
  }
  return { newShares: BigInt(Math.round(factor * FINE)), oldShares: BigInt(FINE) };
}
