// Decimal texts as whole numbers of a fixed scale, exactly; anything else as NaN.

/** Powers of ten that a float64 holds exactly. */
const TENS = Array.from({ length: 16 }, (_, power) => 10 ** power);

const ZERO = 48;
const POINT = 46;
const MINUS = 45;

/**
 * The number times `10^decimals`, such as 61737.63 as 6173763 with 2. NaN where the text is not a
 * plain decimal, has digits beyond the scale that are not 0, or is too large to be exact.
 */
export function scaledDecimal(text: string, decimals: number): number {
  const isNegative = text.charCodeAt(0) === MINUS;
  let value = 0;
  let fraction = -1;
  let digits = 0;
  for (let at = isNegative ? 1 : 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === POINT && fraction < 0) {
      fraction = 0;
      continue;
    }
    const digit = code - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    digits++;
    if (fraction >= decimals) {
      if (digit !== 0) return Number.NaN;
      continue;
    }
    value = value * 10 + digit;
    if (fraction >= 0) fraction++;
  }
  if (digits === 0) return Number.NaN;
  const scaled = value * (TENS[decimals - Math.max(0, fraction)] ?? Number.NaN);
  if (!Number.isSafeInteger(scaled)) return Number.NaN;
  return isNegative && scaled !== 0 ? -scaled : scaled;
}
