// The journal: durable before it answers, each event once, damage found, one writer.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Lmdb } from '../io/lmdb/store.js';
import { examineJournal } from './examine.js';
import { Journal } from './journal.js';
import { fromJson, toJson } from './record.js';
import { claimOf } from './writer-claim.js';

function folder(t: { teardown(run: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-journal-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const record = (address: `${string}/${string}`, sequence: number, amount = 1n) => ({
  address,
  sequence,
  event: { kind: 'added', amount } as { kind: string },
  cause: 'test',
  timeUs: 1,
});

t.test('events come back by actor, in order, after a restart', async (t) => {
  const path = folder(t);
  const journal = Journal.open(path);
  await Promise.all(
    Array.from({ length: 64 }, (_, n) =>
      journal.append([record(`actor/${n}`, 1), record(`actor/${n}`, 2, 9n ** 30n)]),
    ),
  );
  await journal.close();
  const again = Journal.open(path);
  t.equal(again.addresses().length, 64);
  t.same(again.events('actor/7'), [
    { kind: 'added', amount: 1n },
    { kind: 'added', amount: 9n ** 30n },
  ]);
  t.same(again.events('actor/7', 1), [{ kind: 'added', amount: 9n ** 30n }]);
  t.same(again.verify(), { records: 128 });
  t.match(again.inspect(), { records: 128, byKind: { added: 128 }, byAddress: { 'actor/3': 2 } });
  await again.close();
});

t.test('pages are used again, also after a restart with a past', async (t) => {
  const path = folder(t);
  const first = Journal.open(path);
  await first.append(Array.from({ length: 50 }, (_, n) => record(`actor/${n}`, 1)));
  await first.close();
  const journal = Journal.open(path);
  const bytes: number[] = [];
  for (let round = 0; round < 40; round++) {
    await journal.putSnapshot('shard/0', Buffer.alloc(500_000, round));
    bytes.push(statSync(join(path, 'journal.mdb')).size);
  }
  // The rewritten snapshot takes its own room a few times over, not once a commit.
  t.ok(bytes.at(-1)! < bytes[0]! * 2, `grew from ${bytes[0]} to ${bytes.at(-1)} bytes`);
  await journal.close();
});

t.test('places of events and single inputs come back', async (t) => {
  const path = folder(t);
  const journal = Journal.open(path);
  t.equal(journal.position, 0);
  await journal.append([{ ...record('actor/a', 1), place: 7 }, record('actor/b', 1)]);
  await journal.append([{ ...record('actor/a', 2), place: 9 }]);
  await journal.appendInput(Buffer.from('one'), Buffer.from('two'));
  await journal.appendInput(Buffer.from('three'));
  await journal.close();
  const again = Journal.open(path);
  t.match(again.recordsOf('actor/a', 1), [{ sequence: 2, place: 9, position: 3 }]);
  t.equal(again.recordsOf('actor/b')[0]?.place, undefined);
  t.equal(again.position, 3);
  t.equal(String(again.input(2)), 'two');
  t.throws(() => again.input(4), { code: 'journal.corrupt' });
  t.same(again.verify(), { records: 3 });
  await again.close();
});

t.test('an event that is there already, or skips one, is refused and leaves nothing', async (t) => {
  const journal = Journal.open(folder(t));
  await journal.append([record('actor/a', 1)]);
  await t.rejects(journal.append([record('actor/a', 1)]), { code: 'journal.out_of_sequence' });
  await t.rejects(journal.append([record('actor/b', 1), record('actor/a', 3)]), {
    code: 'journal.out_of_sequence',
  });
  t.same(journal.events('actor/b'), []);
  const big = { ...record('actor/a', 2), cause: 'x'.repeat(1_100_000) };
  await t.rejects(journal.append([big]), { code: 'journal.event_too_large' });
  await journal.append([record('actor/a', 2)]);
  t.same(journal.verify(), { records: 2 });
  await journal.close();
});

t.test('one changed byte, and a missing record, are found where they are', async (t) => {
  const path = folder(t);
  const journal = Journal.open(path);
  for (let n = 1; n <= 5; n++) await journal.append([record('actor/a', n)]);
  await journal.close();
  const change = async (edit: (bytes: Buffer) => Buffer | undefined): Promise<void> => {
    const lmdb = Lmdb.open(path);
    const store = lmdb.store('events');
    const edited = edit(Buffer.from(store.get([3])!));
    await lmdb.commit({ puts: 1, bytes: edited?.length ?? 0 }, () =>
      edited === undefined ? store.remove([3]) : store.put([3], edited),
    );
    await lmdb.close();
  };
  const verify = async () => {
    const reader = Journal.open(path, { readOnly: true });
    const found = reader.verify();
    await reader.close();
    return found;
  };
  await change((bytes) => {
    bytes[bytes.length - 3]! ^= 1;
    return bytes;
  });
  t.match(await verify(), { records: 2, firstBad: { position: 3, reason: /hash/ } });
  await change(() => undefined);
  t.match(await verify(), { firstBad: { position: 3, reason: /missing/ } });
});

t.test('views and inputs are kept; a damaged snapshot gives way to the one before', async (t) => {
  const path = folder(t);
  const journal = Journal.open(path);
  for (const state of ['one', 'two', 'three']) await journal.putSnapshot('s', Buffer.from(state));
  await journal.putView('v', Buffer.from('view'));
  await journal.appendInput(Buffer.from('one'));
  await journal.appendInput(Buffer.from('two'));
  t.same(journal.snapshot('s'), { version: 3, bytes: Buffer.from('three') });
  t.equal(journal.snapshot('none'), undefined);
  t.equal(journal.view('v')?.toString(), 'view');
  t.same([...journal.inputs()].map(String), ['one', 'two']);
  t.same([...journal.inputs(1)].map(String), ['two']);
  await journal.close();
  const damage = async (version: number): Promise<void> => {
    const lmdb = Lmdb.open(path);
    const store = lmdb.store('snapshots');
    const bytes = Buffer.from(store.get(['s', version])!);
    bytes[33]! ^= 1;
    await lmdb.commit({ puts: 1, bytes: bytes.length }, () => store.put(['s', version], bytes));
    await lmdb.close();
  };
  await damage(3);
  const again = Journal.open(path);
  t.same(again.snapshot('s'), { version: 2, bytes: Buffer.from('two') });
  t.equal(again.counters.damagedSnapshots, 1);
  await again.close();
  await damage(2);
  const last = Journal.open(path);
  t.equal(last.snapshot('s'), undefined, 'the one before that is gone');
  await last.close();
});

t.test('one writer at a time; one that died gives way; a missing journal is told', async (t) => {
  const path = folder(t);
  t.throws(() => Journal.open(path, { readOnly: true }), { code: 'journal.missing' });
  const claim = async (holder: string): Promise<void> => {
    const lmdb = Lmdb.open(path);
    const store = lmdb.store('meta');
    await lmdb.commit({ puts: 1, bytes: 99 }, () => store.put(['writer'], Buffer.from(holder)));
    await lmdb.close();
  };
  const first = Journal.open(path);
  t.throws(() => Journal.open(path), { code: 'journal.locked' });
  await first.close();
  await claim(claimOf(1));
  t.throws(() => Journal.open(path), { code: 'journal.locked' }, 'process 1 is alive');
  await claim('1 another-boot 0');
  await (await Journal.open(path)).close();
  await claim(`${process.pid} - 1`);
  const journal = Journal.open(path);
  t.teardown(() => journal.close());
  await journal.append([record('actor/a', 1)]);
});

t.test('a journal whose process ended while it was made is none, and no damage', async (t) => {
  for (const names of [[], ['meta'], ['meta', 'events', 'index']]) {
    const path = folder(t);
    const lmdb = Lmdb.open(path);
    for (const name of names) lmdb.store(name);
    // Not closed yet, as whoever is killed leaves it.
    await t.rejects(examineJournal(path), { code: 'journal.missing', message: /before it began/ });
    await lmdb.close();
    t.throws(() => Journal.open(path, { readOnly: true }), { code: 'journal.missing' });
    await (await Journal.open(path)).close();
    t.match(await examineJournal(path), { isSound: true, records: 0 });
    // Its commits are now of two kinds, which the file's heads tell apart.
    const journal = Journal.open(path);
    await journal.append([record('actor/a', 1)]);
    await journal.close();
    await (await Journal.open(path)).close();
    t.match(await examineJournal(path), { isSound: true, records: 1 });
  }
  const empty = folder(t);
  writeFileSync(join(empty, 'journal.mdb'), '');
  await t.rejects(examineJournal(empty), { code: 'journal.missing', message: /before it began/ });
  t.throws(() => Journal.open(empty, { readOnly: true }), { code: 'journal.missing' });
  await (await Journal.open(empty)).close();
  t.match(await examineJournal(empty), { isSound: true, records: 0 });
  const path = folder(t);
  const lmdb = Lmdb.open(path);
  const store = lmdb.store('evnets');
  await lmdb.commit({ puts: 1, bytes: 9 }, () => store.put([1], Buffer.from('lost')));
  await lmdb.close();
  t.match(await examineJournal(path), { isSound: false }, 'a store by another name is damage');
});

t.test('a place that can not be written is told as such', async (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'file'), '');
  t.throws(() => Journal.open(join(path, 'file', 'below')), { code: 'journal.unwritable' });
});

t.test(
  'a full disk refuses the write, loses nothing, and goes on when there is room',
  async (t) => {
    const path = folder(t);
    const source = `
    const { Journal } = await import(process.argv[1]);
    const journal = Journal.open(process.argv[2]);
    const event = { kind: 'added', text: 'x'.repeat(200_000) };
    let told = '';
    let kept = 0;
    for (let n = 1; n <= 200 && told === ''; n++) {
      await journal.append([{ address: 'actor/a', sequence: n, event, cause: '', timeUs: 0 }]).then(
        () => kept++, (error) => { told = error.code; });
    }
    process.stdout.write(JSON.stringify({ told, kept, found: journal.verify().records }));
    process.exit(0);`;
    // A limit on the size of files is met at the same place as a full disk, and needs no mount.
    const command = `unset NODE_OPTIONS; trap '' XFSZ; ulimit -f 20000; exec "$0" --input-type=module -e "$1" "$2" "$3"`;
    const module = new URL('./journal.js', import.meta.url).href;
    const child = spawn('bash', ['-c', command, process.execPath, source, module, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await new Promise((resolve) => child.on('exit', resolve));
    const { told, kept, found } = JSON.parse(output);
    t.equal(told, 'journal.disk_full');
    t.ok(kept > 10, 'some were written before');
    t.equal(found, kept);
    const journal = Journal.open(path);
    t.teardown(() => journal.close());
    t.same(journal.verify(), { records: kept });
    await journal.append([record('actor/a', kept + 1)]);
  },
);

t.test('what was acknowledged before SIGKILL is there afterwards, once', async (t) => {
  const path = folder(t);
  const source = `
    const { Journal } = await import(process.argv[1]);
    const journal = Journal.open(process.argv[2]);
    for (let n = 1; ; n++) {
      const event = { kind: 'added' };
      await journal.append([{ address: 'actor/a', sequence: n, event, cause: '', timeUs: 0 }]);
      process.stdout.write(n + '\\n');
    }`;
  const module = new URL('./journal.js', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source, module, path]);
  let acknowledged = 0;
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      acknowledged = Number(String(chunk).trim().split('\n').pop());
      if (acknowledged >= 50) child.kill('SIGKILL');
    });
    child.on('exit', () => resolve());
  });
  const journal = Journal.open(path);
  t.ok(journal.events('actor/a').length >= acknowledged, `${acknowledged} acknowledged`);
  t.equal(journal.verify().firstBad, undefined);
  await journal.close();
});

t.test('exact and odd values survive the text form', async (t) => {
  const data = {
    big: 2n ** 80n,
    map: new Map([['a', 1n]]),
    set: new Set([1]),
    nan: Number.NaN,
    list: Float64Array.of(1, 2),
    nested: [{ map: new Map([[{ deep: -0 }, [new Set([2n])]]]), plain: [[], {}, null] }],
    words: Int16Array.of(-3),
    form: { $integer: 'not one' },
  };
  t.strictSame(fromJson(toJson(data)), data);
  // A field of this name is a field, whatever it holds.
  const text = '{"__proto__":{"$integer":"7"},"after":{"$integer":"8"}}';
  const odd = fromJson(text) as object;
  t.equal(Object.getPrototypeOf(odd), Object.prototype);
  t.strictSame(Object.entries(odd), [
    ['__proto__', 7n],
    ['after', 8n],
  ]);
});
