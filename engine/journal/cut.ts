// Takes the end off a journal that nobody uses: everything after a position or a time.

import { Lmdb, type Store } from '../io/lmdb/store.js';
import { endsPut, storedEnds } from './event-index.js';
import { isWithin, type Until } from './inspection.js';
import { writePuts } from './puts.js';
import { GENESIS, type StoredRecord, storedHash, unchain } from './record.js';
import { viewPuts } from './views.js';

/** Records taken off in one commit. */
const RECORDS_PER_COMMIT = 10_000;

/** Where to cut, and what becomes of what has no position. */
export interface Cut {
  readonly until: Until;
  /**
   * Whether an input is kept, given the first record that is not; what follows one that isn't goes
   * too.
   */
  readonly keepsInput: (bytes: Buffer, first: StoredRecord) => boolean;
  /** What becomes of a view; undefined for nothing. */
  readonly keptView: (name: string, bytes: Buffer, first: StoredRecord) => Uint8Array | undefined;
}

/** What is left and what is gone. */
export interface CutDone {
  readonly records: number;
  readonly dropped: number;
}

/**
 * Frees a journal of its writer's claim and cuts it. Snapshots go when anything goes: they are of
 * later states. The journal must be sound, and nobody's. Errors: those of the store.
 */
export async function cutJournal(directory: string, cut: Cut | undefined): Promise<CutDone> {
  const lmdb = Lmdb.open(directory);
  try {
    const meta = lmdb.store('meta');
    await lmdb.commit({ puts: 1, bytes: 0 }, () => meta.remove(['writer']));
    const events = lmdb.store('events');
    const records = events.count();
    const first = cut && firstDropped(events, cut.until);
    if (cut === undefined || first === undefined) return { records, dropped: 0 };
    await cutInputs(lmdb, cut, first);
    await cutViews(lmdb, cut, first);
    await clear(lmdb, lmdb.store('snapshots'));
    await cutEvents(lmdb, events, first.position);
    await cutEnds(lmdb, first.position - 1);
    return { records: first.position - 1, dropped: records - first.position + 1 };
  } finally {
    await lmdb.close();
  }
}

/**
 * The first record that a cut drops, with the place of the first dropped one that has any: what
 * operators and views note down lies between places.
 */
function firstDropped(events: Store, until: Until): StoredRecord | undefined {
  let previous = GENESIS;
  let first: StoredRecord | undefined;
  for (const { key, value } of events.range({})) {
    const found = unchain(value, previous);
    previous = storedHash(value);
    if (!found.ok) return first;
    const { record } = found;
    if (first === undefined && isWithin(until, Number(key[0]), record.timeUs)) continue;
    first ??= record;
    if (record.place !== undefined) return { ...first, place: record.place };
  }
  return first;
}

async function cutEvents(lmdb: Lmdb, events: Store, from: number): Promise<void> {
  const index = lmdb.store('index');
  for (;;) {
    const last = [...events.range({ reverse: true, limit: RECORDS_PER_COMMIT })].filter(
      ({ key }) => Number(key[0]) >= from,
    );
    if (last.length === 0) return;
    await lmdb.commit({ puts: 2 * last.length, bytes: 0 }, () => {
      for (const { key, value } of last) {
        // The chain has been followed to its end: the record is readable.
        const { record } = unchain(value, hashBefore(events, Number(key[0]))) as {
          readonly record: StoredRecord;
        };
        index.remove([record.address, record.sequence]);
      }
      for (const { key } of last) events.remove(key);
    });
  }
}

/** Says where the journal ends now; what was not in the index yet may be there no more. */
async function cutEnds(lmdb: Lmdb, position: number): Promise<void> {
  const meta = lmdb.store('meta');
  const ends = storedEnds(meta);
  if (ends === undefined) return;
  const put = endsPut(meta, { position, indexed: Math.min(ends.indexed, position) });
  await lmdb.commit({ puts: 1, bytes: 0 }, () => writePuts([put]));
}

function hashBefore(events: Store, position: number): string {
  const before = position === 1 ? undefined : events.get([position - 1]);
  return before === undefined ? GENESIS : storedHash(before);
}

async function cutInputs(lmdb: Lmdb, cut: Cut, first: StoredRecord): Promise<void> {
  const inputs = lmdb.store('inputs');
  let isKept = true;
  const dropped: (string | number)[][] = [];
  for (const { key, value } of inputs.range({})) {
    isKept &&= cut.keepsInput(value, first);
    if (!isKept) dropped.push(key);
  }
  await lmdb.commit({ puts: dropped.length, bytes: 0 }, () => {
    for (const key of dropped) inputs.remove(key);
  });
}

async function cutViews(lmdb: Lmdb, cut: Cut, first: StoredRecord): Promise<void> {
  const views = lmdb.store('views');
  const puts = [...views.range({})]
    .filter(({ key }) => key.length === 1)
    .flatMap(({ key, value }) => {
      const name = String(key[0]);
      const kept = cut.keptView(name, value, first);
      return kept === undefined ? [] : viewPuts(views, name, kept);
    });
  await clear(lmdb, views);
  await lmdb.commit({ puts: puts.length, bytes: 0 }, () => {
    writePuts(puts);
  });
}

async function clear(lmdb: Lmdb, store: Store): Promise<void> {
  const keys = [...store.range({})].map(({ key }) => key);
  await lmdb.commit({ puts: keys.length, bytes: 0 }, () => {
    for (const key of keys) store.remove(key);
  });
}
