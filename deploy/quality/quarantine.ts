// The quarantine: a table in DuckDB of every refused record as it came, bounded, to be asked.

import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { DuckDb, Fault, sqlText } from '../../engine/index.js';

/** One record that was put aside. */
export interface Quarantined {
  readonly source: string;
  readonly symbol: string;
  /** Event time. Units: microseconds since 1970 UTC; NaN where the record has none. */
  readonly timeUs: number;
  readonly code: string;
  /** The record as it came, as JSON. */
  readonly raw: string;
}

/** Records of a source, symbol, day and code. */
export interface QuarantineCount {
  readonly source: string;
  readonly symbol: string;
  readonly day: string;
  readonly code: string;
  readonly records: number;
}

/** Records that the table keeps; the oldest leave first, and their number stays known. */
const RECORDS_MAX = 2_000_000;

/** Records of one statement. */
const BATCH = 1_000;

/**
 * Whether a file begins as DuckDB's databases do: others it would take for tables of its own.
 * Source: DuckDB's storage format, a checksum of eight bytes and then the mark.
 */
function isDatabase(path: string): boolean {
  if (!statSync(path).isFile()) return false;
  const file = openSync(path, 'r');
  try {
    const mark = Buffer.alloc(4);
    readSync(file, mark, 0, mark.length, 8);
    return mark.toString('latin1') === 'DUCK';
  } finally {
    closeSync(file);
  }
}

/** An open quarantine. */
export class Quarantine {
  readonly #db: DuckDb;
  #records: number;
  /** Records that left the table for newer ones. */
  dropped = 0;

  readonly #recordsMax: number;

  private constructor(
    db: DuckDb,
    {
      records,
      dropped,
      recordsMax,
    }: Readonly<Record<'records' | 'dropped' | 'recordsMax', number>>,
  ) {
    this.#db = db;
    this.#recordsMax = recordsMax;
    this.#records = records;
    this.dropped = dropped;
  }

  /** Opens the table of a file, and makes it where there is none. Errors: `duckdb.*`. */
  static async open(path: string, recordsMax = RECORDS_MAX): Promise<Quarantine> {
    const db = await DuckDb.open({ path, threads: 1, memoryMbMax: 256 });
    await db.run(`CREATE SEQUENCE IF NOT EXISTS places`);
    await db.run(`CREATE TABLE IF NOT EXISTS quarantine (
      place BIGINT DEFAULT nextval('places'), source VARCHAR, symbol VARCHAR, time_us BIGINT,
      code VARCHAR, raw VARCHAR)`);
    return Quarantine.#of(db, recordsMax);
  }

  /**
   * Opens the table of a file that must have it, to look at: the file is left as it is.
   * Errors: `data.missing_file`, `data.unreadable`, `duckdb.*`.
   */
  static async existing(path: string): Promise<Quarantine> {
    if (!existsSync(path)) {
      throw new Fault('data.missing_file', `expected a quarantine at ${path}, there is none`);
    }
    const other = new Fault(
      'data.unreadable',
      `expected ${path} to be a quarantine, it is another file: make one with data check --quarantine`,
    );
    if (!isDatabase(path)) throw other;
    const db = await DuckDb.open({ path, threads: 1, memoryMbMax: 256, isReadOnly: true });
    const tables = await db.rows(`SELECT 1 FROM duckdb_tables() WHERE table_name = 'quarantine'`);
    if (tables.length > 0) return Quarantine.#of(db, RECORDS_MAX);
    db.close();
    throw other;
  }

  static async #of(db: DuckDb, recordsMax: number): Promise<Quarantine> {
    // Places are given without a hole, and the oldest leave first: all before the first have left.
    const [row] = await db.rows(`SELECT count(*)::DOUBLE AS records,
      coalesce(min(place) - 1, 0)::DOUBLE AS dropped FROM quarantine`);
    return new Quarantine(db, {
      records: Number(row?.['records'] ?? 0),
      dropped: Number(row?.['dropped'] ?? 0),
      recordsMax,
    });
  }

  /** Records in the table. */
  get records(): number {
    return this.#records;
  }

  /** Puts records in. Errors: `duckdb.failed`. */
  async put(records: readonly Quarantined[]): Promise<void> {
    for (let from = 0; from < records.length; from += BATCH) {
      const values = records.slice(from, from + BATCH).map(valuesOf);
      await this.#db.run(
        `INSERT INTO quarantine (source, symbol, time_us, code, raw) VALUES ${values.join(', ')}`,
      );
      // Batch by batch: what is there counts also where the next one fails.
      this.#records += values.length;
    }
    const over = this.#records - this.#recordsMax;
    if (over <= 0) return;
    await this.#db.run(`DELETE FROM quarantine
      WHERE place IN (SELECT place FROM quarantine ORDER BY place LIMIT ${over})`);
    this.#records -= over;
    this.dropped += over;
  }

  /** How many by source, symbol, day and code, the most first. Errors: `duckdb.failed`. */
  async counts(limit: number): Promise<readonly QuarantineCount[]> {
    const rows = await this.#db.rows(`SELECT source, symbol, code, count(*)::DOUBLE AS records,
        coalesce(strftime(make_timestamp(time_us), '%Y-%m-%d'), '') AS day
      FROM quarantine GROUP BY ALL
      ORDER BY records DESC, source, symbol, day, code LIMIT ${limit}`);
    return rows.map((row) => ({
      source: String(row['source']),
      symbol: String(row['symbol']),
      day: String(row['day']),
      code: String(row['code']),
      records: Number(row['records']),
    }));
  }

  /** The newest records, of one code where it is given. Errors: `duckdb.failed`. */
  async newest(limit: number, code?: string): Promise<readonly Quarantined[]> {
    const where = code === undefined ? '' : `WHERE code = ${sqlText(code)}`;
    const rows = await this.#db.rows(`SELECT source, symbol, time_us::DOUBLE AS time_us, code, raw
      FROM quarantine ${where} ORDER BY place DESC LIMIT ${limit}`);
    return rows.map((row) => ({
      source: String(row['source']),
      symbol: String(row['symbol']),
      timeUs: row['time_us'] === null ? Number.NaN : Number(row['time_us']),
      code: String(row['code']),
      raw: String(row['raw']),
    }));
  }

  close(): void {
    this.#db.close();
  }
}

function valuesOf({ source, symbol, timeUs, code, raw }: Quarantined): string {
  const isTime = Number.isFinite(timeUs) && Math.abs(timeUs) < 1e17;
  const texts = [source, symbol, code, raw].map(sqlText);
  return `(${texts[0]}, ${texts[1]}, ${isTime ? Math.trunc(timeUs) : 'NULL'}, ${texts[2]}, ${texts[3]})`;
}
