// What a recording lacks of its data directory's past is copied into it: a replay has nothing else.

import { existsSync } from 'node:fs';
import { DuckDb, Fault, type Journal, sqlText, toJson } from '../../engine/index.js';
import { bookPointsIn } from '../app/feed/kept-book-points.js';
import type { RecordedBatches } from '../app/feed/recorded-batches.js';
import type { Recorder } from './recorder.js';
import { readRun, runFile, tablesOf } from './recording.js';

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
 * the recording.
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
  const last = await lastRecorded(dir);
  const queue = new Queue();
  for (const record of journal.records()) {
    const { sequence, address, timeUs, cause, event, place } = record;
    if (sequence <= (last.events.get(address) ?? 0)) continue;
    const step = record.position <= position ? 0 : place;
    const copy = { address, sequence, timeUs, cause, place: step, event: toJson(event) };
    await queue.add(recorder.event(copy));
  }
  for (const { batch, admission } of recorded.all()) {
    const before = last.batches.get(batch.source);
    if (before !== undefined && batch.sequence <= before) continue;
    await queue.add(recorder.batch(batch, admission));
  }
  // A run that begins anew forgets what books said in those before.
  const points = resume ? bookPointsIn(journal, feed) : [];
  for (const [step, said] of points) {
    if (step > last.step) await queue.add(recorder.point({ step, said }));
  }
  await queue.done();
}

/** Waits for writes together, for each commit of the disk has many. */
class Queue {
  #waiting: Promise<void>[] = [];

  async add(write: Promise<void>): Promise<void> {
    this.#waiting.push(write);
    if (this.#waiting.length >= TOGETHER) await this.done();
  }

  async done(): Promise<void> {
    await Promise.all(this.#waiting.splice(0));
  }
}

/** Last sequence of each actor and source, and last step of books, in the tables of a folder. */
async function lastRecorded(dir: string): Promise<{
  readonly events: ReadonlyMap<string, number>;
  readonly batches: ReadonlyMap<string, bigint>;
  readonly step: number;
}> {
  const [events, batches] = [tablesOf(dir, 'events'), tablesOf(dir, 'prints')];
  const points = tablesOf(dir, 'points');
  if (events.length + batches.length + points.length === 0) {
    return { events: new Map(), batches: new Map(), step: 0 };
  }
  const db = await DuckDb.open();
  const rowsOf = async (columns: string, tables: readonly string[], by: string) =>
    tables.length === 0
      ? []
      : await db.rows(`SELECT ${by}, ${columns} AS last
          FROM read_parquet([${tables.map(sqlText).join(', ')}]) GROUP BY ${by}`);
  try {
    const number = '(sequence_high::UBIGINT << 32) | sequence_low::UBIGINT';
    const ofEvents = await rowsOf('max(sequence)', events, 'address');
    const [ofPoints] = await rowsOf('max(step)', points, 'true');
    const ofBatches = await rowsOf(`max(${number})::VARCHAR`, batches, 'source');
    return {
      events: new Map(ofEvents.map((row) => [String(row['address']), Number(row['last'])])),
      batches: new Map(
        ofBatches.map((row) => [String(row['source']), BigInt(String(row['last']))]),
      ),
      step: Number(ofPoints?.['last'] ?? 0),
    };
  } finally {
    db.close();
  }
}
