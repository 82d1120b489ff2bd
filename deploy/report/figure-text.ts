// Writes dates and amounts as reports show them.

/** A date (yyyymmdd) as 2021-04-20. */
export function dateOf(date: number): string {
  const text = String(date);
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}

/** Whole dollars with commas. */
export function dollars(value: number): string {
  // What rounds to zero has no sign.
  return (Math.round(value) + 0).toLocaleString('en-US');
}
