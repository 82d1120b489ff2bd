// Remembers in the data directory which replay is under way and how far it has come.

import { createHash } from 'node:crypto';
import type { Journal } from '../../../engine/index.js';
import type { MarketFile } from '../../research/market-file.js';
import { BATCH } from './derived-feed.js';

/** Name of the view that holds the mark. */
const VIEW = 'run';

/** A place in the order of everything that is streamed. */
export interface Place {
  /** Sessions opened, actions and points sent before. */
  readonly step: number;
  /** Derived prints sent before. */
  readonly prints: number;
}

/** Which replay, and how far. */
export interface RunMark extends Place {
  /** Name of the feed; places of another mean nothing here. */
  readonly feed: string;
  /** Last event of the journal before this replay began: those up to it count from its start. */
  readonly position: number;
  /** Recorded inputs before this replay began. Absent in journals of 0.2.0 and earlier. */
  readonly inputs?: number;
}

/** What makes two feeds the same: every print of theirs, and where others may come between. */
export interface FeedIdentity {
  readonly file: MarketFile;
  readonly firstDay: number;
  readonly endDay: number;
  readonly printsPerBar: number;
}

/** A name that two feeds share only if they stream the same prints. */
export function feedName({ file, firstDay, endDay, printsPerBar }: FeedIdentity): string {
  const { bars } = file;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([bars.symbols, firstDay, endDay, printsPerBar, BATCH]));
  const from = bars.dayStarts[firstDay]!;
  const to = bars.dayStarts[endDay]!;
  for (const column of [bars.rows, bars.open, bars.high, bars.low, bars.close, bars.volume]) {
    hash.update(column.slice(from, to));
  }
  hash.update(bars.dates.slice(firstDay, endDay));
  return hash.digest('hex').slice(0, 32);
}

/** The mark of a data directory; undefined where no replay has begun. */
export function readRunMark(journal: Journal): RunMark | undefined {
  const bytes = journal.view(VIEW);
  // Only `writeRunMark` writes this view, whole or not at all.
  return bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as RunMark);
}

/**
 * A view as of before an event: the mark set back, or gone where its replay began later; other
 * views are of later states.
 */
export function markBefore(
  name: string,
  bytes: Buffer,
  { position, place = 0 }: { readonly position: number; readonly place?: number },
): Uint8Array | undefined {
  if (name !== VIEW) return undefined;
  // Only `writeRunMark` writes this view.
  const mark = JSON.parse(bytes.toString()) as RunMark;
  if (mark.position >= position) return undefined;
  const before: RunMark = { ...mark, step: Math.min(mark.step, Math.max(0, place - 1)), prints: 0 };
  return Buffer.from(JSON.stringify(before));
}

/** Stores the mark. Errors: as those of the journal's writes. */
export function writeRunMark(journal: Journal, mark: RunMark): Promise<void> {
  return journal.putView(VIEW, Buffer.from(JSON.stringify(mark)));
}

/** Whether a place comes before another. */
export function isBefore(a: Place, b: Place): boolean {
  return a.step < b.step || (a.step === b.step && a.prints < b.prints);
}
