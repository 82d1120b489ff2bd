// Upkeep: the same rows in their order out of fewer tables, whatever a crash leaves; days that go.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DuckDb } from '../../engine/index.js';
import { packPrints, temporaryFolder, until } from '../services/test-system.js';
import { openSegments } from './open-tables.js';
import { RawRecorder } from './raw-recorder.js';
import { Recorder } from './recorder.js';
import { partition, tablesIn, tablesOf } from './recording.js';
import { prepareReplay } from './replay.js';
import { sqlTables } from './tables.js';
import { compact, retain, retainRaw, summarise } from './upkeep.js';

const RUN = { flags: { pace: 'max' }, feed: 'a feed' };

/** A recording of so many processes, each of which leaves a table of prints and one of events. */
async function recordingOf(dir: string, processes: number): Promise<void> {
  let sequence = 0n;
  for (let process = 0; process < processes; process++) {
    const recorder = await Recorder.open(dir);
    recorder.note(RUN);
    for (let batch = 0; batch < 3; batch++) {
      sequence++;
      // Times fall, so that no order but that of arrival is the right one.
      const prints = packPrints([
        [0, 1e15 - Number(sequence) * 10, 10],
        [0, 1e15 - Number(sequence) * 10 - 5, 11],
      ]);
      const admission = { step: 1, prints: Number(sequence), arrivalUs: 1 };
      await recorder.batch({ source: 's', sequence, symbols: ['AAPL'], prints }, admission);
    }
    await recorder.event({
      address: 'portfolio/a',
      sequence: process + 1,
      timeUs: 1,
      cause: 'test',
      event: '{"kind":"cash_moved"}',
    });
    await recorder.close();
  }
}

async function timesOf(dir: string): Promise<unknown[]> {
  const db = await DuckDb.open();
  const times: unknown[] = [];
  for (const path of tablesOf(dir, 'prints')) {
    for (const { time_us: time } of await db.rows(`SELECT time_us FROM '${path}'`))
      times.push(time);
  }
  db.close();
  return times;
}

async function eventsOf(dir: string): Promise<number> {
  const db = await DuckDb.open();
  const tables = tablesOf(dir, 'events').map((path) => `'${path}'`);
  const [row] = await db.rows(
    `SELECT count(*)::INT AS n FROM read_parquet([${tables.join(', ')}])`,
  );
  db.close();
  return Number(row?.['n']);
}

t.test('many tables become one with every row in its order, and are replayed alike', async (t) => {
  const dir = join(temporaryFolder(t, 'upkeep'), 'rec');
  await recordingOf(dir, 4);
  const before = await timesOf(dir);
  t.equal(before.length, 24);
  const asWas = await prepareReplay(dir, join(dir, '..', 'one'));
  t.same(await compact(dir), { sealed: 0, before: 8, after: 2, rows: 28 });
  t.same(await timesOf(dir), before);
  t.same(await prepareReplay(dir, join(dir, '..', 'two')), asWas);
  t.match(
    summarise(dir).map(({ kind, tables }) => [kind, tables]),
    [
      ['events', 1],
      ['prints', 1],
    ],
  );
  t.same(
    await compact(dir),
    { sealed: 0, before: 2, after: 2, rows: 0 },
    'again, there is nothing to do',
  );
  await recordingOf(dir, 1);
  t.equal(tablesOf(dir, 'prints').length, 2, 'a recording goes on behind a merged table');
  t.equal((await compact(dir, { rowsMax: 20 })).after, 3, 'no table grows beyond its bound');
});

t.test('a crash between any two steps of a merge loses no row and counts none twice', async (t) => {
  const dir = join(temporaryFolder(t, 'upkeep'), 'rec');
  await recordingOf(dir, 3);
  const aside = join(dir, '..', 'aside');
  cpSync(dir, aside, { recursive: true });
  const before = await timesOf(dir);
  let steps = 0;
  await compact(dir, { onStep: () => steps++ });
  t.equal(steps, 10, 'two kinds: written, named, three parts removed');
  for (let dies = 1; dies <= steps; dies++) {
    rmSync(dir, { recursive: true });
    cpSync(aside, dir, { recursive: true });
    let left = dies;
    const ending = new Error('the process ends here');
    const onStep = (): void => {
      if (--left === 0) throw ending;
    };
    await t.rejects(compact(dir, { onStep }), ending);
    t.same(await timesOf(dir), before, `after step ${dies}`);
    t.equal(await eventsOf(dir), 3);
    await compact(dir);
    t.same(await timesOf(dir), before, 'and once it was done again');
    const { date } = summarise(dir)[0]!;
    t.equal(readdirSync(partition(dir, date, 'prints')).length, 1, 'what was left is cleared');
    t.equal(sqlTables(dir)['prints']?.files.length, 1);
  }
});

t.test('one process at a time does upkeep', async (t) => {
  const dir = join(temporaryFolder(t, 'upkeep'), 'rec');
  await recordingOf(dir, 3);
  const before = await timesOf(dir);
  const others: Promise<unknown>[] = [];
  const onStep = (): void => {
    if (others.length > 0) return;
    const locked = { code: 'recording.locked', message: /upkeep/ };
    others.push(t.rejects(compact(dir), locked));
    others.push(t.rejects(retain(dir, 1), locked));
    others.push(t.rejects(retainRaw(dir, 1), locked));
  };
  await compact(dir, { onStep });
  await Promise.all(others);
  t.equal(others.length, 3);
  t.same(await timesOf(dir), before);
  t.match(await compact(dir), { rows: 0 }, 'and it is free again');
});

