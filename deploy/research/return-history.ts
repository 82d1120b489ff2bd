// Daily returns of every symbol of a file, splits and dividends included.

import { Fault } from '../../engine/index.js';
import type { WantedRows } from './judged-rows.js';
import { loadMarketFile, type MarketBars } from './market-file.js';

/** Returns by row and session, and what they were made of. */
export interface ReturnHistory {
  /** Names by row, ascending. */
  readonly symbols: readonly string[];
  /** Sessions, yyyymmdd, ascending; the first is the one before the first return. */
  readonly dates: Int32Array;
  /**
   * Close to close, one array a row, `returns[row][session]`; NaN at session 0, and where the row
   * has no close then or at none of the sessions before.
   */
  readonly returns: readonly Float64Array[];
  /** Last close of each row as traded, NaN where it has none at the last session. */
  readonly lastCloses: Float64Array;
  /** Closes times shares traded, mean over the last 21 sessions. Units: dollars a session. */
  readonly dollarVolumes: Float64Array;
  readonly rejectedByReason: Readonly<Record<string, number>>;
}

/** Sessions of the mean dollar volume: a month. */
const VOLUME_SESSIONS = 21;

/**
 * Loads returns of a file.
 * Errors: those of `loadMarketFile`; `data.no_sessions` for fewer than two.
 */
export async function loadReturnHistory(options: WantedRows): Promise<ReturnHistory> {
  const { bars, rejectedByReason } = await loadMarketFile(options);
  return { ...returnsOfBars(bars, bars.dates.length), rejectedByReason };
}

/**
 * Returns of the first sessions of bars: `(close + dividend) * split / before - 1`, the dividend
 * being a share's of that day, after the split, as the vendor's adjusted closes have it. After
 * missing sessions the return is from the last close there was.
 * Errors: `data.no_sessions` for fewer than two.
 */
export function returnsOfBars(bars: MarketBars, sessionCount: number): ReturnHistory {
  const { symbols, dayStarts, rows } = bars;
  const dates = bars.dates.slice(0, sessionCount);
  if (dates.length < 2) {
    throw new Fault('data.no_sessions', `expected at least 2 sessions, was ${dates.length}`);
  }
  const returns = symbols.map(() => new Float64Array(dates.length).fill(Number.NaN));
  const before = new Float64Array(symbols.length).fill(Number.NaN);
  const dollarVolumes = new Float64Array(symbols.length);
  for (let session = 0; session < dates.length; session++) {
    for (let at = dayStarts[session]!; at < dayStarts[session + 1]!; at++) {
      const row = rows[at]!;
      const close = bars.close[at]!;
      const worth = (close + bars.dividend[at]!) * bars.split[at]!;
      returns[row]![session] = worth / before[row]! - 1;
      before[row] = close;
      if (session >= dates.length - VOLUME_SESSIONS) {
        dollarVolumes[row] = dollarVolumes[row]! + (close * bars.volume[at]!) / VOLUME_SESSIONS;
      }
    }
  }
  const lastCloses = new Float64Array(symbols.length).fill(Number.NaN);
  for (let at = dayStarts[dates.length - 1]!; at < dayStarts[dates.length]!; at++) {
    lastCloses[rows[at]!] = bars.close[at]!;
  }
  return { symbols, dates, returns, lastCloses, dollarVolumes, rejectedByReason: {} };
}

/** The mean return of some rows at every session, over those that have one then; NaN for none. */
export function meanReturns(history: ReturnHistory, rows: readonly number[]): Float64Array {
  return history.dates.reduce((out, _date, session) => {
    let sum = 0;
    let count = 0;
    for (const row of rows) {
      const value = history.returns[row]![session]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    out[session] = count === 0 ? Number.NaN : sum / count;
    return out;
  }, new Float64Array(history.dates.length));
}
