// Reads files of ticks, trades and quotes, day by day into columns, with a row for each symbol.

import { newYorkMidnightUs, sessionOf } from '../../actors/calendar/index.js';
import { createTickColumns, type TickColumns } from '../../actors/quality/index.js';
import { DuckDb, Fault } from '../../engine/index.js';
import { fileTable } from '../research/file-table.js';
import { instantOf, layoutOf, type TradeLayout } from '../research/trade-file.js';

/** The files of ticks. */
export interface TickFiles {
  readonly trades: string;
  /** Quotes of both sides: `bid` and `ask`, or `bid_close` and `ask_close` of quote bars. */
  readonly quotes?: string;
  /** Leaves out quotes that are locked or crossed, as real ones are now and then. */
  readonly openQuotesOnly?: boolean;
}

/** One day of ticks, in the order of their times. */
export interface TickDay {
  /** yyyymmdd. */
  readonly date: number;
  readonly symbols: readonly string[];
  readonly ticks: TickColumns;
  /** Shares traded by row. */
  readonly volumes: readonly number[];
  /** Units: microseconds of event time; the hours of trading, with the regular session in them. */
  readonly firstUs: number;
  readonly lastUs: number;
  readonly openUs: number;
  readonly closeUs: number;
}

/** Ticks of one symbol whose time names no day. */
export interface UndatedTicks {
  readonly symbol: string;
  readonly records: number;
  /** The first of them, as JSON. */
  readonly raws: readonly string[];
}

/** From four in the morning to eight at night: every hour in which US stocks are traded. */
const FIRST_US = 4 * 3_600_000_000;
const LAST_US = 20 * 3_600_000_000;

/** Ticks of a day that are read at most. */
const TICKS_MAX = 20_000_000;

/** Ticks without a day that are kept of a symbol; all are counted. */
const UNDATED_KEPT = 1_000;

/**
 * Gives every day of the files to `take`, in order, and returns the trades that are of no day.
 * Rows keep their symbols over all days.
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`, `data.too_large`.
 */
export async function readTickDays(
  files: TickFiles,
  take: (day: TickDay) => void,
): Promise<readonly UndatedTicks[]> {
  const tables = [
    fileTable(files.trades),
    files.quotes === undefined ? '' : fileTable(files.quotes),
  ];
  const db = await DuckDb.open();
  try {
    const layout = await layoutOf(db, tables[0]!, files.trades);
    const symbols = await symbolsOf(db, layout, tables[0]!);
    await db.run(`CREATE TABLE ticks AS ${tradesSql(layout, tables[0]!)}`);
    if (files.quotes !== undefined) await addQuotes(db, tables[1]!, files);
    const days = await db.rows(
      `SELECT day::DOUBLE AS day, count(*)::DOUBLE AS ticks FROM ticks
       WHERE day IS NOT NULL GROUP BY day ORDER BY day`,
    );
    for (const { day, ticks } of days) {
      if (Number(ticks) > TICKS_MAX) {
        throw new Fault(
          'data.too_large',
          `expected at most ${TICKS_MAX} ticks a day, was ${ticks}`,
        );
      }
      take(await readDay(db, layout, symbols, { date: Number(day), count: Number(ticks) }));
    }
    return await undatedTicks(db, layout, tables[0]!);
  } finally {
    db.close();
  }
}

async function symbolsOf(
  db: DuckDb,
  { hasSymbol }: TradeLayout,
  table: string,
): Promise<readonly string[]> {
  if (!hasSymbol) return ['-'];
  const rows = await db.rows(
    `SELECT DISTINCT CAST(symbol AS VARCHAR) AS s FROM ${table} ORDER BY 1`,
  );
  return rows.map((row) => String(row['s']));
}

function tradesSql(layout: TradeLayout, table: string): string {
  const symbol = layout.hasSymbol ? 'CAST(symbol AS VARCHAR)' : `'-'`;
  return `SELECT ${symbol} AS symbol, CAST(strftime(${dayOf(layout)}, '%Y%m%d') AS INTEGER) AS day,
      CAST(${layout.time} AS DOUBLE) AS event_us, 0 AS quote, TRY_CAST(price AS DOUBLE) AS price,
      TRY_CAST(${layout.size} AS DOUBLE) AS size, CAST(${layout.flags} AS DOUBLE) AS flags,
      0::DOUBLE AS bid, 0::DOUBLE AS ask,
      CAST(${layout.arrival} AS DOUBLE) AS arrival, row_number() OVER () AS place
    FROM ${table}`;
}

