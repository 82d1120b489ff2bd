// Loads a file of trades, CSV or Parquet, and tells what was wrong with it.

import type { Trade } from '../../actors/bars/index.js';
import { EVENT_US_MAX, EVENT_US_MIN, newYorkOffsetUs } from '../../actors/calendar/index.js';
import { type ConditionRules, UPDATES, updatesOf } from '../../actors/quality/index.js';
import { DuckDb, Fault, sqlText } from '../../engine/index.js';
import { fileTable } from './file-table.js';
import { orUnreadable } from './unreadable.js';

/** What to take of a file. */
export interface TradeFileOptions {
  readonly path: string;
  /** Needed where the file has more than one. */
  readonly symbol?: string;
  /** Which rules say what sale conditions let a trade update. */
  readonly rules?: ConditionRules;
}

/** Rows taken and left out. */
export interface TradeFileCounts {
  readonly trades: number;
  /** Rows without a usable time, price or size, by reason. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
}

/** Names under which a column may stand. */
const TIMES = ['time', 'timestamp', 'ts'];
const SIZES = ['size', 'quantity', 'volume'];

const DAY_US = 86_400_000_000;

/** New York's standard time behind UTC: near enough to ask which offset holds. */
const STANDARD_US = 5 * 3_600_000_000;

/** Where the columns of a file are. */
export interface TradeLayout {
  /** SQL of the event time in microseconds: UTC, or New York's wall clock; NULL for none. */
  readonly time: string;
  readonly isWallClock: boolean;
  /** SQL of the time as the file has it. */
  readonly timeText: string;
  readonly size: string;
  readonly setsPrice: string;
  /** SQL of the sale conditions as flags; 0 where the file has none. */
  readonly flags: string;
  /** SQL of the arrival in microseconds UTC; 0 where the file has none. */
  readonly arrival: string;
  readonly hasSymbol: boolean;
}

/** The instant of a time of the file. Units: microseconds since 1970 UTC. */
export function instantOf({ isWallClock }: TradeLayout, time: number): number {
  return isWallClock ? time + newYorkOffsetUs(time + STANDARD_US) : time;
}

/**
 * Gives every trade of a file to `take`, in the order of the file. Columns: `price`; `size`,
 * `quantity` or `volume`; the time as `time_us` (microseconds UTC), as `time`, `timestamp` or `ts`
 * (a timestamp in UTC), or as `date` and `ts_ms` (milliseconds since midnight in New York); and
 * where there are, `symbol`, `sets_price` (false for trades that count for volume alone) and
 * `sale_condition` (AlgoSeek's flags, in hexadecimal: what they let a trade update is honoured).
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`, `data.unknown_symbol`,
 * `data.no_ticks`.
 */
export async function readTrades(
  options: TradeFileOptions,
  take: (trade: Trade, flags: number) => void,
): Promise<TradeFileCounts> {
  const { path, rules } = options;
  const table = fileTable(path);
  const db = await DuckDb.open();
  try {
    const layout = await layoutOf(db, table, path);
    const where = layout.hasSymbol ? await symbolFilter(db, table, options) : 'true';
    const rejected: Record<string, number> = {};
    let trades = 0;
    const columns = [layout.time, 'price', layout.size, layout.setsPrice, layout.flags];
    const numbers = columns.map((sql) => `COALESCE(TRY_CAST(${sql} AS DOUBLE), 'NaN'::DOUBLE)`);
    const rows = `SELECT ${numbers.join(', ')} FROM ${table} WHERE ${where}`;
    await orUnreadable(path, () =>
      db.numbers(rows, (chunk, count) => {
        for (let row = 0; row < count; row++) {
          const [time, price, size, sets, flags] = chunk.map((column) => column[row]!);
          const updates = updatesOf(flags!, rules);
          const isKnown = Number.isFinite(flags!);
          const reason = isKnown ? reasonOf(time!, price!, size!, updates) : 'bad_condition';
          if (reason !== undefined) {
            rejected[reason] = (rejected[reason] ?? 0) + 1;
            continue;
          }
          trades++;
          const timeUs = instantOf(layout, time!);
          const setsPrice = sets !== 0 && (updates & UPDATES.last) !== 0;
          const setsRange = sets !== 0 && (updates & UPDATES.range) !== 0;
          take({ timeUs, price: price!, size: size!, setsPrice, setsRange }, flags!);
        }
      }),
    );
    return { trades, rejectedByReason: rejected };
  } finally {
    db.close();
  }
}

function reasonOf(time: number, price: number, size: number, updates: number): string | undefined {
  if (!Number.isFinite(time)) return 'no_time';
  if (!(price > 0 && Number.isFinite(price))) return 'bad_price';
  if (!(size > 0 && Number.isFinite(size))) return 'bad_size';
  // Official opens and closes tell again what an auction's own print has counted.
  if ((updates & UPDATES.volume) === 0) return 'told_again';
  return undefined;
}

/** The fault of a file of trades that has none. */
export function noTrades(path: string): Fault {
  return new Fault('data.no_ticks', `expected trades in ${path}, there are none`);
}

/** Types of columns that tell an instant, or texts that may. */
const INSTANT = /^(VARCHAR|DATE|TIMESTAMP.*)$/;

/** Finds the columns of a file of trades. Errors: `data.unreadable`, `data.wrong_columns`. */
export async function layoutOf(db: DuckDb, table: string, path: string): Promise<TradeLayout> {
  const types = await describe(db, table, path);
  const has = (name: string): boolean => types.has(name);
  const time = TIMES.find(has);
  const size = SIZES.find(has);
  const isWallClock = has('date') && has('ts_ms');
  if (!has('price') || size === undefined || !(has('time_us') || time || isWallClock)) {
    throw new Fault(
      'data.wrong_columns',
      `${path}: expected price, size and a time (time_us; time; or date and ts_ms), was ${[...types.keys()].join(', ')}`,
    );
  }
  if (time !== undefined && !has('time_us') && !INSTANT.test(types.get(time) ?? '')) {
    const text = `expected ${time} to hold times such as 2021-01-04 14:30:00, was ${types.get(time)}`;
    throw new Fault('data.wrong_columns', `${path}: ${text}; name whole microseconds time_us`);
  }
  const day = `(TRY_CAST("date" AS DATE) - DATE '1970-01-01')`;
  const timeColumn = has('time_us') ? 'time_us' : time;
  const timeUs = has('time_us')
    ? 'TRY_CAST(time_us AS DOUBLE)'
    : time === undefined
      ? `CAST(${day} AS DOUBLE) * ${DAY_US} + TRY_CAST(ts_ms AS DOUBLE) * 1000`
      : `epoch_us(TRY_CAST("${time}" AS TIMESTAMP))`;
  return {
    isWallClock: timeColumn === undefined,
    timeText: timeColumn === undefined ? `"date" || ' ' || ts_ms` : `"${timeColumn}"`,
    time: `CASE WHEN ${timeUs} >= ${EVENT_US_MIN} AND ${timeUs} < ${EVENT_US_MAX} THEN ${timeUs} END`,
    size: `"${size}"`,
    setsPrice: has('sets_price') ? 'sets_price' : 'true',
    flags: has('sale_condition')
      ? `TRY_CAST('0x' || coalesce(CAST(sale_condition AS VARCHAR), '0') AS UBIGINT)`
      : '0',
    arrival: has('arrival_us') ? 'arrival_us' : '0',
    hasSymbol: has('symbol'),
  };
}

/** Types of a file's columns, by name. Errors: `data.unreadable`. */
export async function describe(
  db: DuckDb,
  table: string,
  path: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await orUnreadable(path, () => db.rows(`DESCRIBE SELECT * FROM ${table}`));
  return new Map(rows.map((row) => [String(row['column_name']), String(row['column_type'])]));
}

async function symbolFilter(
  db: DuckDb,
  table: string,
  { path, symbol }: TradeFileOptions,
): Promise<string> {
  const distinct = `SELECT DISTINCT CAST(symbol AS VARCHAR) AS symbol FROM ${table}
    ORDER BY 1 LIMIT 21`;
  const rows = await orUnreadable(path, () => db.rows(distinct));
  const symbols = rows.map((row) => String(row['symbol']));
  if (symbols.length === 0) throw noTrades(path);
  const wanted = symbol?.toUpperCase() ?? (symbols.length === 1 ? symbols[0]! : undefined);
  const listed = `${symbols.slice(0, 20).join(', ')}${symbols.length > 20 ? ', ...' : ''}`;
  if (wanted === undefined) {
    throw new Fault('flag.invalid', `--symbol: expected one of ${listed}, was missing`);
  }
  if (symbols.length <= 20 && !symbols.includes(wanted)) {
    throw new Fault('data.unknown_symbol', `expected one of ${listed}, was ${wanted}`);
  }
  return `symbol = ${sqlText(wanted)}`;
}
