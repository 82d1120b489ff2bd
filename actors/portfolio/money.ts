// Exact amounts: whole millionths in bigints, decimal strings at the edges, no floats between.

import { divideToEven } from '../lots/index.js';

/** Millionths in one: of a dollar, or of a share. */
const SCALE = 1_000_000n;
const DIGITS = 6;

/** Whole numbers up to here are exact as floats. */
const FLOAT_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** Largest magnitude accepted from outside: a million million, in millionths. */
const AMOUNT_MAX = 1_000_000_000_000n * SCALE;

/**
 * Reads a decimal string such as "-12.345678" as millionths.
 * Returns undefined where it is not one, has more than six decimals, or is out of range.
 */
export function parseDecimal(text: string): bigint | undefined {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, part = ''] = match;
  const value = BigInt(whole!) * SCALE + BigInt(part.padEnd(DIGITS, '0'));
  if (value > AMOUNT_MAX) return undefined;
  return sign === '-' ? -value : value;
}

/** Writes millionths as a decimal string with at least `decimalsMin` decimals. */
export function formatDecimal(amount: bigint, decimalsMin = 2): string {
  const size = amount < 0n ? -amount : amount;
  // Up to nine thousand million a float is as exact, and leaves a tenth of the garbage.
  const units = size <= FLOAT_MAX ? Number(size) : Number.NaN;
  const rest = units === units ? units % Number(SCALE) : Number(size % SCALE);
  const whole = units === units ? (units - rest) / Number(SCALE) : size / SCALE;
  const part = rest === 0 ? '' : String(rest).padStart(DIGITS, '0').replace(/0+$/, '');
  const decimals = part.padEnd(decimalsMin, '0');
  return `${amount < 0n ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}`;
}

/** Price times quantity, both in millionths, in millionths of a dollar; halves to even. */
export function notionalOf(price: bigint, quantity: bigint): bigint {
  return divideToEven(price * quantity, SCALE);
}

/** Millionths as a float, for analytics only. */
export function toFloat(amount: bigint): number {
  return Number(amount) / 1_000_000;
}

/** A float price rounded to millionths, where prices enter the exact world. */
export function fromFloat(price: number): bigint {
  return BigInt(Math.round(price * 1_000_000));
}
