// Packed maps: every entry comes back, in order or one by one, on this thread or another.

import t from 'tap';
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