t.test('a full disk, which has no room for a claim either, is made room on', async (t) => {
  const dir = join(temporaryFolder(t, 'upkeep'), 'rec');
  await recordingOf(dir, 1);
  for (const date of ['2021-01-04', '2021-01-05']) {
    mkdirSync(partition(dir, date, 'raw@hand'), { recursive: true });
    cpSync(
      tablesOf(dir, 'events').at(-1)!,
      join(partition(dir, date, 'raw@hand'), '00000000.parquet'),
    );
  }
  const module = new URL('./upkeep.js', import.meta.url).href;
  const act = `const { retainRaw } = await import(process.argv[1]);
    console.log((await retainRaw(process.argv[2], 1)).dropped.join());`;
  const flags = ['--input-type=module', '-e', act, module, dir];
  // A limit on the size of files is met at the same place as a full disk, and needs no mount.
  const limited = `unset NODE_OPTIONS; trap '' XFSZ; ulimit -f 0; exec "$0" "$@"`;
  const shell = ['-c', limited, process.execPath, ...flags];
  const { stdout, stderr } = spawnSync('bash', shell, { encoding: 'utf8' });
  t.equal(stdout, '2021-01-04\n', stderr);
});

t.test('old days go, and what is left says that it is no whole run', async (t) => {
  const dir = join(temporaryFolder(t, 'upkeep'), 'rec');
  await recordingOf(dir, 1);
  const { date } = summarise(dir)[0]!;
  for (const old of ['2021-01-04', '2021-01-05']) {
    mkdirSync(partition(dir, old, 'prints'), { recursive: true });
    cpSync(
      tablesIn(dir, date, 'prints')[0]!,
      join(partition(dir, old, 'prints'), '00000000.parquet'),
    );
  }
  t.same((await retain(dir, 3)).dropped, []);
  const { dropped, bytes } = await retain(dir, 2);
  t.same(dropped, ['2021-01-04']);
  t.ok(bytes > 0);
  t.notOk(existsSync(partition(dir, '2021-01-04', 'prints')));
  t.ok(existsSync(partition(dir, '2021-01-05', 'prints')));
  await t.rejects(prepareReplay(dir, join(dir, 'again')), { code: 'recording.incomplete' });
  // A crash in the midst of dropping a day.
  renameSync(join(dir, 'date=2021-01-05'), join(dir, 'going=2021-01-05'));
  t.equal(sqlTables(dir)['prints']?.files.length, 1, 'what is left of it does not count');
  t.same((await retain(dir, 1)).dropped, []);
  t.notOk(existsSync(join(dir, 'going=2021-01-05')), 'and goes the next time');
});

/** A recording as a process leaves it that ends at once: in tables and open, with its claim. */
async function leftOpen(folder: string): Promise<string> {
  const [going, dir] = [join(folder, 'going'), join(folder, 'rec')];
  await recordingOf(going, 1);
  const recorder = await Recorder.open(going);
  const admission = { step: 1, prints: 9, arrivalUs: 1 };
  const prints = packPrints([[0, 1e15, 12]]);
  await recorder.batch({ source: 's', sequence: 9n, symbols: ['AAPL'], prints }, admission);
  const raw = await RawRecorder.open(going, { bytesMax: 1e9, tell() {} });
  raw.take({ source: 'alpaca', form: 'stream', message: '{}' });
  await until(() => openSegments(going).filter(({ bytes }) => bytes > 0).length === 2);
  cpSync(going, dir, { recursive: true });
  for (const name of ['records.writer', 'raw.writer']) rmSync(join(dir, 'open', name));
  await Promise.all([recorder.close(), raw.close()]);
  return dir;
}

t.test('upkeep makes tables of what a process left open when it ended', async (t) => {
  for (const upkeep of [
    (dir: string) => compact(dir),
    (dir: string) => retain(dir, 9),
    (dir: string) => retainRaw(dir, 9),
  ]) {
    const dir = await leftOpen(temporaryFolder(t, 'upkeep'));
    t.equal(openSegments(dir).length, 2);
    t.equal((await upkeep(dir)).sealed, 2);
    t.same(openSegments(dir), []);
    t.equal((await timesOf(dir)).length, 7, 'the six that were tables, and the one left open');
    t.equal((await upkeep(dir)).sealed, 0);
  }
});

t.test('what a process still records into stays its own', async (t) => {
  const dir = join(temporaryFolder(t, 'upkeep'), 'rec');
  await recordingOf(dir, 1);
  const recorder = await Recorder.open(dir);
  const admission = { step: 1, prints: 9, arrivalUs: 1 };
  const prints = packPrints([[0, 1e15, 12]]);
  await recorder.batch({ source: 's', sequence: 9n, symbols: ['AAPL'], prints }, admission);
  t.match(await compact(dir), { sealed: 0 });
  t.match(await retain(dir, 1), { sealed: 0 });
  t.equal(openSegments(dir).length, 1);
  await recorder.close();
  t.equal((await timesOf(dir)).length, 7);
});
