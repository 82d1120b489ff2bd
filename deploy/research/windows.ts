// Windows over the bars of one symbol, as SQL, out of which the forms of features are put together.

/** Rows of one symbol in order of their number. */
const WINDOW = 'PARTITION BY symbol ORDER BY n';

/** The last `bars` rows, the current one included. */
export function last(bars: number): string {
  return `OVER (${WINDOW} ROWS BETWEEN ${bars - 1} PRECEDING AND CURRENT ROW)`;
}

/** The `bars` rows before the current one. */
export function before(bars: number): string {
  return `OVER (${WINDOW} ROWS BETWEEN ${bars} PRECEDING AND 1 PRECEDING)`;
}

/** All rows up to the current one. */
export const SO_FAR = `OVER (${WINDOW} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;

/** Its value some bars ago. */
export function lag(sql: string, bars: number): string {
  return `LAG(${sql}, ${bars}) OVER (${WINDOW})`;
}

/** A value only where there are enough bars for it. */
export function warm(bars: number, sql: string): string {
  return `CASE WHEN n >= ${bars} THEN ${sql} END`;
}

/** The change of the adjusted close over some bars, as a fraction. */
export function changeOver(bars: number): string {
  return `fc / ${lag('fc', bars)} - 1`;
}

/** Share of the true range that was bought over so many bars; 0 where there was no range. */
export function buying(bars: number): string {
  const range = `SUM(true_range) ${last(bars)}`;
  return `IF(${range} = 0, 0, SUM(fc - LEAST(fl, previous_fc)) ${last(bars)} / ${range})`;
}

/** Bars since an extreme of the last `bars` and one, the latest among equals. */
export function since(extreme: 'high' | 'low', bars: number): string {
  // The extreme of (value, number) pairs names the bar it was seen at.
  const value = extreme === 'high' ? 'fh' : '-fl';
  return `(n - (MAX({'value': ${value}, 'n': n}) ${last(bars + 1)})['n'])`;
}
