// What a log was given, however it was cut: the same payloads, each as late as its last byte.

import fc from 'fast-check';
import t from 'tap';
import { createLog, LogWriter, type Received, receivedIn } from './socket-log.js';

/** One unmasked binary frame, as a server sends it. */
function frame(payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x82, length]), payload]);
  if (length < 65_536) {
    const head = Buffer.from([0x82, 126, length >> 8, length & 255]);
    return Buffer.concat([head, payload]);
  }
  const head = Buffer.alloc(10);
  head[0] = 0x82;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** What a log has of chunks that came one microsecond after the other, the first at 1. */
function logged(chunks: readonly Buffer[]): readonly Received[] {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const log = createLog(length, chunks.length);
  const writer = new LogWriter(log);
  chunks.forEach((chunk, index) => {
    writer.note(chunk, chunk.length, index + 1);
  });
  return receivedIn(log);
}

t.test('frames of all three length forms are read', async (t) => {
  const payloads = [0, 1, 125, 126, 65_535, 65_536].map((size) => Buffer.alloc(size, size & 255));
  const read = logged([Buffer.concat(payloads.map(frame))]);
  t.same(
    read.map(({ payload }) => payload.length),
    [0, 1, 125, 126, 65_535, 65_536],
  );
  t.ok(read.every(({ payload }, index) => payload.equals(payloads[index]!)));
});

t.test('however the stream is cut, the payloads are the same', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 });
  const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sizes, cuts, (given, steps) => {
      const payloads = given.map((size, index) => Buffer.alloc(size, index + 1));
      const stream = Buffer.concat(payloads.map(frame));
      const chunks: Buffer[] = [];
      for (let at = 0, step = 0; at < stream.length; step++) {
        const size = steps[step % steps.length]!;
        chunks.push(stream.subarray(at, at + size));
        at += size;
      }
      const read = logged(chunks).map(({ payload }) => payload);
      return Buffer.concat(read).equals(Buffer.concat(payloads)) && read.length === payloads.length;
    }),
    { numRuns: 200, seed: 20_261_121 },
  );
});

t.test('a message is as late as its last byte', async (t) => {
  const [first, second] = [frame(Buffer.from('one')), frame(Buffer.from('two'))];
  const all = Buffer.concat([first, second]);
  const read = logged([all.subarray(0, 2), all.subarray(2, 9), all.subarray(9)]);
  t.same(
    read.map(({ payload, atUs }) => [payload.toString(), atUs]),
    [
      ['one', 2],
      ['two', 3],
    ],
  );
});

t.test('a log that is full says so', async (t) => {
  const writer = new LogWriter(createLog(4, 2));
  writer.note(Buffer.alloc(3), 3, 1);
  t.throws(() => writer.note(Buffer.alloc(2), 2, 2), /expected at most 4 bytes in 2 chunks/);
  writer.note(Buffer.alloc(1), 1, 2);
  t.throws(() => writer.note(Buffer.alloc(0), 0, 3), /expected at most 4 bytes in 2 chunks/);
});
