// What a recording lacks of its data directory's past is copied into it, what it alone has is taken
// back: a replay has nothing else.

import { existsSync } from 'node:fs';
import { DuckDb, Fault, type Journal, toJson } from '../../engine/index.js';
import { bookPointsIn } from '../app/feed/kept-book-points.js';
import type { RecordedBatches } from '../app/feed/recorded-batches.js';
import { isSameEvent, lastStep, partedFrom, recordedBatches, recordedEvents } from './known.js';
import type { Recorder } from './recorder.js';
import { readRun, runFile } from './recording.js';

/** Records on their way to the disk at once. */
const TOGETHER = 1_000;

/** What a run begins with. */
export interface Earlier {
  readonly journal: Journal;
  readonly recorded: RecordedBatches;
  readonly feed: string;
  /** Last event that the run finds there at its start; later ones have places in it. */
  readonly position: number;
  /** Goes on with the run that the folder has a recording of. */
  readonly resume: boolean;
}

/**
 * Copies events, batches and what books said that are in the journal and not in the recording of a
 * folder: those of earlier runs, of this one while it was not recorded, and what a crash kept from
 * the recording. What a crash, or a restore to an earlier time, kept from the journal is taken
 * back.
 * Errors: `recording.exists`, `recording.unreadable`, `duckdb.failed`, of the file system.
 */
export async function recordEarlier(
  recorder: Recorder,
  dir: string,
  { journal, recorded, feed, position, resume }: Earlier,
): Promise<void> {
  if (existsSync(runFile(dir)) && !(resume && readRun(dir).feed === feed)) {
    const text = `expected a folder without a recording, ${dir} has one of another run`;
    throw new Fault('recording.exists', `${text}; choose another one, or go on with --resume`);
  }
  // What was dropped stays dropped.
  if (existsSync(runFile(dir)) && readRun(dir).keptFrom !== undefined) return;
  const db = await DuckDb.open();
  try {
    const queue = new Queue();
    const events = await eventsToCopyFrom(db, dir, { recorder, journal });
    for (const record of journal.records()) {
      const { sequence, address, timeUs, cause, event, place } = record;
      if (sequence <= (events.get(address) ?? 0)) continue;
      const step = record.position <= position ? 0 : place;
      const copy = { address, sequence, timeUs, cause, place: step, event: toJson(event) };
      await queue.add(recorder.event(copy));
    }
    const batches = await recordedBatches(db, dir);
    for (const { batch, admission } of recorded.all()) {
      if (!batches.take(batch, admission)) await queue.add(recorder.batch(batch, admission));
    }
    for (const number of batches.left()) await queue.add(recorder.withdrawBatch(number));
    // A run that begins anew forgets what books said in those before.
    const points = resume ? bookPointsIn(journal, feed) : [];
    const step = await lastStep(db, dir);
    for (const [at, said] of points) {
      if (at > step) await queue.add(recorder.point({ step: at, said }));
    }
    await queue.done();
  } finally {
    db.close();
  }
}

/** Last sequence of each actor that the recording has as the journal has it; the rest goes. */
async function eventsToCopyFrom(
  db: DuckDb,
  dir: string,
  { recorder, journal }: { readonly recorder: Recorder; readonly journal: Journal },
): Promise<ReadonlyMap<string, number>> {
  const last = new Map<string, number>();
  for (const [address, { sequence, event }] of await recordedEvents(db, dir)) {
    const kept = journal.recordsOf(address, sequence - 1)[0];
    last.set(address, sequence);
    if (kept !== undefined && isSameEvent(kept.event, event)) continue;
    const first = await partedFrom(db, dir, { address, journal });
    await recorder.withdrawEvents(address, first);
    last.set(address, first - 1);
  }
  return last;
}

/** Waits for writes together, for each commit of the disk has many. */
class Queue {
  #waiting: Promise<unknown>[] = [];

  async add(write: Promise<unknown>): Promise<void> {
    this.#waiting.push(write);
    if (this.#waiting.length >= TOGETHER) await this.done();
  }

  async done(): Promise<void> {
    await Promise.all(this.#waiting.splice(0));
  }
}
