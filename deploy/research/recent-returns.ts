// The last sessions of some stocks without a gap: what today's risk is measured on.

import { SCENARIOS } from '../../actors/risk/index.js';
import type { Member } from '../config/members.js';
import { meanReturns, type ReturnHistory } from './return-history.js';

/** Returns of the last sessions, as many as were asked for or there are, oldest first. */
export interface RecentReturns {
  /** Yyyymmdd of each return. */
  readonly dates: Int32Array;
  /** One array a row asked for, in their order. */
  readonly columns: readonly Float64Array[];
  /** Share of each column that is its sector's mean, for want of a return of its own. */
  readonly proxied: Float64Array;
}

/**
 * Recent returns of rows, those that live risk rests on unless told otherwise. A stock without a
 * return at a session takes the mean of its sector's stocks at that session, or of all where the
 * sector has none. (The running system takes none, and flags it the same way.)
 */
export function recentReturns(
  history: ReturnHistory,
  members: ReadonlyMap<string, Member>,
  rows: readonly number[],
  countMax = SCENARIOS,
): RecentReturns {
  const first = Math.max(1, history.dates.length - countMax);
  const sectorOf = (row: number): string => members.get(history.symbols[row]!)?.sector ?? '';
  const means = new Map<string, Float64Array>();
  const meanOf = (sector: string | undefined): Float64Array => {
    const key = sector ?? '(all)';
    const known = means.get(key);
    if (known !== undefined) return known;
    const peers = history.symbols.flatMap((_, row) =>
      sector === undefined || sectorOf(row) === sector ? [row] : [],
    );
    const made = meanReturns(history, peers);
    means.set(key, made);
    return made;
  };
  const proxied = new Float64Array(rows.length);
  const columns = rows.map((row, at) => {
    const column = history.returns[row]!.slice(first);
    let missing = 0;
    for (let day = 0; day < column.length; day++) {
      if (!Number.isNaN(column[day])) continue;
      column[day] = meanOf(sectorOf(row))[first + day]! || meanOf(undefined)[first + day]! || 0;
      missing++;
    }
    proxied[at] = missing / column.length;
    return column;
  });
  return { dates: history.dates.slice(first), columns, proxied };
}
