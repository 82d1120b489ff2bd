// Imports fundamentals and earnings releases from CSV, with every bad row counted by reason.

import type { EarningsRelease, Fundamental } from '../../actors/universe/index.js';
import { dateIn } from '../research/text-rows.js';
import { FUNDAMENTAL_COLUMNS, readTextColumns } from './reference-files.js';

/** What was taken of a file, and what was not. */
export interface CompanyFile<T> {
  readonly taken: readonly T[];
  readonly rejectedByReason: Readonly<Record<string, number>>;
}

type Row = Readonly<Record<string, unknown>>;

/** The reason why a row can't be taken, or what it says. */
type Read<T> = string | T;

/**
 * Reads fundamentals: columns symbol, metric, period_end, value and known_on (dates as 2021-03-31).
 * A row known before its period has ended is refused: such a file would tell the future.
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`.
 */
export function readFundamentals(path: string): Promise<CompanyFile<Fundamental>> {
  return readRows(path, FUNDAMENTAL_COLUMNS, (row): Read<Fundamental> => {
    const [symbol, metric] = [cell(row, 'symbol').toUpperCase(), cell(row, 'metric')];
    if (symbol === '') return 'no_symbol';
    if (metric === '') return 'no_metric';
    const [periodEnd, knownOn] = [dateCell(row, 'period_end'), dateCell(row, 'known_on')];
    if (periodEnd === 0 || knownOn === 0) return 'bad_date';
    if (knownOn < periodEnd) return 'known_before_its_period_ended';
    const value = numberCell(row, 'value');
    return Number.isFinite(value) ? { symbol, metric, periodEnd, value, knownOn } : 'not_a_number';
  });
}

/**
 * Reads releases of earnings: columns fiscal_year, fiscal_quarter, release_date and where there are
 * symbol, eps, revenue, consensus_eps_estimate, consensus_revenue_estimate and announced_on.
 * Without a column of symbols all rows are of `symbol`. Errors: as `readFundamentals`.
 */
export function readEarnings(path: string, symbol: string): Promise<CompanyFile<EarningsRelease>> {
  const columns = ['fiscal_year', 'fiscal_quarter', 'release_date'];
  return readRows(path, columns, (row): Read<EarningsRelease> => {
    const releasedOn = dateCell(row, 'release_date');
    if (releasedOn === 0) return 'bad_date';
    const [fiscalYear, fiscalQuarter] = [
      numberCell(row, 'fiscal_year'),
      numberCell(row, 'fiscal_quarter'),
    ];
    if (!Number.isInteger(fiscalYear) || !(fiscalQuarter >= 1 && fiscalQuarter <= 4))
      return 'bad_period';
    const named = (cell(row, 'symbol') || symbol).toUpperCase();
    if (named === '') return 'no_symbol';
    const announcedOn = dateCell(row, 'announced_on') || releasedOn;
    if (announcedOn > releasedOn) return 'announced_after_its_release';
    return {
      symbol: named,
      fiscalYear,
      fiscalQuarter,
      releasedOn,
      announcedOn,
      eps: numberCell(row, 'eps'),
      epsConsensus: numberCell(row, 'consensus_eps_estimate'),
      revenue: numberCell(row, 'revenue'),
      revenueConsensus: numberCell(row, 'consensus_revenue_estimate'),
    };
  });
}

async function readRows<T>(
  path: string,
  columns: readonly string[],
  read: (row: Row) => Read<T>,
): Promise<CompanyFile<T>> {
  const rejected: Record<string, number> = {};
  const taken: T[] = [];
  for (const row of await readTextColumns(path, columns)) {
    const result = read(row);
    if (typeof result === 'string') rejected[result] = (rejected[result] ?? 0) + 1;
    else taken.push(result);
  }
  return { taken, rejectedByReason: rejected };
}

function cell(row: Row, name: string): string {
  const value = row[name];
  return value === null || value === undefined ? '' : String(value).trim();
}

function numberCell(row: Row, name: string): number {
  const value = cell(row, name);
  return value === '' ? Number.NaN : Number(value);
}

/** A date, or the date of a time; 0 where there is none. */
function dateCell(row: Row, name: string): number {
  return dateIn(cell(row, name)) ?? 0;
}
