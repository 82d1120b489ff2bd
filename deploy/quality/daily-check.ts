// Checks a file of daily bars: every finding by code, with the row it stands in.

import { countSessions } from '../../actors/calendar/index.js';
import {
  type DailyCode,
  type DailyFinding,
  type DailyRow,
  DailyRules,
  withMarketMoves,
} from '../../actors/quality/index.js';
import { DuckDb, Fault } from '../../engine/index.js';
import { fileTable } from '../research/file-table.js';
import { orUnreadable } from '../research/unreadable.js';

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
  readonly bySymbol: ReadonlyMap<string, SymbolRows>;
  readonly findings: readonly SymbolFinding[];
}

/** What a file has of one symbol. */
export interface SymbolRows {
  readonly records: number;
  /** Sessions of the exchange that a row stands under. */
  sessions: number;
  /** Findings beyond those that are kept, by code. */
  readonly unkept: Map<DailyCode, number>;
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
  const table = fileTable(path);
  const rows = await orUnreadable(path, () => db.rows(`DESCRIBE SELECT * FROM ${table}`));
  return new Set(rows.map((row) => String(row['column_name'])));
}

/**
 * The columns of a file that has at least the `wanted` ones.
 * Errors: `data.unreadable`, `data.wrong_columns`.
 */
export async function holdToColumns(
  db: DuckDb,
  path: string,
  wanted: readonly string[],
): Promise<ReadonlySet<string>> {
  const names = await columnsOf(db, path);
  const missing = wanted.filter((name) => !names.has(name));
  if (missing.length === 0) return names;
  throw new Fault(
    'data.wrong_columns',
    `expected ${path} to have ${wanted.join(', ')}; without ${missing.join(', ')}`,
  );
}

/**
 * Checks a file; findings beyond `findingsMax` are counted alone. Errors: `data.missing_file`,
 * `data.unreadable`, `data.wrong_columns`.
 */
export async function checkDailyFile(
  path: string,
  findingsMax = FINDINGS_MAX,
): Promise<DailyCheck> {
  const db = await DuckDb.open();
  try {
    const names = await holdToColumns(db, path, ['symbol', 'date', ...FIELDS]);
    // Without these columns prices are taken as adjusted.
    const actions = ['split', 'dividend'].map((name) => (names.has(name) ? name : 'NULL'));
    const bars = `CREATE TABLE bars AS SELECT CAST(symbol AS VARCHAR) AS symbol,
        coalesce(CAST(strftime(TRY_CAST(date AS DATE), '%Y%m%d') AS INTEGER), 0) AS day,
        ${FIELDS.map((name) => `TRY_CAST(${name} AS DOUBLE) AS ${name}`).join(', ')},
        coalesce(nullif(TRY_CAST(${actions[0]} AS DOUBLE), 0), 1) AS split,
        coalesce(TRY_CAST(${actions[1]} AS DOUBLE), 0) AS dividend,
        row_number() OVER () AS place
      FROM ${fileTable(path)}`;
    await orUnreadable(path, () => db.run(bars));
    return await checkBars(db, findingsMax);
  } finally {
    db.close();
  }
}

async function checkBars(db: DuckDb, findingsMax: number): Promise<DailyCheck> {
  const [span] = await db.rows(`SELECT min(nullif(day, 0))::DOUBLE AS first,
    max(nullif(day, 0))::DOUBLE AS last, count(*)::DOUBLE AS rows FROM bars`);
  const named = await db.rows(`SELECT symbol, count(*)::DOUBLE AS records
    FROM bars GROUP BY symbol ORDER BY symbol`);
  const symbols = named.map((row) => String(row['symbol']));
  const counts = named.map(
    (row): SymbolRows => ({ records: Number(row['records']), sessions: 0, unkept: new Map() }),
  );
  const [first, last] = [Number(span?.['first'] ?? 0), Number(span?.['last'] ?? 0)];
  const findings: SymbolFinding[] = [];
  let symbol = -1;
  let rules = new DailyRules(first, last);
  const find = (finding: DailyFinding): void => {
    if (findings.length >= findingsMax) {
      const { unkept } = counts[symbol]!;
      unkept.set(finding.code, (unkept.get(finding.code) ?? 0) + 1);
      return;
    }
    findings.push({ ...finding, symbol: symbols[symbol]!, raw: rawOf(finding) });
  };
  const finish = (): void => {
    if (symbol < 0) return;
    rules.finish(find);
    counts[symbol]!.sessions = rules.sessions();
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
          finish();
          symbol = value(0);
          rules = new DailyRules(first, last);
        }
        rules.check(rowOf(value), find);
      }
    },
  );
  finish();
  return {
    rows: Number(span?.['rows'] ?? 0),
    symbols: symbols.length,
    first,
    last,
    expected: symbols.length * countSessions(first, last),
    bySymbol: new Map(symbols.map((name, index) => [name, counts[index]!])),
    findings: withMarketMoves(findings),
  };
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
