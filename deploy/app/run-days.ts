// Which sessions of its file a run streams, and which it warms up on.

import { dateText } from '../../actors/calendar/index.js';
import { Fault } from '../../engine/index.js';
import type { MarketOptions } from './market-options.js';

/** First session streamed where nobody says: that of the sample, in any file that has it. */
const FROM = 20_210_104;

/** Sessions streamed of a file that has not: as many as of the sample, at most half of them. */
const STREAMED_MAX = 75;

/** Fewest sessions of history: the warm point needs one before it to compare with. */
const WARM_DAYS_MIN = 2;

/** Sessions of a run, as indices into those of its file. */
export interface RunDays {
  /** First session streamed, and one past the last. */
  readonly firstDay: number;
  readonly endDay: number;
  /** Sessions of history before it that are used. */
  readonly warmDays: number;
}

/**
 * The sessions that options choose among those that were read, which end with `to`. Errors:
 * `data.no_sessions`, `data.too_little_history`.
 */
export function daysOf(
  options: Pick<MarketOptions, 'from' | 'to' | 'warmDays'>,
  dates: Int32Array,
): RunDays {
  const firstDay = firstDayOf(options, dates);
  const warmDays = Math.min(options.warmDays ?? firstDay, firstDay);
  if (warmDays < WARM_DAYS_MIN) {
    throw new Fault(
      'data.too_little_history',
      `expected at least ${WARM_DAYS_MIN} sessions before ${dateText(dates[firstDay]!)}, was ${warmDays}; choose a later --from or a larger --warmup`,
    );
  }
  return { firstDay, endDay: dates.length, warmDays };
}

function firstDayOf({ from, to }: Pick<MarketOptions, 'from' | 'to'>, dates: Int32Array): number {
  const firstDay = dates.findIndex((date) => date >= (from ?? FROM));
  if (from === undefined && firstDay < WARM_DAYS_MIN) {
    return dates.length - Math.max(1, Math.min(STREAMED_MAX, dates.length >> 1));
  }
  if (firstDay >= 0) return firstDay;
  const until = to === undefined ? '' : ` to ${dateText(to)}`;
  const last = dateText(dates[dates.length - 1]!);
  const text = `expected sessions from ${dateText(from ?? FROM)}${until}, the last one read is ${last}`;
  throw new Fault('data.no_sessions', text);
}
