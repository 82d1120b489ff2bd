// A disk that is slow, fails, is read-only or tears a commit: what the journal says and keeps.
// Flipped bits and files cut short are in `damage.test.ts`, a full disk in `journal.test.ts`.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { Fault } from '../core/fault.js';
import { Lmdb } from '../io/lmdb/store.js';
import { EventIndex } from './event-index.js';
import { examineJournal } from './examine.js';
import { GroupWriter, WRITES_WAITING_MAX } from './group.js';
import { readHeads } from './heads.js';
import { Journal } from './journal.js';
import type { Put } from './puts.js';
import { toJson } from './record.js';

/** What LMDB writes at once, and what a commit lies in before its heads name it. */
const PAGE_BYTES = 4096;
const HEAD_PAGES = 2;

/** Of so many writes one writes something, which the others' word waits for. */
const WRITES_PER_PUT = 25;

/** Torn commits tried. */
const TEARS = 60;
const SEED = 20_210_416;

function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-disk-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function record(sequence: number, text = '') {
  const event = { kind: 'added', text };
  return { address: 'actor/a', sequence, event, cause: 'test', timeUs: sequence } as const;
}

/** A line of writes whose commits go through `disk`. */
function writerOn(disk: Pick<Lmdb, 'commit'>, lmdb: Lmdb): GroupWriter {
  const [events, index, meta, inputs] = ['events', 'index', 'meta', 'inputs'].map((name) =>
    lmdb.store(name),
  );
  const heads = readHeads(events!, inputs!, new Map());
  return new GroupWriter(disk, heads, new EventIndex(events!, index!, meta!));
}

async function readAll(directory: string): Promise<string> {
  const journal = Journal.open(directory, { readOnly: true });
  try {
    return toJson([...journal.records()]);
  } finally {
    await journal.close();
  }
}

t.test(
  'a slow disk: word of a write after its sync alone, and refusals at the bound',
  async (t) => {
    const path = folder(t);
    const lmdb = Lmdb.open(path);
    const inputs = lmdb.store('inputs');
    let letGo: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let syncs = 0;
    const slow: Pick<Lmdb, 'commit'> = {
      async commit(size, write) {
        await released;
        await lmdb.commit(size, write);
        syncs++;
      },
    };
    const writer = writerOn(slow, lmdb);
    let staged = 0;
    const put = (): Put[] => {
      const isPut = staged++ % WRITES_PER_PUT === 0;
      return isPut ? [{ store: inputs, key: [staged], value: Buffer.from('x') }] : [];
    };
    let told = 0;
    let early = 0;
    const writes = Array.from({ length: WRITES_WAITING_MAX }, () =>
      writer.write(put).then(() => {
        if (syncs === 0) early++;
        told++;
      }),
    );
    // The line has been taken up and stands in the first sync.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    t.equal(told, 0);
    t.ok(staged < WRITES_WAITING_MAX / 2, 'one commit is made ready, not all that wait');
    await t.rejects(writer.write(put), { code: 'journal.busy', retryable: true });
    t.equal(writer.counters.refused, 1);
    t.equal(inputs.count(), 0, 'nothing is on disk');
    letGo();
    await Promise.all(writes);
    t.equal(told, WRITES_WAITING_MAX);
    t.equal(early, 0, 'nobody heard of a write before a sync');
    t.equal(writer.counters.commits, syncs);
    await writer.write(put);
    // The store looks anew each turn.
    await new Promise((resolve) => setImmediate(resolve));
    t.equal(inputs.count(), WRITES_WAITING_MAX / WRITES_PER_PUT + 1);
    await writer.end();
    await lmdb.close();
  },
);

t.test('a disk that fails in a sync: those in it are told, and nothing follows', async (t) => {
  const path = folder(t);
  const lmdb = Lmdb.open(path);
  const failing: Pick<Lmdb, 'commit'> = {
    commit: () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })),
  };
  const writer = writerOn(failing, lmdb);
  await t.rejects(
    writer.write(() => []),
    { code: 'EIO' },
  );
  t.ok(writer.hasFailed);
  await t.rejects(
    writer.write(() => []),
    { code: 'journal.commit_failed' },
  );
  await lmdb.close();
});

