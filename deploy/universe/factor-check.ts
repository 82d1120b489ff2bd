// Holds our adjusted series against vendors' own: Alpha Vantage's closes and LEAN's factor files.

import {
  type CorporateAction,
  FACTORS_HOLD,
  type FactorStep,
  factorAsOf,
  factorsOf,
} from '../../actors/universe/index.js';
import { DuckDb, sqlText } from '../../engine/index.js';
import { judgeRows } from '../research/judged-rows.js';

/** How many numbers agree. */
export interface FactorRow {
  readonly symbol: string;
  readonly compared: number;
  readonly equal: number;
  /** Largest difference, as a fraction. */
  readonly largest: number;
  /** Actions that the two sources tell differently; each shifts every date before it. */
  readonly actions: readonly ActionDifference[];
}

/** One action, as the change of the factor over its night. */
export interface ActionDifference {
  /** The ex-date, yyyymmdd. */
  readonly date: number;
  readonly ours: number;
  readonly theirs: number;
}

/** What the check found. */
export interface FactorCheck {
  /** Adjusted closes against the file's own, a row for each symbol. */
  readonly adjusted: readonly FactorRow[];
  /** Steps of LEAN's factor files against ours, for the symbols of both. */
  readonly lean: readonly FactorRow[];
}

/** Vendors print adjusted closes with four and more digits: half a unit of a five-digit number. */
const CLOSE_TOLERANCE = 1e-4;

/** LEAN prints factors with seven decimals: two of them divided are off by as much twice. */
const FACTOR_TOLERANCE = 3e-7;

/** Differing actions kept of a symbol. */
const ACTIONS_KEPT = 100;

/** A symbol's rows of the daily file. */
interface DailySeries {
  readonly symbol: string;
  readonly dates: number[];
  readonly closes: number[];
  readonly adjusted: number[];
  readonly actions: CorporateAction[];
}

/**
 * Checks a Parquet file of daily bars with adjusted closes, and where a folder of factor files is
 * given, those of its symbols. Errors: `data.*`.
 */
export async function checkFactors(
  path: string,
  factorFiles: ReadonlyMap<string, readonly FactorStep[]>,
): Promise<FactorCheck> {
  const adjusted: FactorRow[] = [];
  const lean: FactorRow[] = [];
  await eachSeries(path, (series) => {
    adjusted.push(againstCloses(series));
    const file = factorFiles.get(series.symbol);
    if (file !== undefined) lean.push(againstFactors(series, file));
  });
  return { adjusted, lean };
}

async function eachSeries(path: string, take: (series: DailySeries) => void): Promise<void> {
  const db = await DuckDb.open();
  try {
    await judgeRows(db, { path });
    await db.run(`CREATE TABLE closes AS SELECT j.*, f.adjusted_close
      FROM judged j JOIN read_parquet(${sqlText(path)}, file_row_number = true) f
        ON f.file_row_number = j.place
      WHERE reason = ''`);
    const named = await db.rows('SELECT DISTINCT symbol FROM closes ORDER BY 1');
    const symbols = named.map((row) => String(row['symbol']));
    let series: DailySeries | undefined;
    let number = -1;
    await db.numbers(
      `SELECT (dense_rank() OVER (ORDER BY symbol) - 1)::DOUBLE AS number, day::DOUBLE, close,
          adjusted_close::DOUBLE, split, dividend
        FROM closes ORDER BY number, day`,
      ([numbers, days, closes, adjusted, splits, dividends], count) => {
        for (let at = 0; at < count; at++) {
          if (numbers![at] !== number) {
            if (series !== undefined) take(series);
            number = numbers![at]!;
            series = { symbol: symbols[number]!, dates: [], closes: [], adjusted: [], actions: [] };
          }
          const [split, dividend] = [splits![at]!, dividends![at]!];
          series!.dates.push(days![at]!);
          series!.closes.push(closes![at]!);
          series!.adjusted.push(adjusted![at]!);
          if (split !== 1 || dividend !== 0) {
            series!.actions.push({ date: days![at]!, split, dividend });
          }
        }
      },
    );
    if (series !== undefined) take(series);
  } finally {
    db.close();
  }
}

function againstCloses({ symbol, dates, closes, adjusted, actions }: DailySeries): FactorRow {
  const steps = factorsOf({ dates, closes }, actions, 'close_of_day');
  const last = dates.at(-1) ?? FACTORS_HOLD;
  const scale = adjusted.at(-1)! / closes.at(-1)!;
  return countEqual(symbol, dates, CLOSE_TOLERANCE, (row) => ({
    ours: closes[row]! * factorAsOf(steps, dates[row]!, last) * scale,
    theirs: adjusted[row]!,
  }));
}

/** Compares both factors on every date that both cover, relative to the last of those dates. */
function againstFactors(series: DailySeries, file: readonly FactorStep[]): FactorRow {
  const { symbol, dates, actions } = series;
  const steps = factorsOf(series, actions, 'close_before');
  const from = file[0]!.until;
  const lastStep = file.at(-2)?.until ?? FACTORS_HOLD;
  // The file ends with the last action it knows; what came later is not in it.
  const last = Math.min(dates.at(-1)!, endOf(file, lastStep, dates));
  const covered = dates.filter((date) => date >= from && date <= last);
  return countEqual(symbol, covered, FACTOR_TOLERANCE, (row) => ({
    ours: factorAsOf(steps, covered[row]!, last),
    theirs: factorAsOf(file, covered[row]!, last),
  }));
}

/** The last date that a file knows of: the first one after its last action. */
function endOf(file: readonly FactorStep[], lastStep: number, dates: readonly number[]): number {
  return file.length < 2 ? lastStep : (dates.find((date) => date > lastStep) ?? lastStep);
}

function countEqual(
  symbol: string,
  dates: readonly number[],
  tolerance: number,
  at: (row: number) => { readonly ours: number; readonly theirs: number },
): FactorRow {
  let equal = 0;
  let largest = 0;
  const actions: ActionDifference[] = [];
  let before = { ours: Number.NaN, theirs: Number.NaN };
  for (let row = 0; row < dates.length; row++) {
    const here = at(row);
    const { ours, theirs } = here;
    const step = { ours: before.ours / ours, theirs: before.theirs / theirs };
    if (Math.abs(step.ours / step.theirs - 1) > tolerance && actions.length < ACTIONS_KEPT) {
      actions.push({ date: dates[row]!, ...step });
    }
    before = here;
    const difference = Math.abs(ours / theirs - 1);
    if (difference <= tolerance) equal++;
    largest = Math.max(largest, difference);
  }
  return { symbol, compared: dates.length, equal, largest, actions };
}
