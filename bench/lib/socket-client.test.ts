// The client's frame reader: any cut of the stream gives the same payloads.

import fc from 'fast-check';
import t from 'tap';
import { FrameReader } from './socket-client.js';

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

t.test('frames of all three length forms are read', async (t) => {
  const payloads = [0, 1, 125, 126, 65_535, 65_536].map((size) => Buffer.alloc(size, size & 255));
  const read = new FrameReader().push(Buffer.concat(payloads.map(frame)));
  t.same(
    read.map(({ length }) => length),
    [0, 1, 125, 126, 65_535, 65_536],
  );
  t.ok(read.every((payload, index) => payload.equals(payloads[index]!)));
});

t.test('however the stream is cut, the payloads are the same', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 });
  const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sizes, cuts, (given, steps) => {
      const payloads = given.map((size, index) => Buffer.alloc(size, index + 1));
      const stream = Buffer.concat(payloads.map(frame));
      const reader = new FrameReader();
      const read: Buffer[] = [];
      for (let at = 0, step = 0; at < stream.length; step++) {
        const size = steps[step % steps.length]!;
        read.push(...reader.push(stream.subarray(at, at + size)));
        at += size;
      }
      return Buffer.concat(read).equals(Buffer.concat(payloads)) && read.length === payloads.length;
    }),
    { numRuns: 200, seed: 20_261_121 },
  );
});
