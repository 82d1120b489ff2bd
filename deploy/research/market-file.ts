// Loads a Parquet file of daily bars into shared typed arrays, with every bad row counted and kept.

import { existsSync, statSync } from 'node:fs';
import type { DailyBar } from '../../actors/market/index.js';
import { DuckDb, Fault, sqlText } from '../../engine/index.js';
import { BAR_REASON, refuseClosedDays } from './bar-reasons.js';
import { unreadable } from './unreadable.js';

/** Columns a file must have, with the types accepted for each. */
const COLUMNS: Readonly<Record<string, RegExp>> = {
  symbol: /^VARCHAR$/,
  date: /^(DATE|TIMESTAMP.*)$/,
  open: /^(DOUBLE|FLOAT|DECIMAL.*|.*INT.*)$/,
  high: /^(DOUBLE|FLOAT|DECIMAL.*|.*INT.*)$/,
  low: /^(DOUBLE|FLOAT|DECIMAL.*|.*INT.*)$/,
  close: /^(DOUBLE|FLOAT|DECIMAL.*|.*INT.*)$/,
  volume: /^(DOUBLE|FLOAT|DECIMAL.*|.*INT.*)$/,
  adjusted_close: /^(DOUBLE|FLOAT|DECIMAL.*|.*INT.*)$/,
  dividend: /^(DOUBLE|FLOAT|DECIMAL.*|.*INT.*)$/,
  split: /^(DOUBLE|FLOAT|DECIMAL.*|.*INT.*)$/,
};

/** Numeric fields of a bar, in query order after row and day. */
const FIELDS = ['open', 'high', 'low', 'close', 'volume', 'dividend', 'split'] as const;

/** Symbols and rows a file may hold: an exchange's whole listing over a decade. */
const SYMBOLS_MAX = 20_000;
const BARS_MAX = 30_000_000;

/** Rejected rows kept to look at; all are counted. */
const REJECTS_KEPT = 1_000;

/** Bars of many symbols, sorted by day and then row. All arrays have one entry a bar. */
export interface MarketBars {
  /** Names by row, ascending. */
  readonly symbols: readonly string[];
  /** Sessions, yyyymmdd, ascending. */
  readonly dates: Int32Array;
  /** Index of each session's first bar, and one past the last bar of all. */
  readonly dayStarts: Int32Array;
  readonly rows: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly dividend: Float64Array;
  readonly split: Float64Array;
}

/** Copies one bar into an object that is used again: a run reads millions. */
// hot
export function copyBar(
  bars: MarketBars,
  index: number,
  into: { -readonly [field in keyof DailyBar]: number },
): void {
  into.open = bars.open[index]!;
  into.high = bars.high[index]!;
  into.low = bars.low[index]!;
  into.close = bars.close[index]!;
  into.volume = bars.volume[index]!;
}

/** The bars of one row in the first sessions; its `dates` are those it has a bar of. */
export function barsOfRow(bars: MarketBars, row: number, sessionCount: number): MarketBars {
  const places: number[] = [];
  const dates: number[] = [];
  for (let session = 0; session < sessionCount; session++) {
    let [low, high] = [bars.dayStarts[session]!, bars.dayStarts[session + 1]!];
    const end = high;
    // Rows ascend within a session.
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bars.rows[middle]! < row) low = middle + 1;
      else high = middle;
    }
    if (low === end || bars.rows[low] !== row) continue;
    places.push(low);
    dates.push(bars.dates[session]!);
  }
  const of = (column: Float64Array): Float64Array =>
    Float64Array.from(places, (place) => column[place]!);
  return {
    symbols: [bars.symbols[row]!],
    dates: Int32Array.from(dates),
    dayStarts: Int32Array.from({ length: dates.length + 1 }, (_, at) => at),
    rows: new Int32Array(dates.length),
    open: of(bars.open),
    high: of(bars.high),
    low: of(bars.low),
    close: of(bars.close),
    volume: of(bars.volume),
    dividend: of(bars.dividend),
    split: of(bars.split),
  };
}

/** One row of a file that was not taken. */
export interface RejectedRow {
  readonly symbol: string;
  readonly date: string;
  readonly reason: string;
}

/** A loaded file. */
export interface MarketFile {
  readonly bars: MarketBars;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** The first rejected rows, in file order. */
  readonly rejected: readonly RejectedRow[];
  /** Rows that stood before an earlier date: they were sorted in, not dropped. */
  readonly unsorted: number;
}

