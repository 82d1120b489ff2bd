// Builds minute bars from a file of ticks and compares a vendor's own.

import { type Bar, type BarEvent, createBarBuilder, latestBars } from '../../actors/bars/index.js';
import { sessionOf } from '../../actors/calendar/index.js';
import type { ConditionRules } from '../../actors/quality/index.js';
import { DuckDb, Fault } from '../../engine/index.js';
import { fileTable } from '../research/file-table.js';
import { instantOf, layoutOf, readTrades } from '../research/trade-file.js';
import { orUnreadable } from '../research/unreadable.js';
import { explain } from './bar-causes.js';
import { type BarDifference, COMPARED_FIELDS, type ComparedField, SAME } from './bar-difference.js';
import { holdToColumns } from './daily-check.js';

/** What to compare. */
export interface CompareOptions {
  readonly ticks: string;
  readonly minutes: string;
  readonly rules: ConditionRules;
}

/** How many minutes agree, of one symbol on one day. */
export interface CompareRow {
  readonly symbol: string;
  /** yyyymmdd. */
  readonly date: number;
  readonly minutes: number;
  readonly equal: Record<ComparedField, number>;
}

/** What the comparison found. */
export interface CompareReport {
  readonly rules: ConditionRules;
  readonly rows: readonly CompareRow[];
  readonly differences: readonly BarDifference[];
}

interface VendorBar {
  readonly startUs: number;
  readonly values: Readonly<Record<ComparedField, number>>;
}

/**
 * Compares the regular session's minutes of the symbols and days that both files have.
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`, `data.nothing_in_common`.
 */
export async function compareBars({
  ticks,
  minutes,
  rules,
}: CompareOptions): Promise<CompareReport> {
  const rows: CompareRow[] = [];
  const differences: BarDifference[] = [];
  for (const [symbol, days] of await inCommon(ticks, minutes)) {
    const ours = await ourBars(ticks, symbol, rules);
    for (const [date, bars] of days) {
      const row = { symbol, date, minutes: 0, equal: noneEqual() };
      for (const theirs of bars) {
        row.minutes++;
        const bar = ours.get(theirs.startUs);
        for (const field of COMPARED_FIELDS) {
          const [value, wanted] = [bar?.[field] ?? Number.NaN, theirs.values[field]];
          if (Math.abs(value - wanted) < SAME) row.equal[field]++;
          else
            differences.push({
              symbol,
              startUs: theirs.startUs,
              field,
              ours: value,
              theirs: wanted,
              cause: '',
            });
        }
      }
      rows.push(row);
    }
    await explain(ticks, symbol, rules, differences);
  }
  return { rules, rows, differences };
}

function noneEqual(): Record<ComparedField, number> {
  return { volume: 0, high: 0, low: 0, open: 0, close: 0 };
}

/** The vendor's bars by symbol and day, where the ticks have them too. */
async function inCommon(
  ticks: string,
  minutes: string,
): Promise<Map<string, Map<number, VendorBar[]>>> {
  const [from, to] = [fileTable(ticks), fileTable(minutes)];
  const db = await DuckDb.open();
  try {
    const layout = await layoutOf(db, from, ticks);
    await holdToColumns(db, ticks, ['symbol', 'date']);
    await holdToColumns(db, minutes, ['symbol', 'date', 'ts_ms', ...COMPARED_FIELDS]);
    const bars = `SELECT m.symbol AS symbol,
        CAST(strftime(m.date, '%Y%m%d') AS DOUBLE) AS day,
        (CAST(m.date AS DATE) - DATE '1970-01-01')::DOUBLE * 86400000000 + m.ts_ms * 1000.0 AS wall,
        volume::DOUBLE AS volume, high::DOUBLE AS high, low::DOUBLE AS low, open::DOUBLE AS open,
        close::DOUBLE AS close
      FROM ${to} m
      WHERE (m.symbol, m.date) IN (SELECT DISTINCT (symbol, date) FROM ${from})
      ORDER BY m.symbol, m.date, m.ts_ms`;
    const rows = await orUnreadable(minutes, () => db.rows(bars));
    const found = new Map<string, Map<number, VendorBar[]>>();
    for (const row of rows) {
      const date = Number(row['day']);
      const startUs = instantOf({ ...layout, isWallClock: true }, Number(row['wall']));
      const { openUs, closeUs } = sessionOf(date);
      if (startUs < openUs || startUs >= closeUs) continue;
      const days = found.get(String(row['symbol'])) ?? new Map<number, VendorBar[]>();
      found.set(String(row['symbol']), days);
      const bars = days.get(date) ?? [];
      days.set(date, bars);
      const values = noneEqual();
      for (const field of COMPARED_FIELDS) values[field] = Number(row[field]);
      bars.push({ startUs, values });
    }
    if (found.size > 0) return found;
    throw new Fault(
      'data.nothing_in_common',
      `expected ${ticks} and ${minutes} to have symbols and days in common, they have none`,
    );
  } finally {
    db.close();
  }
}

/** Bars of our own by the start of their minute. */
async function ourBars(
  path: string,
  symbol: string,
  rules: ConditionRules,
): Promise<Map<number, Bar>> {
  const every = { unit: 'minute', count: 1 } as const;
  const builder = createBarBuilder({ kind: 'time', every, hours: 'regular' });
  const events: BarEvent[] = [];
  const emit = (event: BarEvent): void => {
    events.push(event);
  };
  await readTrades({ path, symbol, rules }, (trade) => builder.push(trade, emit));
  builder.finish(emit);
  return new Map(latestBars(events).map((bar) => [bar.startUs, bar]));
}
