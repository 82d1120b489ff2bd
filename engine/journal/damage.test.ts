// A real journal damaged at many places: each damage is found, or changes nothing that is read.

import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { copyJournal } from './copy.js';
import { examineJournal } from './examine.js';
import { Journal } from './journal.js';
import { toJson } from './record.js';

/** Seed and number of the damages of each kind; the seed is told when one fails. */
const SEED = 20_210_416;
const FLIPS = 160;
const CUTS = 12;

/** Bytes from the start that hold the heads: flipped more often than their share. */
const HEAD_BYTES = 8192;

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Everything that a journal gives its readers. */
async function readAll(directory: string): Promise<string> {
  const journal = Journal.open(directory, { readOnly: true });
  try {
    const records = journal.addresses().map((address) => journal.recordsOf(address));
    return toJson([
      records,
      [...journal.records()].length,
      [...journal.inputs()],
      ['a', 'b'].map((name) => journal.snapshot(name)),
      ['run', 'last'].map((name) => journal.view(name)),
    ]);
  } finally {
    await journal.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-damage-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const sound = join(folder, 'sound');

/** A journal that has been written, closed, opened and killed in its middle: as one in use. */
async function writeJournal(): Promise<void> {
  for (let life = 0; life < 2; life++) {
    const journal = Journal.open(sound);
    for (let n = 1; n <= 60; n++) {
      const writes = Array.from({ length: 6 }, (_, actor) => {
        const address = `actor/${actor}` as const;
        const sequence = journal.sequenceOf(address) + 1;
        const event = { kind: 'added', text: 'x'.repeat((n * 37) % 700) };
        return journal.append([{ address, sequence, event, cause: 'test', timeUs: n }]);
      });
      if (n % 4 === 0) writes.push(journal.appendInput(Buffer.alloc(n * 40, n)));
      if (n % 10 === 0) {
        writes.push(journal.putSnapshot(n % 20 === 0 ? 'a' : 'b', Buffer.alloc(n * 300, n)));
        writes.push(journal.putView(n % 20 === 0 ? 'run' : 'last', Buffer.alloc(n * 90, n)));
      }
      await Promise.all(writes);
    }
    await journal.close();
  }
}

await writeJournal();
/** The same without room for what is to come: nearly every byte is in use. */
const tight = join(folder, 'tight');
await copyJournal(sound, join(tight, 'journal.mdb'));
const whole = await readAll(sound);
const bytes = statSync(join(sound, 'journal.mdb')).size;

/** Damages a copy and judges it: `found`, or `harmless` when all that is read is as it was. */
async function judge(damage: (file: string) => void, from = sound): Promise<string> {
  const copy = join(folder, 'copy');
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  const file = join(copy, 'journal.mdb');
  copyFileSync(join(from, 'journal.mdb'), file);
  damage(file);
  const { isSound, damages } = await examineJournal(copy);
  if (!isSound) return damages[0] === undefined || damages[0] === '' ? 'found nowhere' : 'found';
  return (await readAll(copy)) === whole ? 'harmless' : 'MISSED';
}

function change(file: string, at: number, edit: (bytes: Buffer) => void, count = 1): void {
  const handle = openSync(file, 'r+');
  const buffer = Buffer.alloc(count);
  const read = readSync(handle, buffer, 0, count, at);
  edit(buffer);
  writeSync(handle, buffer, 0, read, at);
  closeSync(handle);
}

t.test('a sound journal is sound', async (t) => {
  t.match(await examineJournal(sound), {
    isSound: true,
    records: 720,
    inputs: 30,
    snapshots: 4,
    views: 2,
    damages: [],
  });
  await t.rejects(examineJournal(join(folder, 'none')), { code: 'journal.missing' });
});

t.test('one flipped bit anywhere is found or harmless', async (t) => {
  const below = generator(SEED);
  const verdicts: Record<string, number> = {};
  for (let flip = 0; flip < FLIPS; flip++) {
    const from = flip % 3 === 0 ? sound : tight;
    const used = statSync(join(from, 'journal.mdb')).size;
    const at = flip % 5 === 0 ? below(HEAD_BYTES) : below(used);
    const bit = below(8);
    const verdict = await judge((file) => {
      change(file, at, (buffer) => {
        buffer[0]! ^= 1 << bit;
      });
    }, from);
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    if (verdict === 'MISSED' || verdict === 'found nowhere') {
      t.fail(`${verdict}: bit ${bit} of byte ${at}, seed ${SEED}`);
    }
  }
  t.comment(verdicts);
  t.ok((verdicts['found'] ?? 0) > FLIPS / 3, 'most of what is in use is guarded');
});

t.test('a file that ends early is found or harmless', async (t) => {
  const below = generator(SEED + 1);
  for (let cut = 0; cut < CUTS; cut++) {
    const length = 1 + below(bytes);
    const verdict = await judge((file) => truncateSync(file, length));
    t.match(verdict, /found|harmless/, `cut after ${length} of ${bytes} bytes`);
  }
});

t.test('a file of which nothing is left is no journal', async (t) => {
  const empty = judge((file) => truncateSync(file, 0));
  await t.rejects(empty, { code: 'journal.missing', message: /before it began/ });
});

t.test('pages that were never written, or with something else, are found', async (t) => {
  const below = generator(SEED + 2);
  const { pages } = await examineJournal(sound);
  for (let torn = 0; torn < CUTS; torn++) {
    const page = 2 + below(pages - 2);
    const count = 1 + below(4);
    const fill = torn % 2 === 0 ? 0 : 0xa5;
    const verdict = await judge((file) => {
      change(file, page * 4096, (buffer) => buffer.fill(fill), count * 4096);
    });
    t.match(verdict, /found|harmless/, `pages ${page} to ${page + count - 1}`);
  }
});
