// Segments on a disk that fails: what was acknowledged is readable, what was not is not in the way.

import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { temporaryFolder } from '../services/test-system.js';
import { type SegmentFile, SegmentWriter, scanSegment } from './segment.js';

/** A real file whose disk is full while `isFull` says so: half of a write arrives. */
async function fullFile(
  path: string,
  disk: { isFull: boolean; isStuck: boolean },
): Promise<SegmentFile> {
  const file = await open(path, 'ax');
  return {
    async appendFile(data) {
      // The writer only appends buffers.
      const bytes = data as Buffer;
      if (!disk.isFull) return await file.appendFile(bytes);
      await file.appendFile(bytes.subarray(0, bytes.length / 2));
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    },
    datasync: () => file.datasync(),
    async truncate(length) {
      if (disk.isStuck) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
      await file.truncate(length);
    },
    close: () => file.close(),
  };
}

/** Appends blocks with these heads, one after the other; returns those that were acknowledged. */
async function appendAll(writer: SegmentWriter, heads: readonly string[]): Promise<string[]> {
  const acknowledged: string[] = [];
  for (const head of heads) {
    await writer.append({ head, body: new Uint8Array(100) }).then(
      () => acknowledged.push(head),
      () => {},
    );
  }
  return acknowledged;
}

t.test('what is acknowledged after a torn write can be read', async (t) => {
  const path = join(temporaryFolder(t, 'full'), 'x.open');
  const disk = { isFull: false, isStuck: false };
  const writer = new SegmentWriter(path, await fullFile(path, disk));
  const acknowledged = await appendAll(writer, ['a', 'b']);
  const before = writer.bytes;
  disk.isFull = true;
  t.same(await appendAll(writer, ['c', 'd']), []);
  t.equal(writer.bytes, before);
  disk.isFull = false;
  acknowledged.push(...(await appendAll(writer, ['e', 'f'])));
  await writer.close();
  const bytes = readFileSync(path);
  const { blocks, wholeBytes } = scanSegment(bytes);
  t.same(acknowledged, ['a', 'b', 'e', 'f']);
  t.same(
    blocks.map(({ head }) => head),
    acknowledged,
  );
  t.equal(wholeBytes, bytes.length);
  t.notOk(writer.isBroken);
});

t.test('a torn write that can not be taken back ends the segment', async (t) => {
  const path = join(temporaryFolder(t, 'stuck'), 'x.open');
  const disk = { isFull: true, isStuck: true };
  const writer = new SegmentWriter(path, await fullFile(path, disk));
  t.same(await appendAll(writer, ['a']), []);
  disk.isFull = false;
  t.ok(writer.isBroken);
  await t.rejects(writer.append({ head: 'b', body: new Uint8Array(0) }), {
    code: 'recording.torn',
  });
  await writer.close();
  t.equal(scanSegment(readFileSync(path)).blocks.length, 0);
});