/** What to take of a file. */
export interface MarketFileOptions {
  readonly path: string;
  /** All when absent. Errors: `data.unknown_symbol` for one that the file lacks. */
  readonly symbols?: readonly string[];
  /** Last session, yyyymmdd. */
  readonly to?: number;
}

/**
 * Loads a file.
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`, `data.unknown_symbol`,
 * `data.no_bars`, `data.too_large`.
 */
export async function loadMarketFile(options: MarketFileOptions): Promise<MarketFile> {
  const db = await DuckDb.open();
  try {
    await judgeRows(db, options);
    const symbols = await selectSymbols(db, options.symbols);
    const rejects = await readRejects(db);
    if (symbols.length === 0) throw withoutBars(options, rejects.rejectedByReason);
    return { bars: await readBars(db, symbols), ...rejects };
  } finally {
    db.close();
  }
}

/**
 * Makes the table `judged` of a file's rows: symbol, day, the numbers, and the reason why a row is
 * not taken, '' for the sound ones.
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`.
 */
export async function judgeRows(db: DuckDb, options: MarketFileOptions): Promise<void> {
  const { path } = options;
  // A folder would be read too, whatever lies in it.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    const found = existsSync(path) ? 'it is a folder' : 'there is none';
    throw new Fault('data.missing_file', `expected a Parquet file at ${path}, ${found}`);
  }
  await checkColumns(db, path);
  await reading(path, () => db.run(judgedSql(options)));
  await db.run(JUDGE_COPIES);
  await refuseClosedDays(db);
}

async function checkColumns(db: DuckDb, path: string): Promise<void> {
  const rows = await reading(path, () =>
    db.rows(`DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`),
  );
  const found = new Map(
    rows.map((row) => [String(row['column_name']), String(row['column_type'])]),
  );
  const wrong = Object.entries(COLUMNS).flatMap(([name, type]) => {
    const has = found.get(name);
    if (has === undefined) return [`${name} is missing`];
    return type.test(has) ? [] : [`${name} is ${has}`];
  });
  if (wrong.length === 0) return;
  throw new Fault(
    'data.wrong_columns',
    `expected ${path} to have the columns ${Object.keys(COLUMNS).join(', ')}; ${wrong.join(', ')}; found ${[...found.keys()].join(', ')}`,
  );
}

/** A file may be damaged anywhere: what its reader says of it is told as the file's fault. */
async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw unreadable(path, 'a sound Parquet file', error);
  }
}

/** A table of the wanted rows with the reason against each, '' where there is none. */
function judgedSql({ path, symbols, to }: MarketFileOptions): string {
  const number = (name: string): string => `CAST(${name} AS DOUBLE) AS ${name}`;
  // A row without a date may be of any day: it is counted whatever the last one is.
  const until = to === undefined ? '' : `WHERE day <= ${Math.trunc(to)} OR day IS NULL`;
  // A row that names no symbol is nobody's: it is counted whoever is wanted.
  const names = symbols?.map(sqlText).join(', ');
  const wanted =
    names === undefined ? '' : `WHERE symbol IN (${names}) OR symbol IS NULL OR trim(symbol) = ''`;
  return `CREATE TABLE judged AS
    WITH read AS (
      SELECT symbol, CAST(strftime(date, '%Y%m%d') AS INTEGER) AS day,
        ${FIELDS.map(number).join(', ')}, file_row_number AS place
      FROM read_parquet(${sqlText(path)}, file_row_number = true) ${wanted})
    SELECT *, ${BAR_REASON} AS reason
    FROM read ${until}`;
}

/**
 * Marks every row of a symbol and day but the first in the file. Whether there are any is found by
 * grouping, which takes a third of the time of numbering the rows of each day.
 */
const JUDGE_COPIES = `UPDATE judged SET reason = 'duplicate'
  FROM (SELECT symbol, day, min(place) AS first FROM judged GROUP BY symbol, day
    HAVING count(*) > 1) twice
  WHERE reason = '' AND judged.symbol = twice.symbol AND judged.day = twice.day AND place > first`;

/** A file no bar of which was taken, with what was against its rows. */
function withoutBars(
  { path, to }: MarketFileOptions,
  rejectedByReason: Readonly<Record<string, number>>,
): Fault {
  const reasons = Object.entries(rejectedByReason).map(([reason, rows]) => `${rows} ${reason}`);
  const why = reasons.length === 0 ? 'there are no rows' : `rejected: ${reasons.join(', ')}`;
  const until = to === undefined ? '' : ` up to ${to}`;
  return new Fault(
    'data.no_bars',
    `expected ${path} to have a sound bar${until}, was none (${why})`,
  );
}

