// Packed maps: every entry comes back, in order or one by one, on this thread or another.

import t from 'tap';
import { PackAreas } from './pack-areas.js';
import { PackedReader, pack, unpack } from './packed.js';

const entries = (
  count: number,
): [string, { readonly cents: bigint; readonly at: Float64Array }][] =>
  Array.from({ length: count }, (_, n) => [`k${n}`, { cents: BigInt(n), at: Float64Array.of(n) }]);

t.test('entries come back in their order, whatever their number', async (t) => {
  for (const count of [0, 1, 255, 256, 257, 1_000]) {
    const packed = structuredClone(pack(entries(count)));
    t.strictSame([...unpack(packed)], entries(count));
  }
});

t.test('single values are found in any order, and unknown keys are not', async (t) => {
  const reader = new PackedReader(pack(entries(600)));
  for (const n of [0, 1, 599, 300, 299, 0]) t.equal(reader.get(`k${n}`)?.cents, BigInt(n));
  reader.rest();
  t.equal(reader.get('k7')?.cents, 7n);
  t.equal(reader.get('k600'), undefined);
});

t.test(
  'what is packed again and again takes the memory of two, and the last two are whole',
  async (t) => {
    const areas = new PackAreas();
    const seen = new Set<SharedArrayBuffer>();
    let before = areas.pack(entries(0));
    let [beforeCount, bytes] = [0, 0];
    for (const count of [300, 300, 299, 300, 300, 10, 300, 300]) {
      const packed = areas.pack(entries(count));
      t.strictSame([...unpack(structuredClone(packed))], entries(count));
      t.strictSame([...unpack(before)], entries(beforeCount), 'the one before is as it was');
      for (const part of packed.parts) seen.add(part.bytes);
      [before, beforeCount] = [packed, count];
    }
    for (const one of seen) bytes += one.byteLength;
    const part = pack(entries(64)).parts[0]!.bytes.byteLength;
    t.ok(bytes < 3 * 5 * 1.1 * part, `${bytes} bytes`);
  },
);

t.test('a part that has grown beyond its memory is given another', async (t) => {
  const areas = new PackAreas();
  const texts = (length: number): [string, string][] => [['k', 'x'.repeat(length)]];
  for (const length of [10, 10, 5_000, 6_000, 20]) {
    t.strictSame([...unpack(areas.pack(texts(length)))], texts(length));
  }
});