t.test('a disk that was full goes on once there is room, in the same process', async (t) => {
  const lmdb = Lmdb.open(folder(t));
  const inputs = lmdb.store('inputs');
  let isFull = true;
  const filling: Pick<Lmdb, 'commit'> = {
    commit(size, write) {
      const full = new Fault('journal.disk_full', 'no room', { retryable: true });
      return isFull ? Promise.reject(full) : lmdb.commit(size, write);
    },
  };
  const writer = writerOn(filling, lmdb);
  const put = (key: number) => () => [{ store: inputs, key: [key], value: Buffer.from('x') }];
  const refused = await Promise.allSettled([writer.write(put(1)), writer.write(put(2))]);
  t.match(refused, [
    { status: 'rejected', reason: { code: 'journal.disk_full' } },
    { status: 'rejected', reason: { code: 'journal.disk_full' } },
  ]);
  t.notOk(writer.hasFailed);
  isFull = false;
  await writer.write(put(3));
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(inputs.count(), 1, 'what was refused is not there');
  await writer.end();
  await lmdb.close();
});

t.test('a read-only disk is told; what is there can be read and found sound', async (t) => {
  const path = folder(t);
  const source = join(path, 'source');
  const journal = Journal.open(source);
  for (let n = 1; n <= 5; n++) await journal.append([record(n)]);
  await journal.close();
  const written = await readAll(source);
  const mounted = join(path, 'mounted');
  mkdirSync(mounted);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', mounted], { stdio: 'pipe' });
  } catch (error) {
    t.comment(`left out: nothing may be mounted here (${String(error).split('\n')[0]})`);
    return;
  }
  t.teardown(() => execFileSync('umount', ['-l', mounted]));
  copyFileSync(join(source, 'journal.mdb'), join(mounted, 'journal.mdb'));
  execFileSync('mount', ['-o', 'remount,ro', mounted]);
  t.throws(() => writeFileSync(join(mounted, 'probe'), ''), { code: 'EROFS' });
  t.throws(() => Journal.open(mounted), { code: 'journal.unwritable', message: /EROFS|read-only/ });
  t.throws(() => Journal.open(join(mounted, 'below')), { code: 'journal.unwritable' });
  t.equal(await readAll(mounted), written);
  t.match(await examineJournal(mounted), { isSound: true, records: 5 });
});

t.test('a commit torn anywhere before its head is as if it had not begun', async (t) => {
  const path = folder(t);
  const source = join(path, 'source');
  const file = join(source, 'journal.mdb');
  const journal = Journal.open(source);
  for (let n = 1; n <= 40; n++) await journal.append([record(n, 'x'.repeat((n * 97) % 900))]);
  const before = readFileSync(file);
  const readBefore = toJson([...journal.records()]);
  await journal.append(Array.from({ length: 8 }, (_, at) => record(41 + at, 'y'.repeat(700))));
  const after = readFileSync(file);
  await journal.close();
  const pages: number[] = [];
  for (let page = HEAD_PAGES; page * PAGE_BYTES < after.length; page++) {
    const [from, to] = [page * PAGE_BYTES, (page + 1) * PAGE_BYTES];
    if (!after.subarray(from, to).equals(before.subarray(from, to))) pages.push(page);
  }
  t.ok(pages.length > 3, 'the commit wrote several pages');
  const torn = fc.tuple(fc.subarray(pages), fc.integer({ min: 0, max: PAGE_BYTES }));
  await fc.assert(
    fc.asyncProperty(torn, async ([landed, cut]) => {
      const copy = join(path, 'torn');
      rmSync(copy, { recursive: true, force: true });
      mkdirSync(copy);
      const bytes = Buffer.alloc(Math.max(before.length, after.length));
      before.copy(bytes);
      for (const page of landed) {
        const from = page * PAGE_BYTES;
        // The last page that was being written may be there in part.
        const count = page === landed.at(-1) ? cut : PAGE_BYTES;
        after.copy(bytes, from, from, from + count);
      }
      writeFileSync(join(copy, 'journal.mdb'), bytes);
      const { isSound } = await examineJournal(copy);
      return isSound && (await readAll(copy)) === readBefore;
    }),
    { numRuns: TEARS, seed: SEED },
  );
});
