// Exact decimals at a scale of the caller's choice: whole units of 10^-scale in bigints.

/** Digits accepted in one number from outside; no price or quantity needs more. */
const DIGITS_MAX = 60;
/** Digits a quotient is written out to where it does not end, as Python's decimal does. */
const WRITTEN_DIGITS_MAX = 28;

/** Ten to a power. */
export function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

/** Size of a number. */
export function sizeOf(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/**
 * Reads a decimal such as "-12.345" as units of 10^-scale; undefined where it is not one, is
 * longer than 60 digits, or has digits below the scale (which would be lost).
 */
export function parseUnits(text: string, scale: number): bigint | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (match === null || text.length > DIGITS_MAX) return undefined;
  const [, sign, whole = '', part = ''] = match;
  const digits = part.replace(/0+$/, '');
  if (digits.length > scale) return undefined;
  const value = BigInt(whole + digits.padEnd(scale, '0'));
  return sign === '-' ? -value : value;
}

/**
 * Quotient rounded to the nearest whole, halves to the even one. `divisor` is positive.
 * Source: IEEE 754, roundTiesToEven.
 */
export function divideToEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = sizeOf(dividend % divisor);
  const twice = remainder * 2n;
  const away = dividend < 0n ? -1n : 1n;
  if (twice > divisor || (twice === divisor && quotient % 2n !== 0n)) return quotient + away;
  return quotient;
}

/**
 * Part of a total that falls to `part` of `whole` shares, in the total's units, halves to even;
 * the whole total falls to the whole. `whole` is positive, `part` between zero and it.
 */
export function shareOf(total: bigint, part: bigint, whole: bigint): bigint {
  return part === whole ? total : divideToEven(total * part, whole);
}

/**
 * Writes units of 10^-scale with at least `decimalsMin` decimals and at most 28 digits in all,
 * halves to even.
 */
export function formatUnits(value: bigint, scale: number, decimalsMin = 2): string {
  const wholeDigits = (sizeOf(value) / powerOfTen(scale)).toString().length;
  const decimals = Math.min(scale, Math.max(decimalsMin, WRITTEN_DIGITS_MAX - wholeDigits));
  const rounded = divideToEven(value, powerOfTen(scale - decimals));
  const text = sizeOf(rounded)
    .toString()
    .padStart(decimals + 1, '0');
  const cut = text.length - decimals;
  const part = text.slice(cut).replace(/0+$/, '').padEnd(decimalsMin, '0');
  return `${rounded < 0n ? '-' : ''}${text.slice(0, cut)}${part === '' ? '' : `.${part}`}`;
}
