// Features without a form in SQL: their own code, run again in one batch over the database's bars.

import { indicatorsAmong, runIndicator } from '../../actors/indicators/index.js';
import type { DuckDb } from '../../engine/index.js';

/** Forward-adjusted bars of all symbols, symbol by symbol, oldest first. */
interface Bars {
  /** Number of the symbol among the names in order. */
  readonly symbol: Float64Array;
  readonly date: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly factor: Float64Array;
}

const COLUMNS = {
  symbol: '(dense_rank() OVER (ORDER BY symbol) - 1)::DOUBLE AS place',
  date: 'date::DOUBLE',
  open: 'fo',
  high: 'fh',
  low: 'fl',
  close: 'fc',
  volume: 'fv',
  factor: 'factor',
} as const satisfies Readonly<Record<keyof Bars, string>>;

/**
 * Adds columns of such names to the table `features`, from the table `adjusted`. The bars, their
 * adjustment and the way through them are the database's; the formula is that of the stream, so
 * that only reference vectors judge it. Errors: `duckdb.failed`.
 */
export async function addRecomputed(db: DuckDb, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const bars = await readBars(db);
  const { symbol, date } = bars;
  const values = Object.fromEntries(names.map((name) => [name, new Float64Array(date.length)]));
  for (let start = 0; start < date.length; ) {
    let end = start + 1;
    while (end < date.length && symbol[end] === symbol[start]) end++;
    runSymbol(bars, start, end, values);
    start = end;
  }
  await db.createTable('recomputed', { place: symbol, date, ...values });
  const columns = names.map(
    (name) => `CASE WHEN NOT isnan("${name}") THEN "${name}" END AS "${name}"`,
  );
  await db.run(`CREATE OR REPLACE TABLE features AS SELECT f.* EXCLUDE (place), ${columns.join(', ')}
    FROM (SELECT *, dense_rank() OVER (ORDER BY symbol) - 1 AS place FROM features) f
    JOIN recomputed r ON f.place = r.place AND f.date = r.date`);
  await db.run('DROP TABLE recomputed');
}

async function readBars(db: DuckDb): Promise<Bars> {
  const [counted] = await db.rows('SELECT count(*)::DOUBLE AS bars FROM adjusted');
  const count = Number(counted?.['bars'] ?? 0);
  const made = (): Float64Array => new Float64Array(count);
  const bars: Bars = {
    symbol: made(),
    date: made(),
    open: made(),
    high: made(),
    low: made(),
    close: made(),
    volume: made(),
    factor: made(),
  };
  const columns = Object.values(bars);
  let at = 0;
  await db.numbers(
    `SELECT ${Object.values(COLUMNS).join(', ')} FROM adjusted ORDER BY place, n`,
    (chunk, rows) => {
      for (const [index, column] of columns.entries()) {
        column.set(chunk[index]!.subarray(0, rows), at);
      }
      at += rows;
    },
  );
  return bars;
}

/** Runs the bars of one symbol through every indicator, and tells prices in those of their day. */
function runSymbol(
  bars: Bars,
  start: number,
  end: number,
  values: Readonly<Record<string, Float64Array>>,
): void {
  const prices = {
    open: bars.open.subarray(start, end),
    high: bars.high.subarray(start, end),
    low: bars.low.subarray(start, end),
    close: bars.close.subarray(start, end),
    volume: bars.volume.subarray(start, end),
  };
  for (const indicator of indicatorsAmong(Object.keys(values))) {
    const series = runIndicator(indicator, prices);
    for (const [output, { name, unit }] of indicator.outputs.entries()) {
      const column = values[name];
      if (column === undefined) continue;
      column.set(series[output]!, start);
      if (unit !== 'price') continue;
      for (let at = start; at < end; at++) column[at] = column[at]! / bars.factor[at]!;
    }
  }
}
