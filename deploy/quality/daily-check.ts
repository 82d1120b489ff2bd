// Checks a file of daily bars: every finding by code, with the row it stands in.

import { countSessions } from '../../actors/calendar/index.js';
import {
  type DailyFinding,
  type DailyRow,
  DailyRules,
  withMarketMoves,
} from '../../actors/quality/index.js';
import { DuckDb, Fault } from '../../engine/index.js';
import { tableOf } from '../research/trade-file.js';

/** A finding with what it was found in. */
export interface SymbolFinding extends DailyFinding {
  readonly symbol: string;
  /** The row as it stands in the file. */
  readonly raw: string;
}

/** What a file of daily bars holds. */
export interface DailyCheck {
  readonly rows: number;
  readonly symbols: number;
  /** yyyymmdd. */
  readonly first: number;
  readonly last: number;
  /** Rows against the exchange's sessions from first to last, of every symbol. */
  readonly expected: number;
  /** Rows of each symbol, and the dates among them. */
  readonly bySymbol: ReadonlyMap<string, { readonly records: number; readonly dates: number }>;
  readonly findings: readonly SymbolFinding[];
}

/** Findings kept; a file of more is hardly one of daily bars. */
const FINDINGS_MAX = 1_000_000;

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

/** Whether a file's columns are those of daily bars. */
export async function isDailyFile(path: string): Promise<boolean> {
  const db = await DuckDb.open();
  try {
    const names = await columnsOf(db, path);
    return ['symbol', 'date', ...FIELDS].every((name) => names.has(name)) && !names.has('ts_ms');
  } finally {
    db.close();
  }
}

async function columnsOf(db: DuckDb, path: string): Promise<ReadonlySet<string>> {
  const table = tableOf(path);
  try {
    const rows = await db.rows(`DESCRIBE SELECT * FROM ${table}`);
    return new Set(rows.map((row) => String(row['column_name'])));
  } catch (error) {
    throw new Fault('data.unreadable', `expected ${path} to be CSV or Parquet`, { cause: error });
  }
}

/** Checks a file. Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`. */
export async function checkDailyFile(path: string): Promise<DailyCheck> {
  const db = await DuckDb.open();
  try {
    const names = await columnsOf(db, path);
    const missing = ['symbol', 'date', ...FIELDS].filter((name) => !names.has(name));
    if (missing.length > 0) {
      const text = `expected ${path} to have symbol, date, ${FIELDS.join(', ')}; without ${missing.join(', ')}`;
      throw new Fault('data.wrong_columns', text);
    }
    // Without these columns prices are taken as adjusted.
    const actions = ['split', 'dividend'].map((name) => (names.has(name) ? name : 'NULL'));
    await db.run(`CREATE TABLE bars AS SELECT CAST(symbol AS VARCHAR) AS symbol,
        coalesce(CAST(strftime(CAST(date AS DATE), '%Y%m%d') AS INTEGER), 0) AS day,
        ${FIELDS.map((name) => `TRY_CAST(${name} AS DOUBLE) AS ${name}`).join(', ')},
        coalesce(nullif(TRY_CAST(${actions[0]} AS DOUBLE), 0), 1) AS split,
        coalesce(TRY_CAST(${actions[1]} AS DOUBLE), 0) AS dividend,
        row_number() OVER () AS place
      FROM ${tableOf(path)}`);
    return await checkBars(db);
  } finally {
    db.close();
  }
}

async function checkBars(db: DuckDb): Promise<DailyCheck> {
  const [span] = await db.rows(`SELECT min(day)::DOUBLE AS first, max(day)::DOUBLE AS last,
    count(*)::DOUBLE AS rows FROM bars WHERE day > 0`);
  const named = await db.rows(`SELECT symbol, count(*)::DOUBLE AS records,
    count(DISTINCT day)::DOUBLE AS dates FROM bars GROUP BY symbol ORDER BY symbol`);
  const symbols = named.map((row) => String(row['symbol']));
  const [first, last] = [Number(span?.['first'] ?? 0), Number(span?.['last'] ?? 0)];
  const findings: SymbolFinding[] = [];
  let symbol = -1;
  let rules = new DailyRules(first, last);
  const find = (finding: DailyFinding): void => {
    if (findings.length >= FINDINGS_MAX) return;
    findings.push({ ...finding, symbol: symbols[symbol]!, raw: rawOf(finding) });
  };
  const numbers = [...FIELDS, 'split', 'dividend']
    .map((name) => `coalesce(${name}, 'NaN'::DOUBLE)`)
    .join(', ');
  await db.numbers(
    `SELECT (dense_rank() OVER (ORDER BY symbol) - 1)::DOUBLE AS s, day::DOUBLE, ${numbers}
      FROM bars ORDER BY s, place`,
    (chunk, count) => {
      for (let at = 0; at < count; at++) {
        const value = (column: number): number => chunk[column]![at]!;
        if (value(0) !== symbol) {
          if (symbol >= 0) rules.finish(find);
          symbol = value(0);
          rules = new DailyRules(first, last);
        }
        rules.check(rowOf(value), find);
      }
    },
  );
  if (symbol >= 0) rules.finish(find);
  return {
    rows: Number(span?.['rows'] ?? 0),
    symbols: symbols.length,
    first,
    last,
    expected: symbols.length * countSessions(first, last),
    bySymbol: new Map(named.map((row) => [String(row['symbol']), countsOf(row)])),
    findings: withMarketMoves(findings),
  };
}

function countsOf(row: Readonly<Record<string, unknown>>) {
  return { records: Number(row['records']), dates: Number(row['dates']) };
}

function rowOf(value: (column: number) => number): DailyRow {
  return {
    date: value(1),
    open: value(2),
    high: value(3),
    low: value(4),
    close: value(5),
    volume: value(6),
    split: value(7),
    dividend: value(8),
  };
}

/** The row of a finding as JSON; NaN is not of JSON, and written as text. */
function rawOf({ row, date }: DailyFinding): string {
  return JSON.stringify(row ?? { date }, (_key, value: unknown) =>
    Number.isNaN(value) ? 'NaN' : value,
  );
}
