// What messages weigh: within a factor of what V8 writes for them, bounded whatever they hold.

import { serialize } from 'node:v8';
import fc from 'fast-check';
import t from 'tap';
import { weightOf } from './weight.js';

const SEED = 20_261_121;
const MOST = 1_000_000_000;

t.test('a message weighs at least what V8 writes for it, and not many times more', async (t) => {
  const leaf = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.double(),
    fc.boolean(),
    fc.uint8Array({ minLength: 500, maxLength: 5_000 }),
  );
  const message = fc.oneof(
    fc.array(fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), leaf), { minLength: 1 }),
    fc.array(fc.tuple(fc.integer(), leaf)).map((pairs) => new Map(pairs)),
  );
  fc.assert(
    fc.property(message, (one) => {
      const written = serialize(one).byteLength;
      t.ok(weightOf(one, MOST) >= written / 3, 'not far below');
      t.ok(weightOf(one, MOST) <= 20 * written + 100, 'not far above');
    }),
    { seed: SEED, numRuns: 100 },
  );
});

t.test('buffers weigh their bytes, shared memory nothing', async (t) => {
  t.ok(weightOf({ rows: new Float64Array(1_000) }, MOST) >= 8_000);
  t.ok(weightOf([new ArrayBuffer(5_000)], MOST) >= 5_000);
  const shared = new SharedArrayBuffer(1_000_000);
  t.ok(weightOf([shared, new Int32Array(shared)], MOST) < 1_000);
});

t.test('a ring of references and a deep chain end at the bound', async (t) => {
  const ring: unknown[] = [];
  ring.push(ring, ring);
  t.equal(weightOf(ring, 10_000), 10_000);
  let chain: object = {};
  for (let depth = 0; depth < 100_000; depth++) chain = { chain };
  t.equal(weightOf(chain, 1_000), 1_000);
});
