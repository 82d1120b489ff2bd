// Pieces of one round never share a byte; the next round has the memory again.

import t from 'tap';
import { RoundMemory } from './round-memory.js';

t.test('pieces of one round keep what was written, however much is taken', async (t) => {
  const memory = new RoundMemory();
  memory.begin();
  const sizes = [0, 1, 60_000, 70_000, 500_000, 900_000, 2_000_000, 3];
  const pieces = sizes.map((size, index) => memory.take(size).fill(index + 1));
  t.same(
    pieces.map(({ length }) => length),
    sizes,
  );
  t.ok(pieces.every((piece, index) => piece.every((byte) => byte === index + 1)));
});

t.test('a round writes over the one before, and takes no more memory', async (t) => {
  const memory = new RoundMemory();
  memory.begin();
  const first = memory.take(50_000);
  memory.begin();
  const second = memory.take(50_000);
  t.equal(second.buffer, first.buffer);
  t.equal(second.byteOffset, first.byteOffset);
});
