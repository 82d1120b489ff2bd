// What live sources have seen, as counts by name: for whoever asks how good the data is.

import { COUNTED, type SessionView } from '../adapters/sources/source.js';
import type { LiveSeen } from '../app/port.js';

/** What a feed counts beside its session. */
export interface FeedCounts {
  /** Trades that the market did not take. */
  readonly dropped: number;
  /** Trades of between an earlier process and this one that came. */
  readonly earlier: number;
  /** Symbols of which trades of then could not be had. */
  readonly earlierHoles: number;
}

/** A feed as one row, and each source behind one of two as another. */
export function liveSeen(
  source: string,
  session: SessionView & { parts?(): ReadonlyMap<string, SessionView> },
  { dropped, earlier, earlierHoles }: FeedCounts,
): readonly LiveSeen[] {
  const own = seenOf(source, session);
  const fed = { dropped, earlier, earlier_holes: earlierHoles };
  const counts = { ...own.counts, ...inWholes(fed) };
  const parts = [...(session.parts?.() ?? [])];
  return [{ ...own, counts }, ...parts.map(([name, part]) => seenOf(name, part))];
}

function seenOf(source: string, session: SessionView): LiveSeen {
  const { counters } = session;
  const rejected = Object.entries(counters.rejectedByReason).map(
    ([reason, count]) => [`rejected_${reason}`, count] as const,
  );
  const counts = COUNTED.map((name) => [name, counters[name]] as const);
  return {
    source,
    state: session.state(),
    counts: inWholes(Object.fromEntries([...counts, ...rejected])),
  };
}

function inWholes(counts: Readonly<Record<string, number>>): Record<string, bigint> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, BigInt(count)]));
}
