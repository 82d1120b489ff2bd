// Remembers in the data directory which actors were moved, for a process that goes on.

import { type Journal, Placement } from '../../../engine/index.js';

/** Name of the view that holds it. */
const VIEW = 'placement';

interface Stored {
  readonly shardCount: number;
  readonly moved: readonly (readonly [string, number])[];
}

/** The placement that was stored; that of the hashes where there is none, or of other threads. */
export function readPlacement(journal: Journal, shardCount: number): Placement {
  const bytes = journal.view(VIEW);
  if (bytes === undefined) return new Placement(shardCount);
  // Only `writePlacement` writes this view, whole or not at all.
  const stored = JSON.parse(bytes.toString()) as Stored;
  // With another number of threads every place means something else.
  return new Placement(shardCount, stored.shardCount === shardCount ? stored.moved : []);
}

/** Stores a placement. Errors: as those of the journal's writes. */
export function writePlacement(journal: Journal, placement: Placement): Promise<void> {
  const stored: Stored = { shardCount: placement.shardCount, moved: placement.moved() };
  return journal.putView(VIEW, Buffer.from(JSON.stringify(stored)));
}
