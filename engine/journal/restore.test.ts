// Copies taken while the journal is written, put back whole or up to a point.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { copyJournal } from './copy.js';
import { examineJournal } from './examine.js';
import { Journal } from './journal.js';
import { restoreJournal } from './restore.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-restore-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

const record = (address: `${string}/${string}`, sequence: number, timeUs = sequence) => ({
  address,
  sequence,
  event: { kind: 'added' },
  cause: 'test',
  timeUs,
  place: sequence * 10,
});

const keepAll = { keepsInput: () => true, keptView: (_name: string, bytes: Buffer) => bytes };

t.test('a copy taken between writes is sound, and a prefix', async (t) => {
  const path = join(folder, 'live');
  const journal = Journal.open(path);
  const writes: Promise<void>[] = [];
  const copies: Promise<void>[] = [];
  for (let n = 1; n <= 400; n++) {
    writes.push(journal.append([record('actor/a', n), record('actor/b', n)]));
    if (n % 100 === 0) {
      await writes[n - 50];
      copies.push(copyJournal(path, join(folder, `copy-${n}.mdb`)));
    }
  }
  await Promise.all([...writes, ...copies]);
  t.match(await examineJournal(path), { isSound: true, records: 800 }, 'while it is open');
  await t.rejects(copyJournal(path, join(folder, 'copy-100.mdb')), {
    code: 'journal.backup_exists',
  });
  await t.rejects(copyJournal(join(folder, 'none'), join(folder, 'x.mdb')), {
    code: 'journal.missing',
  });
  for (const n of [100, 200, 300, 400]) {
    const place = join(folder, `restored-${n}`);
    const { records } = await restoreJournal(join(folder, `copy-${n}.mdb`), place, undefined);
    t.ok(records >= n - 50 && records % 2 === 0, `${records} of commits that were whole`);
    const restored = Journal.open(place);
    t.same(restored.verify(), { records });
    await restored.append([record('actor/a', restored.sequenceOf('actor/a') + 1)]);
    await restored.close();
  }
  const place = join(folder, 'restored-100');
  await t.rejects(restoreJournal(join(folder, 'copy-200.mdb'), place, undefined), {
    code: 'journal.restore_exists',
  });
  await restoreJournal(join(path, 'journal.mdb'), join(folder, 'from-live'), undefined);
  await Journal.open(join(folder, 'from-live')).close();
  await journal.close();
});

t.test('what comes after a position or a time is left out, and the rest goes on', async (t) => {
  const path = join(folder, 'whole');
  const journal = Journal.open(path);
  for (let n = 1; n <= 9; n++) {
    await journal.append([record('actor/a', n, n * 1_000)]);
    await journal.appendInput(Buffer.from([n]));
  }
  await journal.putView('mark', Buffer.from('9'));
  await journal.putView('result', Buffer.from('late'));
  await journal.putSnapshot('s', Buffer.from('late'));
  await journal.close();
  const from = join(path, 'journal.mdb');
  const cut = {
    keepsInput: (bytes: Buffer, first: { readonly place?: number }) =>
      bytes[0]! * 10 < first.place!,
    keptView: (name: string, _bytes: Buffer, first: { readonly position: number }) =>
      name === 'mark' ? Buffer.from(String(first.position)) : undefined,
  };
  for (const [name, until] of [
    ['position', { position: 4 }],
    ['time', { timeUs: 4_999 }],
  ] as const) {
    const place = join(folder, `until-${name}`);
    t.same(await restoreJournal(from, place, { until, ...cut }), { records: 4, dropped: 5 });
    t.match(await examineJournal(place), { isSound: true, records: 4, inputs: 4, views: 1 }, name);
    const restored = Journal.open(place);
    t.equal(restored.view('mark')?.toString(), '5');
    t.equal(restored.snapshot('s'), undefined);
    await restored.append([record('actor/a', 5)]);
    t.same(restored.inspect({ position: 4 }).lastTimeUs, 4_000);
    t.equal(restored.inspect().records, 5);
    await restored.close();
  }
  const whole = { until: { position: 99 }, ...keepAll };
  t.same(await restoreJournal(from, join(folder, 'all'), whole), { records: 9, dropped: 0 });
  const none = { until: { timeUs: 0 }, ...keepAll };
  t.same(await restoreJournal(from, join(folder, 'nothing'), none), { records: 0, dropped: 9 });
});

t.test('a damaged copy is not put back', async (t) => {
  const copy = join(folder, 'damaged.mdb');
  copyFileSync(join(folder, 'copy-100.mdb'), copy);
  writeFileSync(copy, 'not the beginning', { flag: 'r+' });
  const place = join(folder, 'never');
  await t.rejects(restoreJournal(copy, place, undefined), { code: 'journal.damaged' });
  t.throws(() => Journal.open(place, { readOnly: true }), { code: 'journal.missing' });
  await t.rejects(restoreJournal(join(folder, 'no.mdb'), place, undefined), {
    code: 'journal.missing',
  });
});

t.test('a folder that can not be written is told as such', async (t) => {
  const place = join(folder, 'closed');
  mkdirSync(place);
  chmodSync(place, 0o500);
  t.teardown(() => chmodSync(place, 0o700));
  // The user that may write everywhere is stopped by a file where a folder is wanted.
  writeFileSync(join(folder, 'file'), '');
  const target = process.getuid?.() === 0 ? join(folder, 'file', 'x.mdb') : join(place, 'x.mdb');
  await t.rejects(copyJournal(join(folder, 'whole'), target), { code: 'journal.backup_failed' });
});

t.test('a copy leaves alone what has come to its place, and who copies there too', async (t) => {
  const file = join(folder, 'twice.mdb');
  const [another, gone] = [`${file}.part-${process.ppid}`, `${file}.part-999999999`];
  for (const part of [another, gone]) writeFileSync(part, 'half');
  const copying = copyJournal(join(folder, 'whole'), file);
  writeFileSync(file, 'of another process');
  await t.rejects(copying, { code: 'journal.backup_exists' });
  t.equal(readFileSync(file, 'utf8'), 'of another process');
  t.ok(existsSync(another), 'a process that lives goes on with its own');
  t.notOk(existsSync(gone), 'what a process left that is gone is cleared away');
});

t.test('a journal that began meanwhile is not replaced by a copy', async (t) => {
  const place = join(folder, 'begun');
  mkdirSync(join(place, 'journal.mdb.part-999999999'), { recursive: true });
  const begin = async () => {
    const journal = Journal.open(place);
    await journal.append([record('actor/new', 1)]);
    return journal;
  };
  let begun: Promise<Journal> | undefined;
  const cut = {
    until: { position: 4 },
    keptView: () => undefined,
    keepsInput: () => {
      begun ??= begin();
      return true;
    },
  };
  const from = join(folder, 'whole', 'journal.mdb');
  await t.rejects(restoreJournal(from, place, cut), { code: 'journal.restore_exists' });
  await (await begun)!.close();
  const journal = Journal.open(place);
  t.same(journal.addresses(), ['actor/new']);
  await journal.close();
  t.same(readdirSync(place).sort(), ['journal.mdb', 'journal.mdb-lock']);
});
