// Whole numbers of a comma-separated line, without a string for each.

const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/**
 * Reads a line of whole numbers into `out` and returns how many there were; -1 where a field is
 * not a whole number that a float64 holds, or where there are more than `out` has room for. Digits
 * after a point are read past, for LOBSTER's times.
 */
export function numberRow(line: string, out: Float64Array): number {
  let count = 0;
  let value = 0;
  let digits = 0;
  let sign = 1;
  let isPastPoint = false;
  for (let at = 0; at <= line.length; at++) {
    const code = at === line.length ? COMMA : line.charCodeAt(at);
    if (code === COMMA) {
      if (digits === 0 || count === out.length || !Number.isSafeInteger(value)) return -1;
      out[count++] = value * sign;
      value = 0;
      digits = 0;
      sign = 1;
      isPastPoint = false;
    } else if (code === MINUS && digits === 0 && sign === 1) sign = -1;
    else if (code === POINT && digits > 0 && !isPastPoint) isPastPoint = true;
    else if (code >= ZERO && code <= ZERO + 9) {
      digits++;
      if (!isPastPoint) value = value * 10 + (code - ZERO);
    } else return -1;
  }
  return count;
}
