// Tests of the room that a store takes ahead: asked for while nobody waits, never over data.

import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Space } from './space.js';

const MIB = 1024 ** 2;

/** A data file of so many bytes that are not zero. */
function fileOf(t: Test, bytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'space-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'data.mdb');
  writeFileSync(file, Buffer.alloc(bytes, 7));
  return file;
}

t.test('room is made ahead where little is left, and only there', async (t) => {
  const file = fileOf(t, 3 * MIB);
  const space = new Space(file);
  space.growAhead(MIB);
  t.equal(space.settled(), undefined, 'two MiB are left, which will do');
  space.growAhead(MIB + 1);
  space.growAhead(2 * MIB);
  await space.settled();
  t.equal(statSync(file).size, 4 * MIB, 'one step, however often it was asked for');
  t.equal(space.settled(), undefined);
  space.reserve(4 * MIB);
  t.equal(statSync(file).size, 4 * MIB, 'the room is known');
  space.close();
});

t.test('what the store wrote behind the room stays as it is', async (t) => {
  const file = fileOf(t, MIB);
  const space = new Space(file);
  appendFileSync(file, Buffer.alloc(MIB, 7));
  space.growAhead(MIB);
  await space.settled();
  const bytes = readFileSync(file);
  t.ok(bytes.subarray(0, 2 * MIB).every((byte) => byte === 7));
  t.ok(bytes.subarray(2 * MIB).every((byte) => byte === 0));
  t.equal(bytes.length, 3 * MIB);
  space.close();
});

t.test('a failure ahead is told by who needs the room', async (t) => {
  const space = new Space(fileOf(t, MIB));
  space.close();
  space.growAhead(MIB);
  await space.settled();
  t.throws(() => space.reserve(2 * MIB), { code: 'EBADF' });
});
