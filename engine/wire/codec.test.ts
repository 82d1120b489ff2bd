// The message codec: what comes out is what went in, whatever was told or taken back before.

import fc from 'fast-check';
import t from 'tap';
import { Decoder } from './decoder.js';
import { Encoder } from './encoder.js';
import { KNOWN_TEXTS_MAX, SHAPE_KEYS_MAX, SHAPES_MAX } from './tags.js';

const SEED = 20_261_121;
const BYTES_MAX = 64 * 1024;

/** Plain data of every kind that the codec carries. */
const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(undefined, null, true, false, -0, Number.NaN, Number.NEGATIVE_INFINITY),
    fc.integer(),
    fc.double(),
    fc.bigInt(),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.uint8Array(),
    fc.float64Array(),
    fc.bigInt64Array(),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', '1', 'a')), tie('value'), {
      maxKeys: 6,
    }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((all) => new Map(all)),
    fc.array(tie('value'), { maxLength: 4 }).map((all) => new Set(all)),
  ),
})).value;

function pair(bytesMax = BYTES_MAX) {
  const encoder = new Encoder(bytesMax);
  const bytes = new Uint8Array(bytesMax);
  const decoder = new Decoder(bytes);
  const cross = (message: unknown): unknown => {
    const length = encoder.encode(message);
    if (length === 0) return 'unfit';
    bytes.set(encoder.bytes.subarray(0, length));
    return decoder.decode(0);
  };
  return { encoder, cross };
}

t.test('plain data comes out as by structured clone, messages taken back or not', async (t) => {
  const { encoder, cross } = pair();
  const property = fc.property(plain, plain, fc.boolean(), (message, other, takenBack) => {
    if (takenBack && encoder.encode(other) > 0) encoder.undo();
    t.strictSame(cross(message), structuredClone(message));
  });
  fc.assert(property, { seed: SEED, numRuns: 1_000 });
});

t.test('numbers and texts come out to the last bit', async (t) => {
  const { cross } = pair();
  for (const value of [-0, 127, 128, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 5e-324, '\ud800', '']) {
    t.ok(Object.is(cross({ value }) && (cross([value]) as unknown[])[0], value), String(value));
  }
});

t.test('a text told again takes three bytes, and so does a shape', async (t) => {
  const { encoder } = pair();
  const first = encoder.encode({ kind: 'a long name of an address' });
  const again = encoder.encode({ kind: 'a long name of an address' });
  t.equal(again, 6);
  t.ok(first > 30);
});

t.test('more texts and shapes than are remembered still come out', async (t) => {
  const { encoder, cross } = pair();
  for (let n = 0; n < KNOWN_TEXTS_MAX + 2_000; n++) {
    const message = { address: `counter/${n}`, kind: 'add' };
    if (n % 5 === 0) {
      encoder.encode({ address: `other/${n}`, n });
      encoder.undo();
    }
    t.strictSame(cross(message), message);
  }
  for (let n = 0; n < SHAPES_MAX + 100; n++)
    t.strictSame(cross({ [`key${n}`]: n }), { [`key${n}`]: n });
  const keys = Array.from({ length: 2 * SHAPE_KEYS_MAX }, (_, key) => [`k${key}`, key] as const);
  t.strictSame(cross(Object.fromEntries(keys)), Object.fromEntries(keys));
});

t.test(
  'what is no plain data, too deep or too long does not fit, and leaves no trace',
  async (t) => {
    const { cross } = pair(256);
    class Own {
      readonly a = 1;
    }
    const circle: unknown[] = [];
    circle.push(circle);
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    const holes = [1, 2, 3];
    delete holes[1];
    const odd = [
      new Own(),
      new Date(0),
      new Error('no'),
      circle,
      shared,
      holes,
      () => 1,
      Symbol('s'),
    ];
    const long = [
      'x'.repeat(300),
      '\u0100'.repeat(200),
      new Uint8Array(300),
      new Array(300).fill(7),
    ];
    for (const value of [...odd, ...long, 10n ** 400n, new Map([[1, new Own()]])]) {
      t.equal(cross({ fresh: 'text', value }), 'unfit');
      t.strictSame(cross({ fresh: 'text' }), { fresh: 'text' });
    }
  },
);

t.test('bytes of no encoder are a bug', async (t) => {
  t.throws(() => new Decoder(Uint8Array.of(99)).decode(0), { code: 'wire.tag_is_known' });
});
