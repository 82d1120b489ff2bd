// The worst of a number of profits in order, which is all of them that a tail needs.

import { historicalRisk, type TailRisk } from './historical.js';

/** What is not known. */
const UNKNOWN: TailRisk = { valueAtRisk: Number.NaN, tailMean: Number.NaN, tailCount: 0 };

/**
 * Puts a profit in its place among `count` that are ascending; there is room for one more, or the
 * last gives way.
 */
// hot
export function insertAscending(sorted: Float64Array, count: number, profit: number): void {
  let at = count;
  for (; at > 0 && sorted[at - 1]! > profit; at--) sorted[at] = sorted[at - 1]!;
  sorted[at] = profit;
}

/**
 * The tail of profits, which may be none; one that is NaN makes all unknown. `kept` are put in
 * order in `room`, as long as the profits, and all of them where more are as bad as the last kept.
 */
// hot
export function worstTail(
  profits: Float64Array,
  room: Float64Array,
  kept: number,
  confidence: number,
): TailRisk {
  const count = profits.length;
  const most = Math.min(kept, count);
  if (most === 0) return UNKNOWN;
  room.fill(Number.POSITIVE_INFINITY);
  for (let scenario = 0; scenario < count; scenario++) {
    const profit = profits[scenario]!;
    if (profit !== profit) return UNKNOWN;
    if (profit < room[most - 1]!) insertAscending(room, most - 1, profit);
  }
  // The quantile lies between two neighbours, and both must be among those that were kept.
  if (Math.floor((1 - confidence) * (count - 1)) + 2 <= most) {
    const risk = historicalRisk(room, confidence);
    if (risk.tailCount < most) return risk;
  }
  // All that were kept are in the tail: more may be, as equals of the last.
  room.set(profits);
  return historicalRisk(room.sort(), confidence);
}
