// Loads a Parquet file of daily bars into shared typed arrays, with every bad row counted and kept.

import type { DailyBar } from '../../actors/market/index.js';
import { DuckDb, Fault, sqlText } from '../../engine/index.js';
import {
  BAR_FIELDS,
  judgeRows,
  type Rejects,
  readRejects,
  type WantedRows,
} from './judged-rows.js';

/** Symbols and rows a file may hold: an exchange's whole listing over a decade. */
const SYMBOLS_MAX = 20_000;
const BARS_MAX = 30_000_000;

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

/** A loaded file. */
export interface MarketFile extends Rejects {
  readonly bars: MarketBars;
}

/**
 * Loads a file. Errors: those of `judgeRows`, `data.unknown_symbol` for a wanted symbol that it
 * lacks, `data.no_bars`, `data.too_large`.
 */
export async function loadMarketFile(wanted: WantedRows): Promise<MarketFile> {
  const db = await DuckDb.open();
  try {
    await judgeRows(db, wanted);
    const symbols = await selectSymbols(db, wanted.symbols);
    const rejects = await readRejects(db);
    if (symbols.length === 0) throw withoutBars(wanted, rejects.rejectedByReason);
    return { bars: await readBars(db, symbols), ...rejects };
  } finally {
    db.close();
  }
}

/** A file no bar of which was taken, with what was against its rows. */
function withoutBars(
  { path, to }: WantedRows,
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
  const fields = BAR_FIELDS.map(share);
  const rows = new Int32Array(new SharedArrayBuffer(count * 4));
  const dates: number[] = [];
  const starts: number[] = [];
  let at = 0;
  const columns = `number::DOUBLE, day::DOUBLE, ${BAR_FIELDS.join(', ')}`;
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
