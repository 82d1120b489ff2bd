// The rows of a Parquet file of daily bars, judged: the table `judged` says why each is not taken.

import { existsSync, statSync } from 'node:fs';
import { type DuckDb, Fault, sqlText } from '../../engine/index.js';
import { BAR_REASON, refuseClosedDays } from './bar-reasons.js';
import { unreadable } from './unreadable.js';

/** What a column may hold: how DuckDB names its types, and how people do. */
const TEXT = { types: /^VARCHAR$/, words: 'text' };
const DAY = { types: /^(DATE|TIMESTAMP.*)$/, words: 'a date or a timestamp' };
const NUMBER = { types: /^(DOUBLE|FLOAT|DECIMAL.*|.*INT.*)$/, words: 'a number' };

/** Columns a file must have. */
const COLUMNS = {
  symbol: TEXT,
  date: DAY,
  open: NUMBER,
  high: NUMBER,
  low: NUMBER,
  close: NUMBER,
  volume: NUMBER,
  adjusted_close: NUMBER,
  dividend: NUMBER,
  split: NUMBER,
} as const;

/** Numeric fields of a bar that `judged` has, in query order after row and day. */
export const BAR_FIELDS = ['open', 'high', 'low', 'close', 'volume', 'dividend', 'split'] as const;

/** Rejected rows kept to look at; all are counted. */
const REJECTS_KEPT = 1_000;

/** One row of a file that was not taken. */
export interface RejectedRow {
  readonly symbol: string;
  readonly date: string;
  readonly reason: string;
}

/** What was not taken of a file. */
export interface Rejects {
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** The first rejected rows, in file order. */
  readonly rejected: readonly RejectedRow[];
  /** Rows that stood before an earlier date: they were sorted in, not dropped. */
  readonly unsorted: number;
}

/** Rows of a file that are wanted. */
export interface WantedRows {
  readonly path: string;
  /** All when absent. */
  readonly symbols?: readonly string[];
  /** Last session, yyyymmdd. */
  readonly to?: number;
}

/**
 * Makes the table `judged` of a file's rows: symbol, day, the numbers, and the reason why a row is
 * not taken, '' for the sound ones.
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`.
 */
export async function judgeRows(db: DuckDb, wanted: WantedRows): Promise<void> {
  const { path } = wanted;
  // A folder would be read too, whatever lies in it.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    const found = existsSync(path) ? 'it is a folder' : 'there is none';
    throw new Fault('data.missing_file', `expected a Parquet file at ${path}, ${found}`);
  }
  await checkColumns(db, path);
  await reading(path, () => db.run(judgedSql(wanted)));
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
  const wrong = Object.entries(COLUMNS).flatMap(([name, { types, words }]) => {
    const has = found.get(name);
    if (has === undefined) return [`${name} is missing`];
    return types.test(has) ? [] : [`${name} is ${has} instead of ${words}`];
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
function judgedSql({ path, symbols, to }: WantedRows): string {
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
        ${BAR_FIELDS.map(number).join(', ')}, file_row_number AS place
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

/** What was not taken, of the table that `judgeRows` has made. Errors: `duckdb.failed`. */
export async function readRejects(db: DuckDb): Promise<Rejects> {
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