/** SQL of a trade's date in New York; times in UTC are taken as five hours ahead of it. */
function dayOf({ isWallClock, time }: TradeLayout): string {
  if (isWallClock) return 'TRY_CAST("date" AS DATE)';
  return `CAST(make_timestamp(TRY_CAST(${time} AS BIGINT) - 18000000000) AS DATE)`;
}

/** Adds quotes of the symbols and days that have trades. Errors: `data.wrong_columns`. */
async function addQuotes(db: DuckDb, table: string, files: TickFiles): Promise<void> {
  const columns = await db.rows(`DESCRIBE SELECT * FROM ${table}`);
  const names = new Set(columns.map((row) => String(row['column_name'])));
  const sides = [
    ['bid', 'ask'],
    ['bid_close', 'ask_close'],
  ].find((pair) => pair.every((name) => names.has(name)));
  if (sides === undefined || !['date', 'ts_ms', 'symbol'].every((name) => names.has(name))) {
    throw new Fault(
      'data.wrong_columns',
      `${files.quotes}: expected symbol, date, ts_ms, and bid and ask (or bid_close and ask_close), was ${[...names].join(', ')}`,
    );
  }
  await db.run(`INSERT INTO ticks SELECT CAST(symbol AS VARCHAR),
      CAST(strftime(CAST("date" AS DATE), '%Y%m%d') AS INTEGER) AS on_day,
      CAST(CAST("date" AS DATE) - DATE '1970-01-01' AS DOUBLE) * 86400000000 + ts_ms * 1000.0,
      1, 0, 0, 0, ${sides.join(', ')}, 0, row_number() OVER ()
    FROM ${table}
    WHERE (symbol, on_day) IN (SELECT (symbol, day) FROM ticks)
      AND (${files.openQuotesOnly !== true} OR ${sides[0]} < ${sides[1]})`);
}

async function undatedTicks(
  db: DuckDb,
  layout: TradeLayout,
  table: string,
): Promise<readonly UndatedTicks[]> {
  const text = (sql: string): string => `coalesce(CAST(${sql} AS VARCHAR), '')`;
  const symbol = layout.hasSymbol ? text('symbol') : `'-'`;
  const rows = await db.rows(`SELECT * FROM (
      SELECT ${symbol} AS symbol, ${text(layout.timeText)} AS time,
        ${text('price')} AS price, ${text(layout.size)} AS size,
        count(*) OVER (PARTITION BY symbol)::DOUBLE AS records,
        row_number() OVER (PARTITION BY symbol) AS place
      FROM ${table} WHERE ${dayOf(layout)} IS NULL)
    WHERE place <= ${UNDATED_KEPT} ORDER BY symbol, place`);
  const bySymbol = new Map<string, { records: number; raws: string[] }>();
  for (const { symbol: name, time, price, size, records } of rows) {
    const one = bySymbol.get(String(name)) ?? { records: Number(records), raws: [] };
    one.raws.push(JSON.stringify({ time, price, size }));
    bySymbol.set(String(name), one);
  }
  return [...bySymbol].map(([name, one]) => ({ symbol: name, ...one }));
}

async function readDay(
  db: DuckDb,
  layout: TradeLayout,
  symbols: readonly string[],
  { date, count }: { readonly date: number; readonly count: number },
): Promise<TickDay> {
  const ticks = createTickColumns(count);
  const volumes = symbols.map(() => 0);
  const names = symbols.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ');
  const numbers = ['event_us', 'price', 'size', 'flags', 'bid', 'ask', 'arrival'].map(
    (name) => `coalesce(${name}, 'NaN'::DOUBLE)`,
  );
  let at = 0;
  await db.numbers(
    `SELECT (list_position([${names}], symbol) - 1)::DOUBLE, quote::DOUBLE, ${numbers.join(', ')}
      FROM ticks WHERE day = ${date} ORDER BY event_us, quote, place`,
    (chunk, rows) => {
      for (let row = 0; row < rows; row++, at++) {
        const value = (column: number): number => chunk[column]![row]!;
        ticks.row[at] = value(0);
        ticks.isQuote[at] = value(1);
        ticks.sequence[at] = at + 1;
        ticks.timeUs[at] = instantOf(layout, value(2));
        ticks.price[at] = value(3);
        ticks.size[at] = value(4);
        ticks.flags[at] = value(5);
        ticks.bid[at] = value(6);
        ticks.ask[at] = value(7);
        ticks.arrivalUs[at] = value(8);
        volumes[value(0)]! += value(4) || 0;
      }
    },
  );
  const midnightUs = newYorkMidnightUs(date);
  const { openUs, closeUs } = sessionOf(date);
  const hours = { firstUs: midnightUs + FIRST_US, lastUs: midnightUs + LAST_US, openUs, closeUs };
  return { date, symbols, ticks, volumes, ...hours };
}