async function selectSymbols(
  db: DuckDb,
  wanted: readonly string[] | undefined,
): Promise<readonly string[]> {
  const rows = await db.rows(
    `SELECT DISTINCT symbol FROM judged WHERE reason = '' ORDER BY symbol`,
  );
  const known = rows.map((row) => String(row['symbol']));
  if (known.length > SYMBOLS_MAX) {
    throw new Fault(
      'data.too_large',
      `expected at most ${SYMBOLS_MAX} symbols, was ${known.length}`,
    );
  }
  if (wanted === undefined) return known;
  const missing = wanted.filter((symbol) => !known.includes(symbol));
  if (missing.length > 0) {
    throw new Fault(
      'data.unknown_symbol',
      `expected symbols that the file has sound bars of, was ${missing.slice(0, 10).join(', ')}`,
    );
  }
  return [...new Set(wanted)].sort();
}

async function readBars(db: DuckDb, symbols: readonly string[]): Promise<MarketBars> {
  await db.run('CREATE TABLE listed (symbol VARCHAR, number INTEGER)');
  for (let from = 0; from < symbols.length; from += 1000) {
    const part = symbols.slice(from, from + 1000);
    const values = part.map((symbol, index) => `(${sqlText(symbol)}, ${from + index})`);
    await db.run(`INSERT INTO listed VALUES ${values.join(', ')}`);
  }
  const good = `FROM judged JOIN listed USING (symbol) WHERE reason = ''`;
  const [counted] = await db.rows(`SELECT count(*)::DOUBLE AS bars ${good}`);
  const count = Number(counted?.['bars'] ?? 0);
  if (count > BARS_MAX) {
    throw new Fault('data.too_large', `expected at most ${BARS_MAX} bars, was ${count}`);
  }
  const share = (): Float64Array => new Float64Array(new SharedArrayBuffer(count * 8));
  const fields = FIELDS.map(share);
  const rows = new Int32Array(new SharedArrayBuffer(count * 4));
  const dates: number[] = [];
  const starts: number[] = [];
  let at = 0;
  const columns = `number::DOUBLE, day::DOUBLE, ${FIELDS.join(', ')}`;
  await db.numbers(`SELECT ${columns} ${good} ORDER BY day, number`, (chunk, size) => {
    for (let index = 0; index < size; index++, at++) {
      rows[at] = chunk[0]![index]!;
      const day = chunk[1]![index]!;
      if (day !== dates[dates.length - 1]) {
        dates.push(day);
        starts.push(at);
      }
      for (let field = 0; field < fields.length; field++)
        fields[field]![at] = chunk[field + 2]![index]!;
    }
  });
  const [open, high, low, close, volume, dividend, split] = fields as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return {
    symbols,
    dates: Int32Array.from(dates),
    dayStarts: Int32Array.from([...starts, count]),
    rows,
    open,
    high,
    low,
    close,
    volume,
    dividend,
    split,
  };
}

async function readRejects(
  db: DuckDb,
): Promise<Pick<MarketFile, 'rejected' | 'rejectedByReason' | 'unsorted'>> {
  const counts = await db.rows(
    `SELECT reason, count(*)::DOUBLE AS rows FROM judged WHERE reason <> '' GROUP BY reason ORDER BY reason`,
  );
  const kept = await db.rows(
    `SELECT coalesce(symbol, '') AS symbol, coalesce(CAST(day AS VARCHAR), '') AS date, reason
     FROM judged WHERE reason <> '' ORDER BY place LIMIT ${REJECTS_KEPT}`,
  );
  // The table has the order of the file, so that nothing need be sorted to look back.
  const [late] = await db.rows(`SELECT count(*) FILTER (day < latest)::DOUBLE AS rows
    FROM (SELECT day, max(day) OVER (ROWS UNBOUNDED PRECEDING) AS latest FROM judged)`);
  return {
    rejectedByReason: Object.fromEntries(
      counts.map((row) => [String(row['reason']), Number(row['rows'])]),
    ),
    rejected: kept.map((row) => ({
      symbol: String(row['symbol']),
      date: String(row['date']),
      reason: String(row['reason']),
    })),
    unsorted: Number(late?.['rows'] ?? 0),
  };
}
