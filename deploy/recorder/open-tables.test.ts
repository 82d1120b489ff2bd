// A recording that is still written: whoever reads it sees all of it, and takes nothing away.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { DuckDb, readOnlyQuery, sqlText } from '../../engine/index.js';
import { packPrints, temporaryFolder } from '../services/test-system.js';
import { copyOpen } from './open-tables.js';
import { Recorder } from './recorder.js';
import { openFolder, readRun, tablesOf } from './recording.js';
import { prepareReplay } from './replay.js';
import { copyOpenOf, sqlTables } from './tables.js';
import { compact } from './upkeep.js';

const RUN = { flags: { pace: 'max' }, feed: 'a feed' };

async function record(recorder: Recorder, sequence: bigint): Promise<void> {
  const prints = packPrints([[0, 1e15 + Number(sequence), 10]]);
  const admission = { step: 1, prints: 0, arrivalUs: 1 };
  await recorder.batch({ source: 's', sequence, symbols: ['AAPL'], prints }, admission);
}

/** A recording of two batches, of which the second still lies open. */
async function recording(t: Test) {
  const folder = temporaryFolder(t, 'open');
  const dir = join(folder, 'rec');
  const recorder = await Recorder.open(dir);
  recorder.note(RUN);
  await record(recorder, 1n);
  await recorder.sealPrints();
  await record(recorder, 2n);
  return { folder, dir, recorder };
}

/** Sequences in the tables of a recording, one that comes twice twice. */
async function sequencesIn(paths: readonly string[]): Promise<number[]> {
  if (paths.length === 0) return [];
  const db = await DuckDb.open();
  const rows = await db.rows(`SELECT sequence_low::INT AS s
    FROM read_parquet([${paths.map(sqlText).join(', ')}]) ORDER BY ALL`);
  db.close();
  return rows.map(({ s }) => Number(s));
}

t.test('a replay of a recording that goes on takes nothing away from it', async (t) => {
  const { folder, dir, recorder } = await recording(t);
  const before = readdirSync(dir, { recursive: true });
  const prepared = await prepareReplay(dir, join(folder, 'replayed'));
  t.match(prepared, { batches: 2, prints: 2 }, 'what lies open is replayed too');
  t.same(readdirSync(dir, { recursive: true }), before);
  await record(recorder, 3n);
  await recorder.close();
  t.same(await sequencesIn(tablesOf(dir, 'prints')), [1, 2, 3]);
});

t.test('a query counts what lies open once, whatever becomes of it meanwhile', async (t) => {
  const { folder, dir, recorder } = await recording(t);
  const aside = join(folder, 'aside');
  const copies = await copyOpenOf(folder, aside);
  const ask = async () => {
    const tables = sqlTables(dir, { copies });
    const bounds = { rowsMax: 9, timeMsMax: 30_000, memoryMbMax: 256 };
    const query = 'SELECT sequence_low::INT FROM prints ORDER BY ALL';
    const options = { tables, folders: [dir, aside], ...bounds };
    return (await readOnlyQuery(query, options)).rows.flat();
  };
  t.same(await ask(), [1, 2]);
  await recorder.sealPrints();
  t.same(await ask(), [1, 2], 'it has become a table');
  await compact(dir);
  t.same(await ask(), [1, 2], 'and a part of a larger one');
  await recorder.close();
  t.same(await copyOpenOf(folder, join(folder, 'later')), [], 'nothing is open any more');
});

t.test('a write that is under way when a segment is copied is left out whole', async (t) => {
  const folder = temporaryFolder(t, 'open');
  const dir = join(folder, 'rec');
  const recorder = await Recorder.open(dir);
  await record(recorder, 1n);
  const [name = ''] = readdirSync(openFolder(dir)).filter((name) => name.endsWith('.open'));
  const whole = readFileSync(join(openFolder(dir), name));
  await recorder.close();
  const other = join(folder, 'other');
  mkdirSync(openFolder(other), { recursive: true });
  writeFileSync(join(openFolder(other), name), Buffer.concat([whole, whole.subarray(0, 30)]));
  const aside = join(folder, 'aside');
  await copyOpen(other, aside);
  t.same(await sequencesIn(tablesOf(aside, 'prints')), [1]);
  t.same(readdirSync(openFolder(other)), [name], 'no torn end is put aside by a reader');
});

t.test('one process at a time records into a folder', async (t) => {
  const dir = join(temporaryFolder(t, 'open'), 'rec');
  const recorder = await Recorder.open(dir);
  await record(recorder, 1n);
  await t.rejects(Recorder.open(dir), { code: 'recording.locked' });
  await record(recorder, 2n);
  await recorder.close();
  // Number, boot and start of a process: the number is this one's, the process another.
  writeFileSync(join(openFolder(dir), 'records.writer'), `${process.pid} another 1`);
  const next = await Recorder.open(dir);
  await record(next, 3n);
  await next.close();
  t.same(await sequencesIn(tablesOf(dir, 'prints')), [1, 2, 3]);
});

t.test('a state that something was recorded behind is no more the end of the run', async (t) => {
  const dir = join(temporaryFolder(t, 'open'), 'rec');
  const recorder = await Recorder.open(dir);
  recorder.note({ ...RUN, hash: 'abc', ticks: 5 });
  t.match(readRun(dir), { hash: 'abc', ticks: 5 });
  await record(recorder, 1n);
  t.equal(readRun(dir).hash, undefined);
  recorder.note({ ...RUN, hash: 'def', ticks: 6 });
  await recorder.close();
  t.equal(readRun(dir).hash, 'def');
  const next = await Recorder.open(dir);
  t.equal(readRun(dir).hash, 'def');
  await record(next, 2n);
  t.equal(readRun(dir).hash, undefined, 'of an earlier process too');
  await next.close();
});
