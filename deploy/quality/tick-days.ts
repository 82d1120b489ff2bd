// Reads files of ticks, trades and quotes, day by day into columns, with a row for each symbol.

import { newYorkMidnightUs, sessionOf } from '../../actors/calendar/index.js';
import { createTickColumns, type TickColumns } from '../../actors/quality/index.js';
import { DuckDb, Fault } from '../../engine/index.js';
import { fileTable } from '../research/file-table.js';
import {
  describe,
  instantOf,
  layoutOf,
  noTrades,
  type TradeLayout,
} from '../research/trade-file.js';
import { orUnreadable } from '../research/unreadable.js';

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

/** What of the files is in no day. */
export interface LeftOut {
  readonly undated: readonly UndatedTicks[];
  /** Quotes of symbols and days that have no trades, which are not looked at. */
  readonly quotesAside: number;
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

/** Columns of a quote's sides: of quotes, of bars of quotes. */
const QUOTE_SIDES = [
  ['bid', 'ask'],
  ['bid_close', 'ask_close'],
] as const;

/** Ticks of a day that are read at most. */
const TICKS_MAX = 20_000_000;

/** Ticks without a day that are kept of a symbol; all are counted. */
const UNDATED_KEPT = 1_000;

/**
 * Gives every day of the files to `take`, in order, and returns what is of no day.
 * Rows keep their symbols over all days.
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`, `data.too_large`,
 * `data.no_ticks`.
 */
export function readTickDays(files: TickFiles, take: (day: TickDay) => void): Promise<LeftOut> {
  return orUnreadable(files.trades, () => readDays(files, take));
}

async function readDays(files: TickFiles, take: (day: TickDay) => void): Promise<LeftOut> {
  const table = fileTable(files.trades);
  const db = await DuckDb.open();
  try {
    const layout = await layoutOf(db, table, files.trades);
    const symbols = await symbolsOf(db, layout, table);
    await db.run(`CREATE TABLE ticks AS ${tradesSql(layout, table)}`);
    const left =
      files.quotes === undefined
        ? NO_QUOTES
        : await orUnreadable(files.quotes, () => addQuotes(db, layout, files));
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
    const undated = [...(await undatedTicks(db, layout, table)), ...left.undated];
    if (days.length === 0 && undated.length === 0) throw noTrades(files.trades);
    return { ...left, undated };
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

const NO_QUOTES: LeftOut = { undated: [], quotesAside: 0 };

/**
 * Adds quotes of the symbols and days that have trades; returns what of them is left out.
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`.
 */
async function addQuotes(db: DuckDb, layout: TradeLayout, files: TickFiles): Promise<LeftOut> {
  const sides = await quoteSides(db, layout, files);
  const day = `TRY_CAST("date" AS DATE)`;
  const [bid, ask] = sides.map((side) => `TRY_CAST(${side} AS DOUBLE)`);
  await db.run(`CREATE TABLE quotes AS SELECT CAST(symbol AS VARCHAR) AS symbol,
      CAST(strftime(${day}, '%Y%m%d') AS INTEGER) AS on_day, ${bid} AS bid, ${ask} AS ask,
      CAST(${day} - DATE '1970-01-01' AS DOUBLE) * 86400000000
        + TRY_CAST(ts_ms AS DOUBLE) * 1000.0 AS event_us,
      row_number() OVER () AS place, ${asText(`"date" || ' ' || ts_ms`)} AS time
    FROM ${fileTable(files.quotes!)}`);
  const hasTrades = '(symbol, on_day) IN (SELECT (symbol, day) FROM ticks)';
  const [aside] = await db.rows(`SELECT count(*)::DOUBLE AS quotes FROM quotes
    WHERE on_day IS NOT NULL AND NOT ${hasTrades}`);
  const undated = await undatedOf(
    db,
    `SELECT ${asText('symbol')} AS symbol, time, ${asText('bid')} AS bid, ${asText('ask')} AS ask
      FROM quotes WHERE on_day IS NULL`,
  );
  await db.run(`INSERT INTO ticks SELECT symbol, on_day, event_us, 1, 0, 0, 0, bid, ask, 0, place
    FROM quotes WHERE ${hasTrades}
      AND (${files.openQuotesOnly !== true} OR coalesce(bid < ask, true))`);
  return { undated, quotesAside: Number(aside!['quotes']) };
}

/** Names of the columns of both sides. Errors: `data.unreadable`, `data.wrong_columns`. */
async function quoteSides(
  db: DuckDb,
  { isWallClock }: TradeLayout,
  { trades, quotes }: TickFiles,
): Promise<readonly [bid: string, ask: string]> {
  const path = quotes!;
  const names = new Set((await describe(db, fileTable(path), path)).keys());
  const sides = QUOTE_SIDES.find((pair) => pair.every((name) => names.has(name)));
  if (sides === undefined || !['date', 'ts_ms', 'symbol'].every((name) => names.has(name))) {
    throw new Fault(
      'data.wrong_columns',
      `${path}: expected symbol, date, ts_ms, and bid and ask (or bid_close and ask_close), was ${[...names].join(', ')}`,
    );
  }
  if (isWallClock) return sides;
  const text = `expected ${trades} to have date and ts_ms, as ${path} has, was another time`;
  throw new Fault('data.wrong_columns', `${text}: quotes would be hours away from their trades`);
}
async function undatedTicks(
  db: DuckDb,
  layout: TradeLayout,
  table: string,
): Promise<readonly UndatedTicks[]> {
  const symbol = layout.hasSymbol ? asText('symbol') : `'-'`;
  return undatedOf(
    db,
    `SELECT ${symbol} AS symbol, ${asText(layout.timeText)} AS time,
      ${asText('price')} AS price, ${asText(layout.size)} AS size
    FROM ${table} WHERE ${dayOf(layout)} IS NULL`,
  );
}

/** SQL of a value as the file has it; a text without anything where it has none. */
function asText(sql: string): string {
  return `coalesce(CAST(${sql} AS VARCHAR), '')`;
}

/** Counts rows by symbol, and keeps the first of each. */
async function undatedOf(db: DuckDb, sql: string): Promise<readonly UndatedTicks[]> {
  const rows = await db.rows(`SELECT * FROM (
      SELECT *, count(*) OVER (PARTITION BY symbol)::DOUBLE AS records,
        row_number() OVER (PARTITION BY symbol) AS place
      FROM (${sql}))
    WHERE place <= ${UNDATED_KEPT} ORDER BY symbol, place`);
  const bySymbol = new Map<string, { records: number; raws: string[] }>();
  for (const { symbol: name, records, place: _, ...raw } of rows) {
    const one = bySymbol.get(String(name)) ?? { records: Number(records), raws: [] };
    one.raws.push(JSON.stringify(raw));
    bySymbol.set(String(name), one);
  }
  return [...bySymbol].map(([name, one]) => ({ symbol: name, ...one }));
}

/**
 * What stands for an average day's volume of each symbol, from day to day of a file: that of the
 * last day before on which it traded, its own on its first.
 */
export class VolumesBefore {
  #last: readonly number[] = [];

  /** Those of a day, which are the last ones for the next. Units: shares. */
  of({ volumes }: TickDay): readonly number[] {
    const last = this.#last;
    const before = volumes.map((own, row) => last[row] || own);
    this.#last = volumes.map((own, row) => own || (last[row] ?? 0));
    return before;
  }
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
