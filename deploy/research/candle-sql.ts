// Pieces of SQL that say something of the last candles of a symbol.

/** Rows of one symbol in order of their number. */
const WINDOW = 'PARTITION BY symbol ORDER BY n';

/** Its value some candles ago. */
export function ago(column: string, age: number): string {
  return age === 0 ? column : `LAG(${column}, ${age}) OVER (${WINDOW})`;
}

/** The yardstick of a candle of some age in a pattern that looks back so many bars. */
export function mean(total: string, factor: number, lookback: number, age: number): string {
  const period = Number(total.split('_')[1]);
  const before = ago(`smooth_${total}_from_${lookback - age}`, age + 1);
  return `CAST(${factor} AS DOUBLE) * (${before} / ${period})`;
}

/** A pattern's value where all tests hold, 0 where one does not, NULL before its look back. */
export function pattern(lookback: number, value: string, tests: readonly string[]): string {
  return `CASE WHEN n > ${lookback} THEN CAST(IF(${tests.join(' AND ')}, ${value}, 0) AS DOUBLE) END`;
}
