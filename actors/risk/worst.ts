// The worst of a number of profits in order, which is all of them that a tail needs.

import { historicalRisk, type TailRisk } from './historical.js';

/** What is not known. */
const UNKNOWN: TailRisk = { valueAtRisk: Number.NaN, tailMean: Number.NaN, tailCount: 0 };

/** Kept beyond those that a quantile lies between, for profits that equal it. */
const SPARE = 4;

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
 * The tail of profits, which may be none; one that is NaN makes all unknown. The worst are put in
 * order in `room`, as long as the profits, and all of them where more are as bad as the last kept:
 * each that is kept is a place that a worse one moves.
 */
// hot
export function worstTail(profits: Float64Array, room: Float64Array, confidence: number): TailRisk {
  const count = profits.length;
  if (count === 0) return UNKNOWN;
  // The quantile lies between two neighbours, and both must be among those that are kept.
  const most = Math.min(Math.floor((1 - confidence) * (count - 1)) + 2 + SPARE, count);
  room.fill(Number.POSITIVE_INFINITY);
  for (let scenario = 0; scenario < count; scenario++) {
    const profit = profits[scenario]!;
    if (profit !== profit) return UNKNOWN;
    if (profit < room[most - 1]!) insertAscending(room, most - 1, profit);
  }
  const risk = historicalRisk(room, confidence);
  if (risk.tailCount < most) return risk;
  // All that were kept are in the tail: more may be, as equals of the last.
  room.set(profits);
  return historicalRisk(room.sort(), confidence);
}
