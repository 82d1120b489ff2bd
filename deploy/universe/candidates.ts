// Candidates for a universe: LEAN's coarse file by symbol, joined with the listing files.

import { type Candidate, kindOf, type Listing } from '../../actors/universe/index.js';
import { DuckDb, Fault } from '../../engine/index.js';
import { fileTable } from '../research/file-table.js';

/** Candidates, and what the files hold. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** First and last day of the coarse file, yyyymmdd. */
  readonly first: number;
  readonly last: number;
  readonly days: number;
  /** Candidates that the listing files have too. */
  readonly listed: number;
}

const COLUMNS = ['date', 'symbol', 'close', 'volume', 'dollar_volume', 'has_fundamental'];

/**
 * Reads a coarse file up to a date and joins it with listings by name. Where the listings are of
 * another year a name may have gone to someone else since: the caller says so.
 * Errors: `data.missing_file`, `data.wrong_columns`, `data.no_rows`.
 */
export async function readCandidates(
  path: string,
  listings: ReadonlyMap<string, Listing>,
  until: number,
): Promise<Candidates> {
  const table = fileTable(path);
  const db = await DuckDb.open();
  try {
    const described = await db.rows(`DESCRIBE SELECT * FROM ${table}`);
    const names = new Set(described.map((row) => String(row['column_name'])));
    const missing = COLUMNS.filter((name) => !names.has(name));
    if (missing.length > 0) {
      const text = `${path}: expected ${COLUMNS.join(', ')}; without ${missing.join(', ')}`;
      throw new Fault('data.wrong_columns', text);
    }
    await db.run(`CREATE TABLE coarse AS SELECT CAST(symbol AS VARCHAR) AS symbol,
        CAST(strftime(CAST(date AS DATE), '%Y%m%d') AS INTEGER) AS day, close::DOUBLE AS close,
        dollar_volume::DOUBLE AS dollars, has_fundamental
      FROM ${table} WHERE symbol IS NOT NULL`);
    await db.run(`DELETE FROM coarse WHERE day > ${until}`);
    return await joined(db, path, listings);
  } finally {
    db.close();
  }
}

async function joined(
  db: DuckDb,
  path: string,
  listings: ReadonlyMap<string, Listing>,
): Promise<Candidates> {
  const [span] = await db.rows(`SELECT min(day)::DOUBLE AS first, max(day)::DOUBLE AS last,
    count(DISTINCT day)::DOUBLE AS days FROM coarse`);
  const days = Number(span?.['days'] ?? 0);
  if (days === 0) throw new Fault('data.no_rows', `expected rows in ${path}, there are none`);
  const rows = await db.rows(`SELECT symbol, count(DISTINCT day)::DOUBLE AS days,
      arg_max(close, day) AS close, median(dollars) AS dollars,
      bool_or(has_fundamental) AS company
    FROM coarse GROUP BY symbol ORDER BY symbol`);
  let listed = 0;
  const candidates = rows.map((row): Candidate => {
    const symbol = String(row['symbol']);
    const listing = listings.get(symbol);
    if (listing !== undefined) listed++;
    return {
      symbol,
      days: Number(row['days']),
      allDays: days,
      close: Number(row['close']),
      dollarVolume: Number(row['dollars']),
      hasFundamental: row['company'] === true,
      kind: listing === undefined ? undefined : kindOf(listing),
    };
  });
  return { candidates, first: Number(span?.['first']), last: Number(span?.['last']), days, listed };
}
